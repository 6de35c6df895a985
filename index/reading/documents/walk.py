"""What the walks over the trees of word processors share: paragraphs gathered run by run, in reading order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from xml.etree.ElementTree import Element

from index.reading.documents.blocks import Note, clean
from index.reading.paragraphs import Paragraph

Cell = tuple[int, int, int] | None
"""The table, row and column that a paragraph stands in, as `Paragraph.cell` counts them."""


class Walk(ABC):
    """Walks a document, and gathers its paragraphs in `found`."""

    def __init__(self) -> None:
        self.found: list[Paragraph] = []
        self._kind: type[Paragraph] = Paragraph
        self._tables = 0
        self._runs: list[tuple[str, bool]] = []  # of the paragraph being read: text, bold
        self._boxes: list[Element] = []  # text boxes anchored in it

    @abstractmethod
    def read(self, parent: Element, cell: Cell) -> None:
        """Read the paragraphs and tables below an element."""

    def _read_on_as_notes(self) -> None:
        self._kind = Note

    def _next_table(self, outer: Cell) -> int:
        """The number of the table that begins; one in a cell belongs to that cell, and is not counted."""
        number = self._tables
        self._tables += outer is None
        return number

    def _end(self, heading: int, item: int, cell: Cell, left_out: bool = False) -> None:
        """End the paragraph being read; the boxes anchored in it follow it. A heading is no item."""
        runs, boxes = self._runs, self._boxes
        self._runs, self._boxes = [], []
        if not left_out:
            text, bold = clean(runs)
            self.found.append(self._kind(text, heading, 0 if heading else item, bold, cell, len(self.found) + 1))
        for box in boxes:
            self.read(box, cell)
