"""What a language model writes, a sentence at a time, and whether each may be shown. Pure, but for the nearness of
meaning, which is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.answer.support import supporters
from index.reading.text import tidy
from index.reading.units import sentence_spans
from index.types import Unit

Near = Callable[[str, str], float]
"""How near the meanings of two texts are: a cosine."""

_CITED = re.compile(r"\s*\[\s*(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\s*\]")
_LEADING = re.compile(r"(?:\s*\[\s*\d{1,4}(?:\s*[,;]\s*\d{1,4})*\s*\])+[ .!?…]*")
_STUCK = re.compile(r"(?<=[.!?…])(?=\[)")
_THINKING = "<think>"  # what some models do aloud before they answer
_FORMAT = re.compile(r"<think>.*?</think>|<\|[^|>\n]{0,40}\|>|</?s>", re.DOTALL)
_FORMAT_BEGUN = re.compile(r"<(?:/?s?|\|[^|>\n]{0,40}\|?|think>.*|t(?:h(?:i(?:nk?)?)?)?)\Z", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:[-*•–—]|\d{1,2}[.)])\s+")
_MARKUP = re.compile(r"\*\*|__|^#+\s+|`")
_LABEL = re.compile(r"^(?:réponse|answer)\s*:\s*", re.IGNORECASE)
_STANDING = re.compile(r"^\s*\([^()]* — [^()]*\)\s*")  # where a passage stands, copied from the prompt


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a model wrote it: its words, the numbers that it cites, in order, and whether it is an item of a
    list."""

    words: str
    numbers: tuple[int, ...]
    is_item: bool


def sentences(pieces: Iterable[str]) -> Iterator[Written]:
    """The sentences of a text that comes in pieces, each as soon as the next one has begun or its line has ended. What
    a model thinks aloud and the marks of its format are left out."""
    line = ""
    for piece in _spoken(pieces):
        *ended, line = (line + piece).split("\n")
        for one in ended:
            yield from _of_line(one)
        line = _STUCK.sub(" ", line)
        bounds = _bounds(line)
        unsure = 2 if bounds and line[bounds[-1][0]] == "[" else 1  # the number of a citation may be on its way
        for start, end in bounds[:-unsure]:
            yield from _written(line[start:end])
        if bounds[:-unsure]:
            line = line[bounds[-unsure][0] :]
    yield from _of_line(line)


def check(sentence: Written, numbered: Mapping[int, Unit], near: Near, least: float) -> tuple[Unit, ...]:
    """The units that a sentence rests on, of those it cites; none when it must not be shown: it cites nothing or what
    it was not given, it says what no cited unit says, or none of them is at least as near to it as `least`."""
    if not sentence.numbers or any(number not in numbered for number in sentence.numbers):
        return ()
    resting = supporters(sentence.words, [numbered[number] for number in sentence.numbers])
    nearest = max((near(sentence.words, unit.text) for unit in resting), default=0.0)
    return resting if nearest >= least else ()


def _spoken(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces of a text less the marks of a model's format; what may be the beginning of one waits for its end."""
    held = ""
    for piece in pieces:
        held = _FORMAT.sub("", held + piece)
        begun = _FORMAT_BEGUN.search(held)
        at = begun.start() if begun else len(held)
        if at:
            yield held[:at]
        held = held[at:]
    if held and not held.startswith(_THINKING):
        yield held


def _of_line(line: str) -> Iterator[Written]:
    line = _STUCK.sub(" ", line)
    for start, end in _bounds(line):
        yield from _written(line[start:end])


def _bounds(line: str) -> list[tuple[int, int]]:
    """Where the sentences of a line stand, the numbers after a full stop with the sentence before them."""
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


def _written(text: str) -> Iterator[Written]:
    numbers = [int(number) for cited in _CITED.findall(text) for number in re.findall(r"\d+", cited)]
    bare = _CITED.sub("", text)
    words = _LABEL.sub("", _MARKUP.sub("", _STANDING.sub("", _BULLET.sub("", bare))))
    words = " ".join(tidy(words).split())
    if words.count(")") > words.count("("):
        words = words.removesuffix(")")
    if re.search(r"\w", words):
        yield Written(words, tuple(dict.fromkeys(numbers)), _BULLET.match(bare) is not None)
