"""What every reader of transcripts makes, turns of speech, and how they become Sections."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from index.errors import UnreadableFile
from index.language.folding import fold_label
from index.reading.text import tidy
from index.reading.transcripts import roles
from index.types import Place, Section

_LATEST_S = 1_000_000.0  # a time of more than eleven days is none
_QUESTION_CHARS = 240  # of a question, kept as context of its answer
_BACKCHANNEL_WORDS = 3
_SURE_TURNS, _SURE_QUESTIONS, _SURE_RATE, _CLEARLY = 3, 4, 0.35, 3.0

_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_WORD = re.compile(r"[^\W\d_]+")
# What asks in speech typed without punctuation.
_INVERTED = re.compile(r"(?<!rendez)-(?:vous|tu|t-il|t-elle|t-on)\b|\best-ce\b(?! pas)")
_QUESTION_WORD = re.compile(
    r"(?:(?:et|mais|donc|alors|euh|bon|ben|oui)[ ,]+){0,5}(?:comment|pourquoi|combien|quand|où|qui|quell?es?|quels?)\b"
)
_SHORT_QUESTION = 200  # characters
_ACKNOWLEDGING = frozenset(
    "oui ouais ouai ouaip si non nan ok okay d accord mh mhm mm mmh mmm hm hmm hum hein ah oh eh euh heu he ha ben bah "
    "bon bien tres super parfait voila exactement tout a fait absolument effectivement evidemment sur vrai c est ca "
    "merci donc et mais alors".split()
)


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


def one_line(text: str) -> str:
    """`text` tidied, on one line, without what cannot be stored. Non-breaking spaces stay."""
    return tidy(_SPACES.sub(" ", _storable(text)))


def time_s(value: object) -> float | None:
    """A time in seconds from an attribute or a JSON value; `None` for what is no time of a recording."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and 0 <= seconds <= _LATEST_S else None


def transcript(turns: Iterable[Turn], notes: Iterable[str] = ()) -> Transcript:
    """What a reader has gathered, made clean: texts tidied (line breaks kept), empty turns left out, impossible times
    dropped. Raises `UnreadableFile` when no turn holds text."""
    kept, backwards = [], 0
    for turn in turns:
        text = tidy(_storable(turn.text))
        if not text:
            continue
        start, end = time_s(turn.start_s), time_s(turn.end_s)
        if start is not None and end is not None and end < start:
            end, backwards = None, backwards + 1
        speaker = one_line(turn.speaker or "") or None
        kept.append(replace(turn, speaker=speaker, text=text, start_s=start, end_s=end))
    if not kept:
        raise UnreadableFile("Cette transcription ne contient aucun tour de parole.", "Complétez-la ou retirez-la.")
    told = list(notes)
    if backwards:
        told.append(f"{_turns(backwards)} avant de commencer\u00a0: cette fin est laissée de côté.")
    return Transcript(tuple(kept), tuple(told))


def guess_interviewers(turns: Iterable[Turn]) -> frozenset[str]:
    """Who asks: those whose label says so, else the one speaker whose turns hold questions far more often than every
    other's. Empty when unsure."""
    spoken: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    for turn in turns:
        if turn.speaker and turn.text.strip():
            spoken[turn.speaker] += 1
            questions[turn.speaker] += "?" in turn.text
    by_role = frozenset(name for name in spoken if not roles.ASKING.isdisjoint(roles.words(name)))
    by_place = frozenset(name for name in spoken if len(said := roles.words(name)) == 1 and said[0] in roles.LEADING)
    return by_role or by_place or _most_asking(spoken, questions)


def sections(transcript: Transcript, source: str, interviewers: frozenset[str] | None = None) -> list[Section]:
    """A Section a turn that holds text, in order, its context the question before it.

    `interviewers` says who asks; `None` takes what the transcript knows, or guesses. Their turns cannot be quoted where
    somebody else speaks too, nor can a mere « oui, oui » that answers nothing."""
    if interviewers is None:
        interviewers = transcript.interviewers
    if interviewers is None:
        interviewers = guess_interviewers(transcript.turns)
    spoken = [turn for turn in transcript.turns if turn.text.strip()]
    others = any(turn.speaker and turn.speaker not in interviewers for turn in spoken)
    return list(_sections(spoken, source, interviewers, others))


def _sections(spoken: list[Turn], source: str, interviewers: frozenset[str], others: bool) -> Iterator[Section]:
    question = ""
    asked = False  # by the last turn of somebody else than the one who speaks
    before: Turn | None = None
    for turn in spoken:
        if before is not None and before.speaker != turn.speaker:
            asked = _asks(before.text)
        backchannel = _is_backchannel(turn.text)
        asking = turn.speaker in interviewers
        yield Section(
            source=source,
            text=turn.text,
            place=Place(line=turn.line, speaker=turn.speaker, start_s=turn.start_s, end_s=turn.end_s),
            kind="turn",
            context=(_end_of(question),) if question and not asking else (),
            quotable=not (asking and others) and not (backchannel and not asked),
        )
        if asking and (_asks(turn.text) or len(turn.text.split()) > _BACKCHANNEL_WORDS):
            question = turn.text
        before = turn


def _most_asking(spoken: Counter[str], questions: Counter[str]) -> frozenset[str]:
    rates = sorted(((questions[name] / count, name) for name, count in spoken.items()), reverse=True)
    if len(rates) < 2:
        return frozenset()
    (rate, name), (next_rate, _) = rates[:2]
    enough = spoken[name] >= _SURE_TURNS and questions[name] >= _SURE_QUESTIONS
    sure = enough and rate >= _SURE_RATE and rate >= _CLEARLY * next_rate
    return frozenset({name}) if sure else frozenset()


def _asks(text: str) -> bool:
    if "?" in text[-60:]:
        return True
    end = text[-_SHORT_QUESTION:].casefold()
    return bool(_INVERTED.search(end)) or (len(text) <= _SHORT_QUESTION and bool(_QUESTION_WORD.match(end)))


def _is_backchannel(text: str) -> bool:
    if len(text) > 60 or "?" in text or any(char.isdigit() for char in text):
        return False
    said = _WORD.findall(fold_label(text))
    spaced = len(text.split())
    return bool(said) and spaced <= _BACKCHANNEL_WORDS and all(word in _ACKNOWLEDGING for word in said)


def _end_of(question: str) -> str:
    flat = _SPACES.sub(" ", question)
    if len(flat) <= _QUESTION_CHARS:
        return flat
    _, _, tail = flat[-_QUESTION_CHARS:].partition(" ")
    return f"… {tail or flat[-_QUESTION_CHARS:]}"


def _storable(text: str) -> str:
    """`text` with lone surrogates, which UTF-8 cannot hold, replaced."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _turns(count: int) -> str:
    return "1 tour finit" if count == 1 else f"{count} tours finissent"
