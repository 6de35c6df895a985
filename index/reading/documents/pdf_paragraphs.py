"""Lines in reading order to blocks: headings, paragraphs, items and table rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.reading.documents.pdf_layout import ALIGNMENT_TOLERANCE, ITEM_MARK, PdfLine, has_several_cells, shares_column
from index.reading.documents.pdf_style import PdfStyle, ends_sentence, same_size
from index.reading.documents.pdf_words import HyphenJoiner
from index.reading.outline import Block
from index.reading.text import tidy

_ITEM = re.compile(ITEM_MARK + r"[\s\u00a0]+(?=\S)")
_CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d*$|…{2,}\s*\d*$")
_CUT_WORD = re.compile(r"[^\W\d_][-‑\u00ad]$")
_PARAGRAPH_PITCH = 1.3  # of the usual leading: a larger one begins a paragraph
_HEADING_PITCH = 1.8  # of the font size, between the lines of one heading
_MAX_HEADING_LINES, _MAX_HEADING_CHARS = 4, 250
_EDGE_TOLERANCE = 2.0  # points between the end of a line and the edge of its column
_FULL_WIDTH = 0.85  # of a column's width
_CHARACTER_WIDTH = 0.55  # of the font size, approximate
_LOOK_BACK = 6  # blocks, to find the paragraph that continues after notes and figures


@dataclass(slots=True)
class _PdfDraft:
    """A block being gathered. `column` is the left and right of its region (points); `edge` is the indentation of an
    item's mark; `cells` are the texts of a row and `places` their left and right."""

    kind: Literal["heading", "prose", "item", "row"]
    lines: list[PdfLine]
    texts: list[str]
    column: tuple[float, float]
    level: int = 1
    edge: float = 0.0
    is_first: bool = False  # in its region
    cells: list[list[str]] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)

    @property
    def last(self) -> PdfLine:
        return self.lines[-1]


def blocks_from_regions(regions: Sequence[Sequence[PdfLine]], style: PdfStyle) -> list[Block]:
    """Return the blocks of a document from its regions in reading order. All headings are guessed. Lines of a table
    of contents, known by their dot leaders, are dropped."""
    joiner = HyphenJoiner(line.text for region in regions for line in region)
    drafts: list[_PdfDraft] = []
    for region in regions:
        for draft in _PdfRegion(region, style).drafts():
            earlier = _find_continued(drafts, draft, style) if draft.is_first else None
            if earlier is None:
                drafts.append(draft)
            else:
                earlier.lines.extend(draft.lines)
                earlier.texts.extend(draft.texts)
                earlier.column = draft.column
    return [block for block in _finish_drafts(drafts, joiner) if block.text]


