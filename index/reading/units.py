"""A Passage to its Units: what is quoted whole. Offsets are exact, so that a unit is always a copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from index.types import Passage, Unit

_WHOLE_ITEM = 400  # characters up to which a list item or heading is one unit
_LONGEST = 500  # a longer sentence is cut at a semicolon, a comma or a space
_LIST_MARKS = ",; \t\n\u00a0\u202f"
# Ends of sentences: a mark, closing quotes, white space, then what may begin a sentence. Nothing is tried again from
# inside a run of marks or of white space: a hundred thousand « ? » would take minutes.
_END = re.compile(r"(?<![.!?…])(?:[.!?…]++[\s\u00a0]?[»”\")\]]*)(?=\s++[«“\"(\[–—-]*+[\s\u00a0]*+[A-ZÀ-ÖØ-ÞŒ0-9])")
_LONGEST_ABBREVIATION = 6  # characters, its point and a line break after it included
_NOT_AN_END = re.compile(r"(?:\b(?:[A-Z]|M|MM|Mme|Mlle|Dr|Pr|St|Ste|cf|p|pp|art|n|vol|éd|ibid|op|fig)\.)$")


def spans(text: str) -> list[tuple[int, int]]:
    """The offsets of the sentences of `text`, white space at their ends left out. They never overlap, and what lies
    between them is white space."""
    return list(_spans(text))


def units(passage: Passage) -> list[Unit]:
    """The units of a passage, in order: a heading or a list item whole unless it is long, else its sentences. The
    comma or semicolon that ends a list item belongs to the list."""
    whole = passage.kind in ("heading", "item") and len(passage.text) <= _WHOLE_ITEM
    found = [(0, len(passage.text.rstrip(_LIST_MARKS)) or len(passage.text))] if whole else spans(passage.text)
    return [Unit(passage, start, end) for start, end in found]


@lru_cache(maxsize=1024)  # an answer asks for those of a passage at each of its steps
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(span for start, end in _sentences(text) for span in _bounded(text, start, end))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        if not _NOT_AN_END.search(text, max(start, match.end() - _LONGEST_ABBREVIATION), match.end()):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if len(piece) > left:
        yield start + left, start + len(piece.rstrip())


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        window = text[start : start + _LONGEST]
        cut = max(window.rfind("; ") + 1, window.rfind("\n"))
        if cut < _LONGEST // 3:
            cut = max(window.rfind(", ") + 1, window.rfind(" "))
        if cut <= 0:
            cut = _LONGEST
        yield from _trimmed(text, start, start + cut)
        start += cut
    yield from _trimmed(text, start, end)
