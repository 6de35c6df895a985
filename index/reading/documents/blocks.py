"""Conversion of word processor paragraphs to blocks: headings, prose, items and table rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from index.reading.outline import Block
from index.reading.paragraphs import NoteParagraph, Paragraph

_MAX_HEADING_CHARS, _MAX_HEADING_WORDS = 100, 14
_GUESSED_RANK = 2
_NOTES_HEADING = "Notes"


def blocks_from_paragraphs(paragraphs: Sequence[Paragraph]) -> list[Block]:
    """Return the blocks of a document, in order, without empty paragraphs.

    A table row is an item whose cells are joined with « | »; a table of one column is a frame, and its paragraphs
    are read like the others. Where no paragraph is marked as a heading, a short bold paragraph above a text is a
    guessed heading. Notes follow under a heading « Notes »."""
    paragraphs = _unwrap_frames(paragraphs)
    styled = any(paragraph.heading for paragraph in paragraphs)
    filled = [paragraph for paragraph in paragraphs if paragraph.text or paragraph.cell]
    blocks: list[Block] = []
    for row, group in groupby(enumerate(filled), lambda pair: pair[1].cell and pair[1].cell[:2]):
        if row is not None:
            blocks.extend(_row_blocks([paragraph for _, paragraph in group]))
            continue
        for number, paragraph in group:
            if isinstance(paragraph, NoteParagraph):
                if not isinstance(filled[number - 1], NoteParagraph) and any(
                    block.kind == "heading" for block in blocks
                ):
                    blocks.append(Block("heading", _NOTES_HEADING))  # separates notes from the last heading of the text
                blocks.append(Block("prose", paragraph.text, paragraph.line, paragraph.page))
            else:
                blocks.append(_paragraph_block(paragraph, not styled and _is_guessed_heading(filled, number)))
    return blocks


def _unwrap_frames(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs, those of one-column tables taken out of their cells."""
    columns: defaultdict[int, set[int]] = defaultdict(set)
    for paragraph in paragraphs:
        if paragraph.cell:
            columns[paragraph.cell[0]].add(paragraph.cell[2])
    return [replace(each, cell=None) if each.cell and len(columns[each.cell[0]]) == 1 else each for each in paragraphs]


def _row_blocks(paragraphs: list[Paragraph]) -> Iterator[Block]:
    """Yield the block of a table row, nothing for an empty row."""
    cells = (
        " ".join(" ".join(paragraph.text.split("\n")) for paragraph in cell if paragraph.text)
        for _, cell in groupby(paragraphs, lambda paragraph: paragraph.cell)
    )
    text = " | ".join(cells)
    if text.strip(" |"):
        yield Block("item", text, paragraphs[0].line, paragraphs[0].page)


def _paragraph_block(paragraph: Paragraph, guessed: bool) -> Block:
    if guessed:
        return Block("heading", paragraph.text, paragraph.line, paragraph.page, _GUESSED_RANK, inferred=True)
    if paragraph.heading:
        return Block("heading", paragraph.text, paragraph.line, paragraph.page, paragraph.heading)
    kind, level = ("item", paragraph.item) if paragraph.item else ("prose", 1)
    return Block(kind, paragraph.text, paragraph.line, paragraph.page, level)  # type: ignore[arg-type]


def _is_guessed_heading(filled: Sequence[Paragraph], number: int) -> bool:
    """Return whether a paragraph looks like a heading, followed by a paragraph that does not."""
    following = filled[number + 1 : number + 2]
    return (
        _looks_like_heading(filled[number])
        and bool(following)
        and not _looks_like_heading(following[0])
        and not isinstance(following[0], NoteParagraph)
    )


def _looks_like_heading(paragraph: Paragraph) -> bool:
    """Return whether a paragraph is a short line, bold throughout, outside tables and lists."""
    text = paragraph.text
    return (
        bool(text)
        and paragraph.cell is None
        and not paragraph.item
        and not isinstance(paragraph, NoteParagraph)
        and paragraph.bold >= len(text)
        and "\n" not in text
        and len(text) <= _MAX_HEADING_CHARS
        and len(text.split()) <= _MAX_HEADING_WORDS
        and any(char.isalpha() for char in text)
        and text[-1] not in ".;,…"
    )
