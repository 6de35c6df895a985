"""Turns of speech to sections, and the guess of the interviewers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from index.language.folding import fold_label
from index.reading.transcripts import roles
from index.reading.transcripts.turns import Transcript, Turn
from index.types import Place, Section

_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_QUESTION_CHARS = 240  # of a question, kept as the context of its answer
_BACKCHANNEL_WORDS = 3
_MIN_TURNS, _MIN_QUESTIONS, _MIN_QUESTION_RATE, _MIN_RATE_RATIO = 3, 4, 0.35, 3.0

_WORD = re.compile(r"[^\W\d_]+")
# Marks of a question in speech typed without punctuation.
_INVERTED = re.compile(r"(?<!rendez)-(?:vous|tu|t-il|t-elle|t-on)\b|\best-ce\b(?! pas)")
_QUESTION_WORD = re.compile(
    r"(?:(?:et|mais|donc|alors|euh|bon|ben|oui)[ ,]+){0,5}(?:comment|pourquoi|combien|quand|où|qui|quell?es?|quels?)\b"
)
_SHORT_QUESTION_CHARS = 200
_ACKNOWLEDGING = frozenset(
    "oui ouais ouai ouaip si non nan ok okay d accord mh mhm mm mmh mmm hm hmm hum hein ah oh eh euh heu he ha ben bah "
    "bon bien tres super parfait voila exactement tout a fait absolument effectivement evidemment sur vrai c est ca "
    "merci donc et mais alors".split()
)


def guess_interviewers(turns: Iterable[Turn]) -> frozenset[str]:
    """Return the speakers who ask the questions: those whose label names such a role, else the one speaker whose
    turns hold questions far more often than those of every other. Empty when unsure."""
    spoken: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    for turn in turns:
        if turn.speaker and turn.text.strip():
            spoken[turn.speaker] += 1
            questions[turn.speaker] += "?" in turn.text
    by_role = frozenset(name for name in spoken if not roles.ASKING.isdisjoint(roles.words(name)))
    by_whole_label = frozenset(
        name for name in spoken if len(words := roles.words(name)) == 1 and words[0] in roles.LEADING
    )
    return by_role or by_whole_label or _main_questioner(spoken, questions)


def sections_from_turns(
    transcript: Transcript, source: str, interviewers: frozenset[str] | None = None
) -> list[Section]:
    """Return a section for each turn that holds text, in order, its context the question before it.

    `interviewers` are the speakers who ask; `None` takes those that the transcript knows, or guesses. Their turns
    are not quotable when somebody else speaks too, nor is a mere « oui, oui » that answers no question."""
    if interviewers is None:
        interviewers = transcript.interviewers
    if interviewers is None:
        interviewers = guess_interviewers(transcript.turns)
    spoken = [turn for turn in transcript.turns if turn.text.strip()]
    others = any(turn.speaker and turn.speaker not in interviewers for turn in spoken)
    return list(_turn_sections(spoken, source, interviewers, others))


def _turn_sections(spoken: list[Turn], source: str, interviewers: frozenset[str], others: bool) -> Iterator[Section]:
    """Yield the sections; `others` says that a speaker other than the interviewers exists."""
    question = ""
    asked = False  # whether the last turn of another speaker ends with a question
    before: Turn | None = None
    for turn in spoken:
        if before is not None and before.speaker != turn.speaker:
            asked = _asks_question(before.text)
        backchannel = _is_backchannel(turn.text)
        asking = turn.speaker in interviewers
        yield Section(
            source=source,
            text=turn.text,
            place=Place(line=turn.line, speaker=turn.speaker, start_s=turn.start_s, end_s=turn.end_s),
            kind="turn",
            context=(_question_end(question),) if question and not asking else (),
            quotable=not (asking and others) and not (backchannel and not asked),
        )
        if asking and (_asks_question(turn.text) or len(turn.text.split()) > _BACKCHANNEL_WORDS):
            question = turn.text
        before = turn


def _main_questioner(spoken: Counter[str], questions: Counter[str]) -> frozenset[str]:
    """Return the speaker with by far the highest share of turns that hold questions, if any."""
    rates = sorted(((questions[name] / count, name) for name, count in spoken.items()), reverse=True)
    if len(rates) < 2:
        return frozenset()
    (rate, name), (next_rate, _) = rates[:2]
    enough = spoken[name] >= _MIN_TURNS and questions[name] >= _MIN_QUESTIONS
    sure = enough and rate >= _MIN_QUESTION_RATE and rate >= _MIN_RATE_RATIO * next_rate
    return frozenset({name}) if sure else frozenset()


def _asks_question(text: str) -> bool:
    """Return whether a turn ends with a question."""
    if "?" in text[-60:]:
        return True
    end = text[-_SHORT_QUESTION_CHARS:].casefold()
    return bool(_INVERTED.search(end)) or (len(text) <= _SHORT_QUESTION_CHARS and bool(_QUESTION_WORD.match(end)))


def _is_backchannel(text: str) -> bool:
    """Return whether a turn is a mere acknowledgement, such as « oui, d'accord »."""
    if len(text) > 60 or "?" in text or any(char.isdigit() for char in text):
        return False
    words = _WORD.findall(fold_label(text))
    count = len(text.split())
    return bool(words) and count <= _BACKCHANNEL_WORDS and all(word in _ACKNOWLEDGING for word in words)


def _question_end(question: str) -> str:
    """Return the end of a question, on one line, as the context of its answer."""
    flat = _SPACES.sub(" ", question)
    if len(flat) <= _QUESTION_CHARS:
        return flat
    _, _, tail = flat[-_QUESTION_CHARS:].partition(" ")
    return f"… {tail or flat[-_QUESTION_CHARS:]}"
