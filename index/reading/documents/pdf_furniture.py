"""Detection of page furniture: running headers and footers, and page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from statistics import median

from index.reading.documents.pdf_page import PdfPageText, PdfSegment

_EDGE = 0.15  # of the height of a page
_OUTERMOST = 3  # lines
_SEPARATE_PITCH = 1.7  # of the font size, from one line to the next
_SAME_HEIGHT = 8.0  # points
_TITLE_SIZE = 1.15  # of the body's font size: a title, such as « Atelier 1 », « Atelier 2 » at the top of pages
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")


def remove_furniture(pages: Sequence[PdfPageText], body_size: float) -> list[PdfPageText]:
    """Return the pages without the lines at their edges that recur, digits aside, at the same height on other pages."""
    edges: defaultdict[tuple[str, str], list[PdfSegment]] = defaultdict(list)
    for page in pages:
        for edge, segment in _edge_segments(page):
            edges[edge, _DIGITS.sub("#", segment.text.casefold())].append(segment)
    dropped = {
        id(segment)
        for (_, text), occurrences in edges.items()
        for segment in _recurring_segments(occurrences, text, len(pages), body_size)
    }
    return [
        replace(page, segments=[segment for segment in page.segments if id(segment) not in dropped]) for page in pages
    ]


def _edge_segments(page: PdfPageText) -> Iterator[tuple[str, PdfSegment]]:
    """Yield the segments at the top and bottom edges of a page, with the name of the edge."""
    for edge, sign in (("top", 1), ("bottom", -1)):
        lines: list[list[PdfSegment]] = []
        for segment in sorted(page.segments, key=lambda segment: sign * segment.middle):
            if lines and abs(segment.middle - lines[-1][0].middle) <= segment.size / 2:
                lines[-1].append(segment)
            elif len(lines) <= _OUTERMOST:
                lines.append([segment])
            else:
                break
        for segment in chain.from_iterable(_separated_lines(lines)):
            distance = segment.bottom if edge == "top" else page.height - segment.top
            if distance < _EDGE * page.height:
                yield edge, segment


def _separated_lines(lines: list[list[PdfSegment]]) -> list[list[PdfSegment]]:
    """Return the outermost lines up to the last white space or change of size that separates them from the text."""
    if len(lines) <= _OUTERMOST:
        return lines
    ends = [
        number
        for number, (line, inner) in enumerate(pairwise(lines), start=1)
        if abs(inner[0].middle - line[0].middle) > _SEPARATE_PITCH * inner[0].size
        or abs(inner[0].size - line[0].size) > 0.6
    ]
    return lines[: max(ends, default=0)]


def _recurring_segments(occurrences: list[PdfSegment], text: str, pages: int, body_size: float) -> list[PdfSegment]:
    """Return those of segments with equal text that lie at the same height on enough pages."""
    usual = median(segment.top for segment in occurrences)
    alike = [segment for segment in occurrences if abs(segment.top - usual) <= _SAME_HEIGHT]
    only_number = not any(char.isalpha() for char in text)
    if len({segment.page for segment in alike}) < (2 if only_number or pages <= 4 else 3):
        return [segment for segment in occurrences if _is_page_number(segment)]
    if alike[0].size > _TITLE_SIZE * body_size and not only_number:
        if len({segment.text for segment in alike}) > 1:
            return []
        return alike[1:]  # a repeated title: its first occurrence is the real one
    return alike


def _is_page_number(segment: PdfSegment) -> bool:
    return segment.text.strip(" -–—") == str(segment.page)
