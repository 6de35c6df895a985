"""What every reader of transcripts makes, turns of speech, and how they become Sections."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps

from index.errors import UnreadableFile
from index.reading.text import tidy

_LATEST_S = 1_000_000.0  # a time of more than eleven days is none

_SPACES = re.compile(r"[ \t\r\n\f\v]+")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person says without another taking over. Times are in seconds from the start of the recording; `line`
    is that of its label, counted as the file's format counts."""

    speaker: str | None
    text: str
    start_s: float | None = None
    end_s: float | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The turns of a recording in order. `notes` are French lines on what was guessed. `interviewers` are the speakers
    known to ask, by the labels of the file, before metadata gave them names; `None` when nobody looked."""

    turns: tuple[Turn, ...]
    notes: tuple[str, ...] = ()
    interviewers: frozenset[str] | None = None


TranscriptReader = Callable[[bytes], Transcript]


def one_line(text: str) -> str:
    """`text` tidied, on one line, without what cannot be stored. Non-breaking spaces stay."""
    return tidy(_SPACES.sub(" ", _replace_surrogates(text)))


def parse_seconds(value: object) -> float | None:
    """A time in seconds from an attribute or a JSON value; `None` for what is no time of a recording."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and 0 <= seconds <= _LATEST_S else None


def build_transcript(turns: Iterable[Turn], notes: Iterable[str] = ()) -> Transcript:
    """What a reader has gathered, made clean: texts tidied (line breaks kept), empty turns left out, impossible times
    dropped. Raises `UnreadableFile` when no turn holds text."""
    kept, backwards = [], 0
    for turn in turns:
        text = tidy(_replace_surrogates(turn.text))
        if not text:
            continue
        start, end = parse_seconds(turn.start_s), parse_seconds(turn.end_s)
        if start is not None and end is not None and end < start:
            end, backwards = None, backwards + 1
        speaker = one_line(turn.speaker or "") or None
        kept.append(replace(turn, speaker=speaker, text=text, start_s=start, end_s=end))
    if not kept:
        raise UnreadableFile("Cette transcription ne contient aucun tour de parole.", "Complétez-la ou retirez-la.")
    told = list(notes)
    if backwards:
        told.append(f"{_turns_phrase(backwards)} avant de commencer\u00a0: cette fin est laissée de côté.")
    return Transcript(tuple(kept), tuple(told))


def transcript_reader(form: str) -> Callable[[TranscriptReader], TranscriptReader]:
    """Turn every exception of a reader of `form` (« Transcriber (.trs) ») but `UnreadableFile` into that one."""

    def guarded(read: TranscriptReader) -> TranscriptReader:
        @wraps(read)
        def safely(data: bytes) -> Transcript:
            try:
                return read(data)
            except UnreadableFile:
                raise
            except Exception as error:
                raise UnreadableFile(
                    f"La lecture de ce fichier {form} a échoué ({type(error).__name__}).",
                    "Ouvrez-le dans le logiciel qui l'a produit et enregistrez-le à nouveau.",
                ) from error

        return safely

    return guarded


def _replace_surrogates(text: str) -> str:
    """`text` with lone surrogates, which UTF-8 cannot hold, replaced."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _turns_phrase(count: int) -> str:
    return "1 tour finit" if count == 1 else f"{count} tours finissent"
