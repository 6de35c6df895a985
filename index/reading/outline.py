"""Blocks to Sections: what every document format shares once it has told headings, prose and items apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.language.months import MONTHS, PLAIN_MONTHS
from index.types import Place, Section

_MONTHS = "|".join(dict.fromkeys(name for names in zip(MONTHS, PLAIN_MONTHS, strict=True) for name in names))
_DATE = re.compile(rf"\b(?:{_MONTHS})\s+(?:19|20)\d\d\b|\b\d{{1,2}}[/.]\d{{1,2}}[/.](?:19|20)?\d\d\b", re.IGNORECASE)
_INTRODUCTION = 160  # characters of a list's introduction kept as context
_LONGEST = 500  # characters of a heading or an item as the context of another block: each below it repeats them
_MOST_PARENTS = 12  # items around an item, likewise


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document. `level` is a heading's rank or an item's depth, both from 1 (outermost); `line` counts
    from 1. `inferred` says that the heading was guessed from its looks, not marked as one."""

    kind: Literal["heading", "prose", "item"]
    text: str
    line: int | None = None
    page: int | None = None
    level: int = 1
    inferred: bool = False


def states_a_date(text: str) -> bool:
    """Whether a heading says when something took place, and so is worth quoting by itself."""
    return _DATE.search(text) is not None


def short(text: str) -> str:
    """A heading on one line, cut where it is too long to be repeated."""
    flat = " ".join(text[: _LONGEST + 1].split("\n"))
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1].rstrip() + "…"


def sections(blocks: Sequence[Block], source: str) -> list[Section]:
    """Give each block the headings above it, the sentence that introduces its list and the items it is nested under.

    A heading is quotable when it states a date or when nothing stands directly under it. Where guessed headings
    follow each other and several state a date, they list events: they head no section."""
    result: list[Section] = []
    path: list[tuple[int, str]] = []
    parents: list[tuple[int, str]] = []
    introduction = ""
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            opens = not _lists_events(blocks, number)
            if opens:
                _close(path, block.level)
            parents, introduction = [], ""
        elif block.kind == "prose":
            parents, introduction = [], ""
        else:
            _close(parents, block.level)
        headings = tuple(text for _, text in path)
        introduced = (introduction,) if introduction and block.kind == "item" else ()
        place = Place(heading=headings, page=block.page, line=block.line)
        quotable = block.kind != "heading" or states_a_date(block.text) or _stands_alone(blocks, number)
        context = (*headings, *introduced, *(text for _, text in parents[-_MOST_PARENTS:]))
        result.append(Section(source, block.text, place, block.kind, context, quotable))
        if block.kind == "heading" and opens:
            path.append((block.level, short(block.text)))
        elif block.kind == "item":
            parents.append((block.level, short(block.text)))
        elif block.kind == "prose" and block.text.endswith(":"):
            introduction = _introduction(block.text)
    return result


def _close(around: list[tuple[int, str]], level: int) -> None:
    """Leave the headings or items that do not reach over a block of this level; they stand outermost first."""
    while around and around[-1][0] >= level:
        around.pop()


def _lists_events(blocks: Sequence[Block], number: int) -> bool:
    """Whether this guessed heading states a date and touches another one that does."""
    block = blocks[number]
    if not (block.inferred and states_a_date(block.text)):
        return False
    neighbours = [*blocks[max(0, number - 1) : number], *blocks[number + 1 : number + 2]]
    return any(other.kind == "heading" and states_a_date(other.text) for other in neighbours)


def _stands_alone(blocks: Sequence[Block], number: int) -> bool:
    following = blocks[number + 1] if number + 1 < len(blocks) else None
    return following is None or following.kind == "heading"


def _introduction(text: str) -> str:
    """The last sentence of a paragraph that ends with a colon, cut at its start when it is long."""
    last = re.split(r"(?<=[.!?…])\s+", " ".join(text.split("\n")))[-1]
    if len(last) <= _INTRODUCTION:
        return last
    tail = last[-_INTRODUCTION:]
    return "… " + tail.split(", " if ", " in tail else " ", 1)[-1]
