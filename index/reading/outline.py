"""Conversion of blocks (headings, prose, items) to sections, shared by all document formats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.language.months import MONTHS, PLAIN_MONTHS
from index.types import Place, Section

_MONTHS = "|".join(dict.fromkeys(name for names in zip(MONTHS, PLAIN_MONTHS, strict=True) for name in names))
_DATE = re.compile(rf"\b(?:{_MONTHS})\s+(?:19|20)\d\d\b|\b\d{{1,2}}[/.]\d{{1,2}}[/.](?:19|20)?\d\d\b", re.IGNORECASE)
_INTRODUCTION_CHARS = 160  # of a list's introduction kept as context
_CONTEXT_CHARS = 500  # of a heading or an item in the context of another block: every block below repeats them
_MAX_PARENTS = 12  # enclosing items in the context of an item


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document. `level` is a heading's rank or an item's depth, both from 1 (outermost); `line`
    counts from 1. `inferred` marks a heading that was guessed from its looks and not marked as one in the file."""

    kind: Literal["heading", "prose", "item"]
    text: str
    line: int | None = None
    page: int | None = None
    level: int = 1
    inferred: bool = False


def states_a_date(text: str) -> bool:
    """Return whether a heading states the date of an event, and so is worth quoting by itself."""
    return _DATE.search(text) is not None


def shorten(text: str) -> str:
    """Return a heading on one line, cut where it is too long to be repeated."""
    flat = " ".join(text[: _CONTEXT_CHARS + 1].split("\n"))
    return flat if len(flat) <= _CONTEXT_CHARS else flat[: _CONTEXT_CHARS - 1].rstrip() + "…"


def sections_from_blocks(blocks: Sequence[Block], source: str) -> list[Section]:
    """Return a section for each block, with its context: the headings above it, the sentence that introduces its list
    and the items that enclose it.

    A heading is quotable when it states a date or when no block follows directly under it. Consecutive guessed
    headings that state dates list events: they head no section."""
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    parents: list[tuple[int, str]] = []
    introduction = ""
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            heads_section = not _lists_events(blocks, number)
            if heads_section:
                _leave_levels(path, block.level)
            parents, introduction = [], ""
        elif block.kind == "prose":
            parents, introduction = [], ""
        else:
            _leave_levels(parents, block.level)
        headings = tuple(text for _, text in path)
        introduced = (introduction,) if introduction and block.kind == "item" else ()
        place = Place(heading=headings, page=block.page, line=block.line)
        quotable = block.kind != "heading" or states_a_date(block.text) or _is_empty_heading(blocks, number)
        context = (*headings, *introduced, *(text for _, text in parents[-_MAX_PARENTS:]))
        sections.append(Section(source, block.text, place, block.kind, context, quotable))
        if block.kind == "heading" and heads_section:
            path.append((block.level, shorten(block.text)))
        elif block.kind == "item":
            parents.append((block.level, shorten(block.text)))
        elif block.kind == "prose" and block.text.endswith(":"):
            introduction = _list_introduction(block.text)
    return sections


def _leave_levels(around: list[tuple[int, str]], level: int) -> None:
    """Remove the headings or items, outermost first in `around`, that do not enclose a block of this level."""
    while around and around[-1][0] >= level:
        around.pop()


def _lists_events(blocks: Sequence[Block], number: int) -> bool:
    """Return whether this guessed heading states a date and is next to another heading that does."""
    block = blocks[number]
    if not (block.inferred and states_a_date(block.text)):
        return False
    neighbours = [*blocks[max(0, number - 1) : number], *blocks[number + 1 : number + 2]]
    return any(other.kind == "heading" and states_a_date(other.text) for other in neighbours)


def _is_empty_heading(blocks: Sequence[Block], number: int) -> bool:
    """Return whether no block follows directly under a heading."""
    following = blocks[number + 1] if number + 1 < len(blocks) else None
    return following is None or following.kind == "heading"


def _list_introduction(text: str) -> str:
    """Return the last sentence of a paragraph that ends with a colon, cut at its start when it is long."""
    last = re.split(r"(?<=[.!?…])\s+", " ".join(text.split("\n")))[-1]
    if len(last) <= _INTRODUCTION_CHARS:
        return last
    tail = last[-_INTRODUCTION_CHARS:]
    return "… " + tail.split(", " if ", " in tail else " ", 1)[-1]
