"""How the text of one PDF is set: the size of its body, its leading, and what tells its headings from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.reading.documents.pdf_layout import PdfLine
from index.reading.documents.pdf_page import PdfSegment

_LARGER = 1.12  # times the body's size, and so many points more
_LARGER_BY = 0.9
_SAME_SIZE = 0.6  # points
_HEADING_CHARS, _BOLD_HEADING_CHARS = 150, 100
_MOSTLY = 0.4  # of the letters in bold: then bold says nothing
_LOWEST_RANK = 6
_USUAL_LEADING = 1.2  # of the font size
_ENDS = ".!?…:;"
_CLOSING = '»”")] \u00a0\u202f'


def body_size(segments: Iterable[PdfSegment]) -> float:
    """The font size (points) of most characters."""
    sizes: Counter[float] = Counter()
    for segment in segments:
        sizes[round(segment.size * 2) / 2] += len(segment.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


@dataclass(frozen=True, slots=True)
class PdfStyle:
    """`body` in points, `leading` as a multiple of the font size, `sizes` those of headings, largest first; `bold`
    says whether bold makes headings."""

    body: float
    leading: float
    sizes: tuple[float, ...]
    bold: bool

    def rank(self, line: PdfLine) -> int:
        """The heading rank from 1 that a line's looks give it, 0 for none."""
        text = line.text
        if sum(char.isalpha() for char in text) < 2 or len(text) > _HEADING_CHARS:
            return 0
        if _is_larger(line.size, self.body):
            larger = sum(size > line.size + _SAME_SIZE for size in self.sizes)
            return min(larger + 1, _LOWEST_RANK)
        looks = line.bold and self.bold and line.size >= 0.95 * self.body and len(text) <= _BOLD_HEADING_CHARS
        if looks and text[-1] not in ".;,…" and not text[0].islower():
            return min(len(self.sizes) + 1, _LOWEST_RANK)
        return 0


def style_of(regions: Sequence[Sequence[PdfLine]], body: float) -> PdfStyle:
    """The style of a document, from the lines of its regions."""
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
    return PdfStyle(body, median(pitches) if pitches else _USUAL_LEADING, tuple(sizes), bold <= _MOSTLY * letters)


def _is_larger(size: float, body: float) -> bool:
    return size >= _LARGER * body and size - body >= _LARGER_BY


def same_size(line: PdfLine, other: PdfLine) -> bool:
    """Whether two lines are set in one size."""
    return abs(line.size - other.size) <= _SAME_SIZE


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a mark that ends sentences or announces a list."""
    return text.rstrip(_CLOSING)[-1:] in tuple(_ENDS)
