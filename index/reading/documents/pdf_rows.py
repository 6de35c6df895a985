"""Which lines of a PDF are rows of a table: their cells stand under each other."""

from __future__ import annotations

import re

from index.reading.documents.pdf_layout import PdfLine

ALIGNED = 4.0  # points
MARK = r"(?:[•●▪■◦‣·*→➢❖✓✔○□–—-]|[\uf000-\uf0ff]|o(?=\s)|\d{1,2}[.)]|[a-z]\))"  # of an item
_ONLY_MARK = re.compile(MARK)


def has_cells(line: PdfLine) -> bool:
    """Whether a line has several cells; the mark of an item is none."""
    return len(line.cells) > 1 and not _ONLY_MARK.fullmatch(line.cells[0][0])


def shares_column(line: PdfLine, other: PdfLine) -> bool:
    """Whether a cell of a line, not the first, stands under or above one of a line near it."""
    near = abs(line.bottom - other.bottom) < 4 * max(line.size, other.size)
    return near and any(
        _aligned((left, right), (other_left, other_right))
        for _, left, right in line.cells[1:]
        for _, other_left, other_right in other.cells[1:]
    )


def _aligned(cell: tuple[float, float], other: tuple[float, float]) -> bool:
    (left, right), (other_left, other_right) = cell, other
    distances = (left - other_left, right - other_right, (left + right - other_left - other_right) / 2)
    return min(map(abs, distances)) < ALIGNED