class _PdfRegion:
    """Region of a page, usually a column, and its division into drafts."""

    def __init__(self, lines: Sequence[PdfLine], style: PdfStyle) -> None:
        self._lines, self._style = lines, style
        rights = sorted(line.right for line in lines if len(line.cells) == 1) or sorted(line.right for line in lines)
        self._column = min(line.left for line in lines), rights[int(0.95 * (len(rights) - 1))]
        plain = [line for line in lines if len(line.cells) == 1]
        self._justified = 2 * sum(map(self._fills_column, plain)) >= len(plain)
        self._drafts: list[_PdfDraft] = []

    def drafts(self) -> list[_PdfDraft]:
        """Return the drafts of the region, from top to bottom."""
        current: _PdfDraft | None = None
        for number, line in enumerate(self._lines):
            if _CONTENTS.search(line.text):
                current = None
            elif self._is_row(number):
                current = self._start_draft("row", line, "")
                current.cells = [[text] for text, _, _ in line.cells]
                current.places = [(left, right) for _, left, right in line.cells]
            elif current is not None and current.kind == "row" and (cells := _continued_cells(current, line)):
                for (text, _, _), cell in zip(line.cells, cells, strict=True):
                    current.cells[cell].append(text)
                current.lines.append(line)
            else:
                current = self._place_line(current, line)
        if self._drafts:
            self._drafts[0].is_first = True
        return self._drafts

    def _is_row(self, number: int) -> bool:
        """Return whether cells of a line are aligned with those of a neighbour."""
        line, neighbours = self._lines[number], self._neighbours(number)
        return (
            has_several_cells(line)
            and not self._is_stretched(line, neighbours)
            and any(has_several_cells(other) and shares_column(line, other) for other in neighbours)
        )

    def _neighbours(self, number: int) -> list[PdfLine]:
        return [*self._lines[max(0, number - 1) : number], *self._lines[number + 1 : number + 2]]

    def _is_stretched(self, line: PdfLine, neighbours: Sequence[PdfLine]) -> bool:
        """Return whether the gaps of a line only stretch it to fill its column, as in justified text."""
        prose = [other for other in neighbours if len(other.cells) == 1 and same_size(line, other)]
        return line.is_even and self._justified and self._fills_column(line) and (len(line.cells) > 2 or bool(prose))

    def _fills_column(self, line: PdfLine) -> bool:
        return line.left - self._column[0] < _EDGE_TOLERANCE and abs(self._column[1] - line.right) < _EDGE_TOLERANCE

    def _place_line(self, current: _PdfDraft | None, line: PdfLine) -> _PdfDraft:
        """Add a line to the current draft or start a new draft with it; return the draft that holds the line."""
        rank = self._style.rank(line)
        if rank and not (self._is_emphasis(current, line)):
            if current and current.kind == "heading" and current.level == rank and self._is_same_heading(current, line):
                return self._extend_draft(current, line)
            return self._start_draft("heading", line, line.text, rank)
        mark = _ITEM.match(line.text)
        if mark:
            return self._start_draft("item", line, line.text[mark.end() :])
        if current and current.kind in ("prose", "item") and self._continues_paragraph(current, line):
            return self._extend_draft(current, line)
        return self._start_draft("prose", line, line.text)

    def _start_draft(
        self, kind: Literal["heading", "prose", "item", "row"], line: PdfLine, text: str, level: int = 1
    ) -> _PdfDraft:
        self._drafts.append(_PdfDraft(kind, [line], [text], self._column, level, line.left - self._column[0]))
        return self._drafts[-1]

    def _extend_draft(self, draft: _PdfDraft, line: PdfLine) -> _PdfDraft:
        draft.lines.append(line)
        draft.texts.append(line.text)
        return draft

    def _is_emphasis(self, current: _PdfDraft | None, line: PdfLine) -> bool:
        """Return whether a line looks like a heading only because bold words fill it in the middle of a paragraph."""
        return (
            current is not None
            and current.kind in ("prose", "item")
            and same_size(current.last, line)
            and not ends_sentence(current.last.text)
            and not self._is_separated(current, line)
            and not self._leaves_room(current, line)
        )

    def _is_same_heading(self, current: _PdfDraft, line: PdfLine) -> bool:
        pitch = line.bottom - current.last.bottom
        return (
            same_size(current.last, line) and current.last.bold == line.bold and 0 < pitch < _HEADING_PITCH * line.size
        )

    def _continues_paragraph(self, current: _PdfDraft, line: PdfLine) -> bool:
        """Return whether a line belongs to the paragraph or item above it."""
        last = current.last
        if not same_size(last, line) or self._is_separated(current, line):
            return False
        if _CUT_WORD.search(last.text):
            return True
        indent = line.left - min(above.left for above in current.lines)
        if current.kind == "item" and indent > 0.5 * line.size:
            return True
        if ends_sentence(last.text) and (indent > 0.8 * line.size or self._leaves_room(current, line)):
            return False
        return last.right - self._column[0] > 0.6 * self._width or not self._leaves_room(current, line)

    @property
    def _width(self) -> float:
        return self._column[1] - self._column[0]

    def _is_separated(self, current: _PdfDraft, line: PdfLine) -> bool:
        """Return whether the space above a line is larger than that between lines of a paragraph."""
        pitch = line.bottom - current.last.bottom
        return not 0 < pitch <= _PARAGRAPH_PITCH * self._style.leading * max(line.size, current.last.size)

    def _leaves_room(self, current: _PdfDraft, line: PdfLine) -> bool:
        """Return whether the first word of a line would have fitted at the end of the line above: the line then
        begins a new block."""
        first_word = line.text.split(" ", 1)[0]
        return current.last.right + (len(first_word) + 1) * _CHARACTER_WIDTH * line.size < self._column[1] - line.size


def _continued_cells(row: _PdfDraft, line: PdfLine) -> list[int]:
    """Return the cell of a row that each part of a line continues, an empty list when the line begins another block."""
    cells = [
        next((number for number, place in enumerate(row.places) if abs(place[0] - left) < ALIGNMENT_TOLERANCE), -1)
        for _, left, _ in line.cells
    ]
    return cells if min(cells) > 0 and line.bottom - row.last.bottom < 2 * line.size else []


def _find_continued(drafts: list[_PdfDraft], draft: _PdfDraft, style: PdfStyle) -> _PdfDraft | None:
    """Return the earlier paragraph or item that the first draft of a region continues, smaller text in between
    (notes, captions) skipped."""
    if draft.kind != "prose":
        return None
    text = draft.texts[0]
    for before in reversed(drafts[-_LOOK_BACK:]):
        smaller = before.last.size < 0.95 * style.body and before.last.size < draft.last.size - 0.5
        if before.last.page < draft.lines[0].page - 1:
            return None
        if smaller:
            continue
        if before.kind not in ("prose", "item") or not same_size(before.last, draft.lines[0]):
            return None
        if ends_sentence(before.texts[-1]):
            return None
        left, right = before.column
        fills_column = before.last.right - left > _FULL_WIDTH * (right - left)
        is_cut = _CUT_WORD.search(before.texts[-1]) is not None
        return before if text[0].islower() or text[0].isdigit() or is_cut or fills_column else None
    return None


def _finish_drafts(drafts: Sequence[_PdfDraft], joiner: HyphenJoiner) -> list[Block]:
    """Return the blocks of drafts: lines joined, depths of items counted from their indentation."""
    blocks = []
    depths: list[float] = []
    for draft in drafts:
        page = draft.lines[0].page
        if draft.kind == "item":
            depths = [*(edge for edge in depths if edge < draft.edge - ALIGNMENT_TOLERANCE), draft.edge]
            blocks.append(Block("item", tidy(joiner.join(draft.texts)), page=page, level=len(depths)))
            continue
        depths = []
        if draft.kind == "row":
            text = " | ".join(tidy(joiner.join(cell)) for cell in draft.cells)
            blocks.append(Block("item", text, page=page))
            continue
        text = tidy(joiner.join(draft.texts))
        is_heading = (
            draft.kind == "heading" and len(draft.lines) <= _MAX_HEADING_LINES and len(text) <= _MAX_HEADING_CHARS
        )
        blocks.append(
            Block(
                "heading" if is_heading else "prose",
                text,
                page=page,
                level=draft.level if is_heading else 1,
                inferred=is_heading,
            )
        )
    return blocks
