"""Paragraphs of word processors to Blocks: headings, prose, items and table rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from index.reading.outline import Block
from index.reading.paragraphs import Paragraph
from index.reading.text import tidy

_HEADING_CHARS, _HEADING_WORDS = 100, 14
_GUESSED_RANK = 2
_NOTES = "Notes"
_SOFT_HYPHEN = "\u00ad"  # where a word may be cut, not a character of it


class Note(Paragraph):
    """A footnote or endnote: it comes after the text and stands under none of its headings."""

    __slots__ = ()


def clean(runs: Iterable[tuple[str, bool]]) -> tuple[str, int]:
    """The tidy text of runs (text, bold), and how many of its first characters are bold."""
    pieces = [(text.replace(_SOFT_HYPHEN, ""), bold) for text, bold in runs if text]
    text = tidy("".join(piece for piece, _ in pieces))
    leading = []
    for piece, bold in pieces:
        if piece.strip() and not bold:
            break
        leading.append(piece)
    return text, min(len(tidy("".join(leading))), len(text))


def blocks(paragraphs: Sequence[Paragraph]) -> list[Block]:
    """The blocks of a document, in order; empty paragraphs are left out. A table row is an item whose cells are joined
    with « | »; a table of one column is a frame, and its paragraphs are read like the others. Where no paragraph is
    marked as a heading, a short one all in bold above a text is a guessed heading. Notes come under « Notes »."""
    paragraphs = _without_frames(paragraphs)
    styled = any(paragraph.heading for paragraph in paragraphs)
    full = [paragraph for paragraph in paragraphs if paragraph.text or paragraph.cell]
    result: list[Block] = []
    for row, group in groupby(enumerate(full), lambda pair: pair[1].cell and pair[1].cell[:2]):
        if row is not None:
            result.extend(_row([paragraph for _, paragraph in group]))
            continue
        for number, paragraph in group:
            if isinstance(paragraph, Note):
                if not isinstance(full[number - 1], Note) and any(block.kind == "heading" for block in result):
                    result.append(Block("heading", _NOTES))  # else the note would stand under the last heading
                result.append(Block("prose", paragraph.text, paragraph.line, paragraph.page))
            else:
                result.append(_block(paragraph, not styled and _heads(full, number)))
    return result


def _without_frames(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    columns: defaultdict[int, set[int]] = defaultdict(set)
    for paragraph in paragraphs:
        if paragraph.cell:
            columns[paragraph.cell[0]].add(paragraph.cell[2])
    return [replace(each, cell=None) if each.cell and len(columns[each.cell[0]]) == 1 else each for each in paragraphs]


def _row(paragraphs: list[Paragraph]) -> Iterator[Block]:
    cells = (
        " ".join(" ".join(paragraph.text.split("\n")) for paragraph in cell if paragraph.text)
        for _, cell in groupby(paragraphs, lambda paragraph: paragraph.cell)
    )
    text = " | ".join(cells)
    if text.strip(" |"):
        yield Block("item", text, paragraphs[0].line, paragraphs[0].page)


def _block(paragraph: Paragraph, guessed: bool) -> Block:
    if guessed:
        return Block("heading", paragraph.text, paragraph.line, paragraph.page, _GUESSED_RANK, inferred=True)
    if paragraph.heading:
        return Block("heading", paragraph.text, paragraph.line, paragraph.page, paragraph.heading)
    kind, level = ("item", paragraph.item) if paragraph.item else ("prose", 1)
    return Block(kind, paragraph.text, paragraph.line, paragraph.page, level)  # type: ignore[arg-type]


def _heads(full: Sequence[Paragraph], number: int) -> bool:
    """Whether a paragraph looks like a heading, and something that does not look so stands under it."""
    following = full[number + 1 : number + 2]
    return (
        _could_head(full[number])
        and bool(following)
        and not _could_head(following[0])
        and not isinstance(following[0], Note)
    )


def _could_head(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return (
        bool(text)
        and paragraph.cell is None
        and not paragraph.item
        and not isinstance(paragraph, Note)
        and paragraph.bold >= len(text)
        and "\n" not in text
        and len(text) <= _HEADING_CHARS
        and len(text.split()) <= _HEADING_WORDS
        and any(char.isalpha() for char in text)
        and text[-1] not in ".;,…"
    )
