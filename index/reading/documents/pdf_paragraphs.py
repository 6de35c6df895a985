"""Lines in reading order to Blocks: headings, paragraphs, items and table rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.reading.documents.pdf_layout import PdfLine
from index.reading.documents.pdf_rows import ALIGNED, MARK, has_cells, shares_column
from index.reading.documents.pdf_style import PdfStyle, ends_sentence, same_size
from index.reading.documents.pdf_words import HyphenJoiner
from index.reading.outline import Block
from index.reading.text import tidy

_ITEM = re.compile(MARK + r"[\s\u00a0]+(?=\S)")
_CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d*$|…{2,}\s*\d*$")
_CUT_WORD = re.compile(r"[^\W\d_][-‑\u00ad]$")
_NEW_PARAGRAPH = 1.3  # of the usual leading
_HEADING_PITCH = 1.8  # of the font size, between the lines of one heading
_HEADING_LINES, _HEADING_CHARS = 4, 250
_EDGE = 2.0  # points within which lines end at the edge of a column
_FULL = 0.85  # of a column's width
_CHARACTER = 0.55  # of the font size: about the width of one
_LOOK_BACK = 6  # blocks, for a paragraph that goes on past notes and figures


@dataclass(slots=True)
class _Draft:
    """A block being gathered. `column` is the left and right of its region; `edge` is where an item's mark stands."""

    kind: Literal["heading", "prose", "item", "row"]
    lines: list[PdfLine]
    texts: list[str]
    column: tuple[float, float]
    level: int = 1
    edge: float = 0.0
    first: bool = False  # of its region
    cells: list[list[str]] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)  # left and right of each cell

    @property
    def last(self) -> PdfLine:
        return self.lines[-1]


def blocks(regions: Sequence[Sequence[PdfLine]], style: PdfStyle) -> list[Block]:
    """The blocks of a document from its regions in reading order. All headings are guessed. Lines of a table of
    contents, known by their dots, are left out."""
    mender = HyphenJoiner(line.text for region in regions for line in region)
    drafts: list[_Draft] = []
    for region in regions:
        for draft in _Region(region, style).drafts():
            goes_on = _continued(drafts, draft, style) if draft.first else None
            if goes_on is None:
                drafts.append(draft)
            else:
                goes_on.lines.extend(draft.lines)
                goes_on.texts.extend(draft.texts)
                goes_on.column = draft.column
    return [block for block in _finished(drafts, mender) if block.text]


