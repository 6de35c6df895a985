"""Turns of speech: the records that every transcript reader returns, their cleaning, and the guard of readers
against unexpected errors."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps

from index.errors import UnreadableFile
from index.reading.text import tidy

_LATEST_S = 1_000_000.0  # a time beyond eleven days is an error
_SPACES = re.compile(r"[ \t\r\n\f\v]+")


@dataclass(frozen=True, slots=True)
class Turn:
    """Speech of one person until another takes over. Times are in seconds from the start of the recording; `line` is
    the line of its label, counted as the file's format counts."""

    speaker: str | None
    text: str
    start_s: float | None = None
    end_s: float | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The turns of a recording in order. `notes` are French lines about the guesses made. `interviewers` are the
    speakers known to ask the questions, from the labels of the file, before metadata renamed them; `None` when not
    determined."""

    turns: tuple[Turn, ...]
    notes: tuple[str, ...] = ()
    interviewers: frozenset[str] | None = None


TranscriptReader = Callable[[bytes], Transcript]
"""A reader of a transcript format: bytes of a file to its turns, or `UnreadableFile`."""


def one_line(text: str) -> str:
    """Return `text` tidied, on one line, without characters that UTF-8 cannot store. Non-breaking spaces are kept."""
    return tidy(_SPACES.sub(" ", _replace_surrogates(text)))


def parse_seconds(value: object) -> float | None:
    """Return a time in seconds from an attribute or a JSON value; `None` for a value that is no time of a recording."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and 0 <= seconds <= _LATEST_S else None


def build_transcript(turns: Iterable[Turn], notes: Iterable[str] = ()) -> Transcript:
    """Return the transcript of `turns`, cleaned: texts tidied (line breaks kept), empty turns left out, impossible
    times dropped. Raise `UnreadableFile` when no turn holds text."""
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
    all_notes = list(notes)
    if backwards:
        all_notes.append(f"{_turns_phrase(backwards)} avant de commencer\u00a0: cette fin est laissée de côté.")
    return Transcript(tuple(kept), tuple(all_notes))


def transcript_reader(form: str) -> Callable[[TranscriptReader], TranscriptReader]:
    """Decorate the reader of `form` (« Transcriber (.trs) ») so that it raises only `UnreadableFile`: other
    exceptions are wrapped in it."""

    def decorate(read: TranscriptReader) -> TranscriptReader:
        @wraps(read)
        def guarded_read(data: bytes) -> Transcript:
            try:
                return read(data)
            except UnreadableFile:
                raise
            except Exception as error:
                raise UnreadableFile(
                    f"La lecture de ce fichier {form} a échoué ({type(error).__name__}).",
                    "Ouvrez-le dans le logiciel qui l'a produit et enregistrez-le à nouveau.",
                ) from error

        return guarded_read

    return decorate


def _replace_surrogates(text: str) -> str:
    """Return `text` with lone surrogates, which UTF-8 cannot store, replaced."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _turns_phrase(count: int) -> str:
    return "1 tour finit" if count == 1 else f"{count} tours finissent"
