"""Paragraphs as word processors hold them: what documents and labelled transcripts are both made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, its text as extracted (line breaks inside kept as `\\n`).

    `heading` is its heading rank from 1 (0: none) and `item` its depth as a list item from 1 (0: none). `bold` is the
    length of the bold run it begins with, in characters, 0 when it begins otherwise. `cell` is its table, row and
    column, counted from 0, when it stands in a table; `line` counts paragraphs from 1, or lines for plain text; `page`
    counts from 1 where the format knows."""

    text: str
    heading: int = 0
    item: int = 0
    bold: int = 0
    cell: tuple[int, int, int] | None = None
    line: int | None = None
    page: int | None = None