class _Region:
    """One column of a page, cut into drafts."""

    def __init__(self, lines: Sequence[PdfLine], style: PdfStyle) -> None:
        self._lines, self._style = lines, style
        rights = sorted(line.right for line in lines if len(line.cells) == 1) or sorted(line.right for line in lines)
        self._column = min(line.left for line in lines), rights[int(0.95 * (len(rights) - 1))]
        plain = [line for line in lines if len(line.cells) == 1]
        self._justified = 2 * sum(map(self._fills, plain)) >= len(plain)
        self._drafts: list[_Draft] = []

    def drafts(self) -> list[_Draft]:
        current: _Draft | None = None
        for number, line in enumerate(self._lines):
            if _CONTENTS.search(line.text):
                current = None
            elif self._is_row(number):
                current = self._start("row", line, "")
                current.cells = [[text] for text, _, _ in line.cells]
                current.places = [(left, right) for _, left, right in line.cells]
            elif current is not None and current.kind == "row" and (cells := _under(current, line)):
                for (text, _, _), cell in zip(line.cells, cells, strict=True):
                    current.cells[cell].append(text)
                current.lines.append(line)
            else:
                current = self._text(current, line)
        if self._drafts:
            self._drafts[0].first = True
        return self._drafts

    def _is_row(self, number: int) -> bool:
        """Whether a line has cells that stand under or above those of a neighbour."""
        line, around = self._lines[number], self._around(number)
        return (
            has_cells(line)
            and not self._is_stretched(line, around)
            and any(has_cells(other) and shares_column(line, other) for other in around)
        )

    def _around(self, number: int) -> list[PdfLine]:
        return [*self._lines[max(0, number - 1) : number], *self._lines[number + 1 : number + 2]]

    def _is_stretched(self, line: PdfLine, around: Sequence[PdfLine]) -> bool:
        """Whether gaps in a line only make it fill its column, as they do in justified text."""
        prose = [other for other in around if len(other.cells) == 1 and same_size(line, other)]
        return line.even and self._justified and self._fills(line) and (len(line.cells) > 2 or bool(prose))

    def _fills(self, line: PdfLine) -> bool:
        return line.left - self._column[0] < _EDGE and abs(self._column[1] - line.right) < _EDGE

    def _text(self, current: _Draft | None, line: PdfLine) -> _Draft:
        rank = self._style.rank(line)
        if rank and not (self._is_emphasis(current, line)):
            if current and current.kind == "heading" and current.level == rank and self._same_heading(current, line):
                return self._add(current, line)
            return self._start("heading", line, line.text, rank)
        mark = _ITEM.match(line.text)
        if mark:
            return self._start("item", line, line.text[mark.end() :])
        if current and current.kind in ("prose", "item") and self._goes_on(current, line):
            return self._add(current, line)
        return self._start("prose", line, line.text)

    def _start(
        self, kind: Literal["heading", "prose", "item", "row"], line: PdfLine, text: str, level: int = 1
    ) -> _Draft:
        self._drafts.append(_Draft(kind, [line], [text], self._column, level, line.left - self._column[0]))
        return self._drafts[-1]

    def _add(self, draft: _Draft, line: PdfLine) -> _Draft:
        draft.lines.append(line)
        draft.texts.append(line.text)
        return draft

    def _is_emphasis(self, current: _Draft | None, line: PdfLine) -> bool:
        """Whether a line looks like a heading because bold words fill it in the middle of a paragraph."""
        return (
            current is not None
            and current.kind in ("prose", "item")
            and same_size(current.last, line)
            and not ends_sentence(current.last.text)
            and not self._is_apart(current, line)
            and not self._had_room(current, line)
        )

    def _same_heading(self, current: _Draft, line: PdfLine) -> bool:
        pitch = line.bottom - current.last.bottom
        return (
            same_size(current.last, line) and current.last.bold == line.bold and 0 < pitch < _HEADING_PITCH * line.size
        )

    def _goes_on(self, current: _Draft, line: PdfLine) -> bool:
        """Whether a line belongs to the paragraph or item above it."""
        last = current.last
        if not same_size(last, line) or self._is_apart(current, line):
            return False
        if _CUT_WORD.search(last.text):
            return True
        indent = line.left - min(each.left for each in current.lines)
        if current.kind == "item" and indent > 0.5 * line.size:
            return True
        if ends_sentence(last.text) and (indent > 0.8 * line.size or self._had_room(current, line)):
            return False
        return last.right - self._column[0] > 0.6 * self._width or not self._had_room(current, line)

    @property
    def _width(self) -> float:
        return self._column[1] - self._column[0]

    def _is_apart(self, current: _Draft, line: PdfLine) -> bool:
        pitch = line.bottom - current.last.bottom
        return not 0 < pitch <= _NEW_PARAGRAPH * self._style.leading * max(line.size, current.last.size)

    def _had_room(self, current: _Draft, line: PdfLine) -> bool:
        """Whether the first word of a line had room at the end of the line above: then it begins something."""
        first = line.text.split(" ", 1)[0]
        return current.last.right + (len(first) + 1) * _CHARACTER * line.size < self._column[1] - line.size


def _under(row: _Draft, line: PdfLine) -> list[int]:
    """The cells of a row that each part of a line goes on, empty when it begins something."""
    found = [
        next((number for number, place in enumerate(row.places) if abs(place[0] - left) < ALIGNED), -1)
        for _, left, _ in line.cells
    ]
    return found if min(found) > 0 and line.bottom - row.last.bottom < 2 * line.size else []


def _continued(drafts: list[_Draft], draft: _Draft, style: PdfStyle) -> _Draft | None:
    """The paragraph or item before that goes on in the first draft of a region, past what is set smaller."""
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
        full = before.last.right - left > _FULL * (right - left)
        cut = _CUT_WORD.search(before.texts[-1]) is not None
        return before if text[0].islower() or text[0].isdigit() or cut or full else None
    return None


def _finished(drafts: Sequence[_Draft], mender: HyphenJoiner) -> list[Block]:
    result = []
    depths: list[float] = []
    for draft in drafts:
        page = draft.lines[0].page
        if draft.kind == "item":
            depths = [*(edge for edge in depths if edge < draft.edge - ALIGNED), draft.edge]
            result.append(Block("item", tidy(mender.join(draft.texts)), page=page, level=len(depths)))
            continue
        depths = []
        if draft.kind == "row":
            text = " | ".join(tidy(mender.join(cell)) for cell in draft.cells)
            result.append(Block("item", text, page=page))
            continue
        text = tidy(mender.join(draft.texts))
        heads = draft.kind == "heading" and len(draft.lines) <= _HEADING_LINES and len(text) <= _HEADING_CHARS
        result.append(
            Block("heading" if heads else "prose", text, page=page, level=draft.level if heads else 1, inferred=heads)
        )
    return result
