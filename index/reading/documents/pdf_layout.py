"""Layout of a page: segments to lines in reading order, one column after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from index.reading.documents.pdf_page import PdfBox, PdfSegment

ALIGNMENT_TOLERANCE = 4.0  # points between the edges of aligned cells
ITEM_MARK = r"(?:[•●▪■◦‣·*→➢❖✓✔○□–—-]|[\uf000-\uf0ff]|o(?=\s)|\d{1,2}[.)]|[a-z]\))"  # mark of a list item
_ONLY_MARK = re.compile(ITEM_MARK)
_CELL_GAP = 1.5  # of the font size: a wider gap may separate two cells
_MAX_GAP_RATIO = 1.5  # widest over narrowest gap of a stretched line
_STEP = 2.0  # points between the positions tried for a gutter
_MAX_CROSSING = 0.5  # of the lines: titles, tables and full-width paragraphs between columns
_MIN_LINES = 3  # on each side of a gutter
_MIN_CHARACTERS = 15  # median of the lines of a column: shorter lines make a table
_MIN_FULLNESS = 0.5  # of a column's width, filled by its lines


@dataclass(frozen=True, slots=True)
class PdfLine(PdfBox):
    """A line of one column. `cells` are its parts separated by wide gaps, as text, left and right (points);
    `is_even` marks a line whose words are equally spaced, as in a line stretched to fill a column."""

    cells: tuple[tuple[str, float, float], ...]
    is_even: bool


def page_regions(segments: Sequence[PdfSegment]) -> list[list[PdfLine]]:
    """Return the lines of a page in reading order, by region: a column, or a full-width band between columns."""
    return [lines for lines in map(group_lines, _split_columns(list(segments), 3)) if lines]


def group_lines(segments: Sequence[PdfSegment]) -> list[PdfLine]:
    """Return the lines of the segments of one region, from top to bottom."""
    rows: list[list[PdfSegment]] = []
    for segment in sorted(segments, key=lambda segment: (segment.middle, segment.left)):
        last = rows[-1][0] if rows else None
        if last and min(last.bottom, segment.bottom) - max(last.top, segment.top) > 0.5 * min(
            last.bottom - last.top, segment.bottom - segment.top
        ):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [_make_line(sorted(row, key=lambda segment: segment.left)) for row in rows]


def _make_line(row: list[PdfSegment]) -> PdfLine:
    """Return the line of segments given from left to right, divided into cells at wide gaps."""
    cells: list[list[PdfSegment]] = []
    for segment in row:
        if cells and segment.left - cells[-1][-1].right <= _CELL_GAP * segment.size:
            cells[-1].append(segment)
        else:
            cells.append([segment])
    longest = max(row, key=lambda segment: len(segment.text))
    return PdfLine(
        row[0].page,
        " ".join(segment.text for segment in row),
        row[0].left,
        max(segment.right for segment in row),
        min(segment.top for segment in row),
        max(segment.bottom for segment in row),
        longest.size,
        all(segment.bold for segment in row if any(char.isalnum() for char in segment.text)),
        tuple((" ".join(segment.text for segment in cell), cell[0].left, cell[-1].right) for cell in cells),
        _is_evenly_spaced(row),
    )


def _is_evenly_spaced(row: list[PdfSegment]) -> bool:
    gaps = [right.left - left.right for left, right in pairwise(row)]
    return (
        bool(gaps)
        and not any(" " in segment.text for segment in row)
        and max(gaps) <= _MAX_GAP_RATIO * max(min(gaps), 0.0)
    )


def _split_columns(segments: list[PdfSegment], depth: int) -> Iterator[list[PdfSegment]]:
    """Yield the segments of each column and full-width band, in reading order; `depth` bounds the recursion."""
    gutter = _find_gutter(segments) if depth else None
    if gutter is None:
        yield segments
        return
    ordered = sorted(segments, key=lambda segment: segment.middle)
    for crossing, group in groupby(ordered, lambda segment: segment.left < gutter < segment.right):
        band = list(group)
        if crossing:
            yield band
        else:
            yield from _split_columns([segment for segment in band if segment.right <= gutter], depth - 1)
            yield from _split_columns([segment for segment in band if segment.left >= gutter], depth - 1)


def _find_gutter(segments: list[PdfSegment]) -> float | None:
    """Return the position of a vertical white strip between columns of text, `None` where there is none. Most lines
    do not cross it, several lie on each side, and they fill their columns, which cells of a table do not."""
    if len(segments) < 2 * _MIN_LINES:
        return None
    left, right = min(segment.left for segment in segments), max(segment.right for segment in segments)
    width = right - left
    places = [left + width * 0.15 + _STEP * number for number in range(int(width * 0.7 / _STEP))]
    crossed = [(sum(segment.left < place < segment.right for segment in segments), place) for place in places]
    fewest = min(crossed, default=(len(segments), 0.0))[0]
    if fewest > _MAX_CROSSING * len(segments):
        return None
    best = max(_free_strips(crossed, fewest), key=lambda strip: strip[1] - strip[0])
    place = (best[0] + best[1]) / 2
    sides = (
        [segment for segment in segments if segment.right <= place],
        [segment for segment in segments if segment.left >= place],
    )
    return place if all(map(_is_column, sides)) and _are_side_by_side(*sides) else None


def _free_strips(crossed: list[tuple[int, float]], fewest: int) -> Iterator[tuple[float, float]]:
    """Yield the ranges of positions that the fewest lines cross."""
    for free, group in groupby(crossed, lambda pair: pair[0] == fewest):
        if free:
            places = [place for _, place in group]
            yield places[0], places[-1]


def _is_column(side: list[PdfSegment]) -> bool:
    lines = group_lines(side)
    if len(lines) < _MIN_LINES:
        return False
    width = max(line.right for line in lines) - min(line.left for line in lines)
    fullness = median((line.right - line.left) / width for line in lines) if width > 0 else 0
    return fullness >= _MIN_FULLNESS and median(len(line.text) for line in lines) >= _MIN_CHARACTERS


def _are_side_by_side(left: list[PdfSegment], right: list[PdfSegment]) -> bool:
    shared = min(max(segment.bottom for segment in side) for side in (left, right)) - max(
        min(segment.top for segment in side) for side in (left, right)
    )
    return shared > 0


def has_several_cells(line: PdfLine) -> bool:
    """Return whether a line has several cells; the mark of a list item is not a cell."""
    return len(line.cells) > 1 and not _ONLY_MARK.fullmatch(line.cells[0][0])


def shares_column(line: PdfLine, other: PdfLine) -> bool:
    """Return whether a cell of a line, other than its first, is aligned with a cell of a neighbouring line."""
    near = abs(line.bottom - other.bottom) < 4 * max(line.size, other.size)
    return near and any(
        _are_aligned((left, right), (other_left, other_right))
        for _, left, right in line.cells[1:]
        for _, other_left, other_right in other.cells[1:]
    )


def _are_aligned(cell: tuple[float, float], other: tuple[float, float]) -> bool:
    (left, right), (other_left, other_right) = cell, other
    distances = (left - other_left, right - other_right, (left + right - other_left - other_right) / 2)
    return min(map(abs, distances)) < ALIGNMENT_TOLERANCE
