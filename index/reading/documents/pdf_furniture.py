"""What recurs at the top and bottom of pages: running headers and footers, and page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from statistics import median

from index.reading.documents.pdf_page import PageText, PdfSegment

_EDGE = 0.15  # of the height of a page
_OUTERMOST = 3  # lines
_APART = 1.7  # of the font size, from one line to the next
_SAME_HEIGHT = 8.0  # points
_LARGE = 1.15  # of the body's font size: a title, « Atelier 1 », « Atelier 2 » at the top of pages
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")


def without_furniture(pages: Sequence[PageText], body_size: float) -> list[PageText]:
    """The pages without the lines at their edges that recur, digits aside, at the same height on others."""
    edges: defaultdict[tuple[str, str], list[PdfSegment]] = defaultdict(list)
    for page in pages:
        for edge, segment in _at_edges(page):
            edges[edge, _DIGITS.sub("#", segment.text.casefold())].append(segment)
    dropped = {
        id(segment) for (_, text), found in edges.items() for segment in _recurring(found, text, len(pages), body_size)
    }
    return [replace(page, segments=[each for each in page.segments if id(each) not in dropped]) for page in pages]


def _at_edges(page: PageText) -> Iterator[tuple[str, PdfSegment]]:
    for edge, sign in (("top", 1), ("bottom", -1)):
        lines: list[list[PdfSegment]] = []
        for segment in sorted(page.segments, key=lambda each: sign * each.middle):
            if lines and abs(segment.middle - lines[-1][0].middle) <= segment.size / 2:
                lines[-1].append(segment)
            elif len(lines) <= _OUTERMOST:
                lines.append([segment])
            else:
                break
        for segment in chain.from_iterable(_set_apart(lines)):
            distance = segment.bottom if edge == "top" else page.height - segment.top
            if distance < _EDGE * page.height:
                yield edge, segment


def _set_apart(lines: list[list[PdfSegment]]) -> list[list[PdfSegment]]:
    """The outermost lines down to the last white space or change of size under them: the others belong to the text."""
    if len(lines) <= _OUTERMOST:
        return lines
    ends = [
        number
        for number, (line, inner) in enumerate(pairwise(lines), start=1)
        if abs(inner[0].middle - line[0].middle) > _APART * inner[0].size or abs(inner[0].size - line[0].size) > 0.6
    ]
    return lines[: max(ends, default=0)]


def _recurring(found: list[PdfSegment], text: str, pages: int, body_size: float) -> list[PdfSegment]:
    """Those of alike segments that stand at the same height on enough pages."""
    usual = median(segment.top for segment in found)
    alike = [segment for segment in found if abs(segment.top - usual) <= _SAME_HEIGHT]
    only_number = not any(char.isalpha() for char in text)
    if len({segment.page for segment in alike}) < (2 if only_number or pages <= 4 else 3):
        return [segment for segment in found if _is_page_number(segment)]
    if alike[0].size > _LARGE * body_size and not only_number:
        if len({segment.text for segment in alike}) > 1:
            return []
        return alike[1:]  # a title repeated: its first place is where it stands
    return alike


def _is_page_number(segment: PdfSegment) -> bool:
    return segment.text.strip(" -–—") == str(segment.page)
