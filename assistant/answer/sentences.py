"""Splits the stream of a language model into sentences, and checks each before it is shown. Pure functions, except for
the semantic similarity, which is a parameter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.answer.support import supporters
from index.reading.text import tidy
from index.reading.units import sentence_spans
from index.types import Unit

Near = Callable[[str, str], float]
"""Semantic similarity of two texts: a cosine."""

_CITED = re.compile(r"\s*\[\s*(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\s*\]")
_LEADING = re.compile(r"(?:\s*\[\s*\d{1,4}(?:\s*[,;]\s*\d{1,4})*\s*\])+[ .!?…]*")
_BEFORE_CITATION = re.compile(r"(?<=[.!?…])(?=\[)")
_THINKING = "<think>"  # reasoning that some models write before their answer
_FORMAT = re.compile(r"<think>.*?</think>|<\|[^|>\n]{0,40}\|>|</?s>", re.DOTALL)
_FORMAT_BEGUN = re.compile(r"<(?:/?s?|\|[^|>\n]{0,40}\|?|think>.*|t(?:h(?:i(?:nk?)?)?)?)\Z", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:[-*•–—]|\d{1,2}[.)])\s+")
_MARKUP = re.compile(r"\*\*|__|^#+\s+|`")
_LABEL = re.compile(r"^(?:réponse|answer)\s*:\s*", re.IGNORECASE)
_COPIED_HEADER = re.compile(r"^\s*\([^()]* — [^()]*\)\s*")  # header of a passage, copied from the prompt


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence as a model wrote it: its words, the citation numbers in order, and True for a list item."""

    words: str
    numbers: tuple[int, ...]
    is_item: bool


def sentences(pieces: Iterable[str]) -> Iterator[DraftSentence]:
    """Yield the sentences of a streamed text, each as soon as the next one begins or its line ends. The reasoning of a
    model and the marks of its format are left out."""
    line = ""
    for piece in _without_format_marks(pieces):
        *ended_lines, line = (line + piece).split("\n")
        for ended_line in ended_lines:
            yield from _line_sentences(ended_line)
        line = _BEFORE_CITATION.sub(" ", line)
        bounds = _bounds(line)
        unfinished = 2 if bounds and line[bounds[-1][0]] == "[" else 1  # the rest of a citation may follow
        for start, end in bounds[:-unfinished]:
            yield from _parsed(line[start:end])
        if bounds[:-unfinished]:
            line = line[bounds[-unfinished][0] :]
    yield from _line_sentences(line)


def check(sentence: DraftSentence, numbered: Mapping[int, Unit], near: Near, least: float) -> tuple[Unit, ...]:
    """Return the cited units that support a sentence; none when it must not be shown: it cites no unit or an unknown
    number, no cited unit supports it, or the similarity with each of them is under `least`."""
    if not sentence.numbers or any(number not in numbered for number in sentence.numbers):
        return ()
    supporting = supporters(sentence.words, [numbered[number] for number in sentence.numbers])
    nearest = max((near(sentence.words, unit.text) for unit in supporting), default=0.0)
    return supporting if nearest >= least else ()


def _without_format_marks(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of a text without the marks of a model's format. The possible beginning of a mark is kept back
    until its end."""
    pending = ""
    for piece in pieces:
        pending = _FORMAT.sub("", pending + piece)
        begun = _FORMAT_BEGUN.search(pending)
        start = begun.start() if begun else len(pending)
        if start:
            yield pending[:start]
        pending = pending[start:]
    if pending and not pending.startswith(_THINKING):
        yield pending


def _line_sentences(line: str) -> Iterator[DraftSentence]:
    line = _BEFORE_CITATION.sub(" ", line)
    for start, end in _bounds(line):
        yield from _parsed(line[start:end])


def _bounds(line: str) -> list[tuple[int, int]]:
    """Return the start and end of each sentence of a line. Citations after a full stop belong to the sentence before
    them."""
    found: list[tuple[int, int]] = []
    bullet = _BULLET.match(line)
    first = bullet.end() if bullet else 0
    for start, end in ((first + start, first + end) for start, end in sentence_spans(line[first:])):
        numbers = _LEADING.match(line, start, end)
        if found and numbers:
            found[-1], start = (found[-1][0], numbers.end()), numbers.end()
        if line[start:end].strip():
            found.append((start if found else 0, end))
    return found


def _parsed(text: str) -> Iterator[DraftSentence]:
    numbers = [int(number) for cited in _CITED.findall(text) for number in re.findall(r"\d+", cited)]
    bare = _CITED.sub("", text)
    words = _LABEL.sub("", _MARKUP.sub("", _COPIED_HEADER.sub("", _BULLET.sub("", bare))))
    words = " ".join(tidy(words).split())
    if words.count(")") > words.count("("):
        words = words.removesuffix(")")
    if re.search(r"\w", words):
        yield DraftSentence(words, tuple(dict.fromkeys(numbers)), _BULLET.match(bare) is not None)
