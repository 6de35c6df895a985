"""Typography of a PDF: the size of its body text, its leading, and the looks of its headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.reading.documents.pdf_layout import PdfLine
from index.reading.documents.pdf_page import PdfSegment

_LARGER_RATIO, _LARGER_BY = 1.12, 0.9  # a heading is so many times, and so many points, larger than the body
_SAME_SIZE = 0.6  # points
_MAX_HEADING_CHARS, _MAX_BOLD_HEADING_CHARS = 150, 100
_MAX_BOLD = 0.4  # of the letters: above it, bold does not distinguish headings
_LOWEST_RANK = 6
_USUAL_LEADING = 1.2  # of the font size
_END_MARKS = ".!?…:;"
_CLOSING = '»”")] \u00a0\u202f'


def body_size(segments: Iterable[PdfSegment]) -> float:
    """Return the font size (points) of most characters."""
    sizes: Counter[float] = Counter()
    for segment in segments:
        sizes[round(segment.size * 2) / 2] += len(segment.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


@dataclass(frozen=True, slots=True)
class PdfStyle:
    """Typographic measures of a document: `body` in points, `leading` as a multiple of the font size, `sizes` those
    of headings, largest first; `bold_headings` is true when bold distinguishes headings."""

    body: float
    leading: float
    sizes: tuple[float, ...]
    bold_headings: bool

    def rank(self, line: PdfLine) -> int:
        """Return the heading rank from 1 that the looks of a line give it, 0 for none."""
        text = line.text
        if sum(char.isalpha() for char in text) < 2 or len(text) > _MAX_HEADING_CHARS:
            return 0
        if _is_larger(line.size, self.body):
            larger = sum(size > line.size + _SAME_SIZE for size in self.sizes)
            return min(larger + 1, _LOWEST_RANK)
        looks_like_heading = (
            line.bold and self.bold_headings and line.size >= 0.95 * self.body and len(text) <= _MAX_BOLD_HEADING_CHARS
        )
        if looks_like_heading and text[-1] not in ".;,…" and not text[0].islower():
            return min(len(self.sizes) + 1, _LOWEST_RANK)
        return 0


def measure_style(regions: Sequence[Sequence[PdfLine]], body: float) -> PdfStyle:
    """Return the style of a document, from the lines of its regions."""
    lines = [line for region in regions for line in region]
    pitches = [
        (below.bottom - line.bottom) / line.size
        for region in regions
        for line, below in pairwise(region)
        if line.size > 0 and abs(line.size - below.size) < _SAME_SIZE
    ]
    pitches = [pitch for pitch in pitches if 0.8 <= pitch <= 2.5]
    sizes: list[float] = []
    for size in sorted({line.size for line in lines if _is_larger(line.size, body)}, reverse=True):
        if not sizes or sizes[-1] - size > _SAME_SIZE:
            sizes.append(size)
    letters = sum(len(line.text) for line in lines)
    bold = sum(len(line.text) for line in lines if line.bold)
    return PdfStyle(body, median(pitches) if pitches else _USUAL_LEADING, tuple(sizes), bold <= _MAX_BOLD * letters)


def _is_larger(size: float, body: float) -> bool:
    return size >= _LARGER_RATIO * body and size - body >= _LARGER_BY


def same_size(line: PdfLine, other: PdfLine) -> bool:
    """Return whether two lines have the same font size."""
    return abs(line.size - other.size) <= _SAME_SIZE


def ends_sentence(text: str) -> bool:
    """Return whether a text ends with a mark that ends a sentence or announces a list."""
    return text.rstrip(_CLOSING)[-1:] in tuple(_END_MARKS)
