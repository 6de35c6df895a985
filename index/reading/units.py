"""Splitting of a passage into units, the sentences or items that are quoted whole. Offsets are exact, so that a unit
is always a verbatim copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from index.types import Passage, Unit

_WHOLE_ITEM = 400  # characters up to which a list item or heading is one unit
_LONGEST = 500  # characters; a longer sentence is cut at a semicolon, a comma or a space
_LIST_MARKS = ",; \t\n\u00a0\u202f"
# End of a sentence: a mark, closing quotes, white space, then a character that may begin a sentence. Possessive
# quantifiers prevent backtracking inside runs of marks or of white space: a hundred thousand « ? » would take minutes.
_SENTENCE_END = re.compile(
    r"(?<![.!?…])(?:[.!?…]++[\s\u00a0]?[»”\")\]]*)(?=\s++[«“\"(\[–—-]*+[\s\u00a0]*+[A-ZÀ-ÖØ-ÞŒ0-9])"
)
_ABBREVIATION_CHARS = 6  # maximum, with its point and a line break after it
_ABBREVIATION = re.compile(r"(?:\b(?:[A-Z]|M|MM|Mme|Mlle|Dr|Pr|St|Ste|cf|p|pp|art|n|vol|éd|ibid|op|fig)\.)$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the sentences of `text`, without white space at their ends. They never overlap, and only
    white space lies between them."""
    return list(_cached_spans(text))


def units(passage: Passage) -> list[Unit]:
    """Return the units of a passage, in order: a heading or a list item whole unless it is long, else its sentences.
    The comma or semicolon that ends a list item is not part of the unit."""
    whole = passage.kind in ("heading", "item") and len(passage.text) <= _WHOLE_ITEM
    found = [(0, len(passage.text.rstrip(_LIST_MARKS)) or len(passage.text))] if whole else sentence_spans(passage.text)
    return [Unit(passage, start, end) for start, end in found]


@lru_cache(maxsize=1024)  # each step of an answer asks for the units of the same passages
def _cached_spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(span for start, end in _sentences(text) for span in _bounded_spans(text, start, end))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of sentences, at the marks that do not end an abbreviation."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text, max(start, match.end() - _ABBREVIATION_CHARS), match.end()):
            yield from _trimmed_span(text, start, match.end())
            start = match.end()
    yield from _trimmed_span(text, start, len(text))


def _trimmed_span(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span without the white space at its ends; nothing when only white space is left."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if len(piece) > left:
        yield start + left, start + len(piece.rstrip())


def _bounded_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a span cut into pieces of at most `_LONGEST` characters."""
    while end - start > _LONGEST:
        window = text[start : start + _LONGEST]
        cut = max(window.rfind("; ") + 1, window.rfind("\n"))
        if cut < _LONGEST // 3:
            cut = max(window.rfind(", ") + 1, window.rfind(" "))
        if cut <= 0:
            cut = _LONGEST
        yield from _trimmed_span(text, start, start + cut)
        start += cut
    yield from _trimmed_span(text, start, end)
