"""Segments of a page to Lines in reading order, columns one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from index.reading.documents.pdf_page import Box, PdfSegment

_CELL_GAP = 1.5  # of the font size: above it, what follows on a line may be another cell
_UNEVEN = 1.5  # times the narrowest gap of a stretched line
_STEP = 2.0  # points between the places tried for a gutter
_MOST_CROSSING = 0.5  # of the lines: titles, tables and full-width paragraphs between columns
_FEWEST_LINES = 3  # on each side of a gutter
_FEWEST_CHARACTERS = 15  # in a column's lines, by their median: less makes a table
_FULLNESS = 0.5  # of a column's width, filled by its lines


@dataclass(frozen=True, slots=True)
class PdfLine(Box):
    """A line of one column. `cells` are its parts with wide gaps between them, as text, left and right (points);
    `even` says that all its words are as far from each other, as in a line stretched to fill a column."""

    cells: tuple[tuple[str, float, float], ...]
    even: bool


def regions(segments: Sequence[PdfSegment]) -> list[list[PdfLine]]:
    """The lines of a page in reading order, by region: a column, or what stands across columns."""
    return [lines for lines in map(lines_of, _split(list(segments), 3)) if lines]


def lines_of(segments: Sequence[PdfSegment]) -> list[PdfLine]:
    """Segments of one region put together into lines, from top to bottom."""
    rows: list[list[PdfSegment]] = []
    for segment in sorted(segments, key=lambda each: (each.middle, each.left)):
        last = rows[-1][0] if rows else None
        if last and min(last.bottom, segment.bottom) - max(last.top, segment.top) > 0.5 * min(
            last.bottom - last.top, segment.bottom - segment.top
        ):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [_line(sorted(row, key=lambda each: each.left)) for row in rows]


def _line(row: list[PdfSegment]) -> PdfLine:
    cells: list[list[PdfSegment]] = []
    for segment in row:
        if cells and segment.left - cells[-1][-1].right <= _CELL_GAP * segment.size:
            cells[-1].append(segment)
        else:
            cells.append([segment])
    longest = max(row, key=lambda each: len(each.text))
    return PdfLine(
        row[0].page,
        " ".join(segment.text for segment in row),
        row[0].left,
        max(segment.right for segment in row),
        min(segment.top for segment in row),
        max(segment.bottom for segment in row),
        longest.size,
        all(segment.bold for segment in row if any(char.isalnum() for char in segment.text)),
        tuple((" ".join(each.text for each in cell), cell[0].left, cell[-1].right) for cell in cells),
        _is_even(row),
    )


def _is_even(row: list[PdfSegment]) -> bool:
    gaps = [right.left - left.right for left, right in pairwise(row)]
    return bool(gaps) and not any(" " in each.text for each in row) and max(gaps) <= _UNEVEN * max(min(gaps), 0.0)


def _split(segments: list[PdfSegment], depth: int) -> Iterator[list[PdfSegment]]:
    gutter = _gutter(segments) if depth else None
    if gutter is None:
        yield segments
        return
    ordered = sorted(segments, key=lambda each: each.middle)
    for crossing, group in groupby(ordered, lambda each: each.left < gutter < each.right):
        band = list(group)
        if crossing:
            yield band
        else:
            yield from _split([each for each in band if each.right <= gutter], depth - 1)
            yield from _split([each for each in band if each.left >= gutter], depth - 1)


def _gutter(segments: list[PdfSegment]) -> float | None:
    """Where white runs down between columns of text, `None` where it does not. Most lines stand clear of it, there
    are several on each side, and they fill their columns: cells of a table do not."""
    if len(segments) < 2 * _FEWEST_LINES:
        return None
    left, right = min(each.left for each in segments), max(each.right for each in segments)
    width = right - left
    places = [left + width * 0.15 + _STEP * number for number in range(int(width * 0.7 / _STEP))]
    crossed = [(sum(each.left < place < each.right for each in segments), place) for place in places]
    fewest = min(crossed, default=(len(segments), 0.0))[0]
    if fewest > _MOST_CROSSING * len(segments):
        return None
    best = max(_strips(crossed, fewest), key=lambda strip: strip[1] - strip[0])
    place = (best[0] + best[1]) / 2
    sides = ([each for each in segments if each.right <= place], [each for each in segments if each.left >= place])
    return place if all(map(_is_column, sides)) and _side_by_side(*sides) else None


def _strips(crossed: list[tuple[int, float]], fewest: int) -> Iterator[tuple[float, float]]:
    for free, group in groupby(crossed, lambda pair: pair[0] == fewest):
        if free:
            places = [place for _, place in group]
            yield places[0], places[-1]


def _is_column(side: list[PdfSegment]) -> bool:
    lines = lines_of(side)
    if len(lines) < _FEWEST_LINES:
        return False
    width = max(line.right for line in lines) - min(line.left for line in lines)
    fullness = median((line.right - line.left) / width for line in lines) if width > 0 else 0
    return fullness >= _FULLNESS and median(len(line.text) for line in lines) >= _FEWEST_CHARACTERS


def _side_by_side(left: list[PdfSegment], right: list[PdfSegment]) -> bool:
    shared = min(max(each.bottom for each in side) for side in (left, right)) - max(
        min(each.top for each in side) for side in (left, right)
    )
    return shared > 0
