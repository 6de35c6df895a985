"""Paragraphs of word processors: the record that document and transcript readers share, and the walk that gathers
them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from index.reading.text import tidy

_SOFT_HYPHEN = "\u00ad"  # a place where a word may be cut, not a character of it
Cell = tuple[int, int, int] | None
"""Table, row and column of a paragraph, counted as in `Paragraph.cell`; `None` outside tables."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, its text as extracted (line breaks inside kept as `\n`).

    `heading` is its heading rank from 1 (0: none) and `item` its depth as a list item from 1 (0: none). `bold` is
    the length in characters of the bold run at its start, 0 when it starts otherwise. `cell` is its table, row and
    column, counted from 0, when it lies in a table; `line` counts paragraphs from 1, or lines for plain text; `page`
    counts from 1 where the format has pages."""

    text: str
    heading: int = 0
    item: int = 0
    bold: int = 0
    cell: tuple[int, int, int] | None = None
    line: int | None = None
    page: int | None = None


class NoteParagraph(Paragraph):
    """A footnote or endnote: it follows the body text and belongs to none of its headings."""

    __slots__ = ()


def tidy_runs(runs: Iterable[tuple[str, bool]]) -> tuple[str, int]:
    """Return the tidy text of runs (text, bold), and the number of its first characters that are bold."""
    pieces = [(text.replace(_SOFT_HYPHEN, ""), bold) for text, bold in runs if text]
    text = tidy("".join(piece for piece, _ in pieces))
    leading = []
    for piece, bold in pieces:
        if piece.strip() and not bold:
            break
        leading.append(piece)
    return text, min(len(tidy("".join(leading))), len(text))


class ParagraphWalk(ABC):
    """Walks the XML tree of a word processor document and gathers its paragraphs in `paragraphs`, in reading order."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self._paragraph_type: type[Paragraph] = Paragraph
        self._tables = 0
        self._runs: list[tuple[str, bool]] = []  # of the paragraph being read: text, bold
        self._boxes: list[Element] = []  # text boxes anchored in it

    @abstractmethod
    def read_element(self, parent: Element, cell: Cell) -> None:
        """Read the paragraphs and tables below an element."""

    def _start_notes(self) -> None:
        """Make each paragraph that follows a `NoteParagraph`."""
        self._paragraph_type = NoteParagraph

    def _number_table(self, outer: Cell) -> int:
        """Return the number of the table that begins. A table nested in a cell belongs to that cell and is not
        counted."""
        number = self._tables
        self._tables += outer is None
        return number

    def _end_paragraph(self, heading: int, item: int, cell: Cell, is_dropped: bool = False) -> None:
        """End the paragraph being read; the text boxes anchored in it follow it. A heading is never an item."""
        runs, boxes = self._runs, self._boxes
        self._runs, self._boxes = [], []
        if not is_dropped:
            text, bold = tidy_runs(runs)
            self.paragraphs.append(
                self._paragraph_type(text, heading, 0 if heading else item, bold, cell, len(self.paragraphs) + 1)
            )
        for box in boxes:
            self.read_element(box, cell)
