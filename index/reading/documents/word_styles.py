"""Styles of a Word document and their inheritance (ECMA-376, part 1, 17.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_HEADING = re.compile(r"(?:heading|titre)\s?([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|titre", re.IGNORECASE)
_LIST = re.compile(r"list.*?([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|tm|table of figures)\s?[1-9]?", re.IGNORECASE)
_LEVELS = frozenset("012345678")  # of outlines and lists; outline level 9 is body text


@dataclass(frozen=True, slots=True)
class WordStyle:
    """Properties of a style, inherited ones included: heading rank and list depth from 1 (0: none), bold, hidden,
    and whether it is a style of tables of contents."""

    heading: int = 0
    item: int = 0
    bold: bool = False
    hidden: bool = False
    contents: bool = False


class WordStyles:
    """The styles of a document, by their ids."""

    def __init__(self, part: Element | None) -> None:
        """Index the styles of `part`, the tree of `styles.xml`, `None` where there is none."""
        found = [] if part is None else part.findall("w:style")
        self._by_id = {style.get("w:styleId", ""): style for style in found}
        self._default = next(
            (
                style.get("w:styleId", "")
                for style in found
                if style.get("w:type") == "paragraph" and is_on(style, "default")
            ),
            "",
        )
        self._known: dict[str, WordStyle] = {}

    def paragraph_style(self, properties: Element | None) -> WordStyle:
        """Return the style of a paragraph, its own properties (`w:pPr`) included."""
        style = self._named(child_value(properties, "w:pStyle") or self._default)
        if properties is None:
            return style
        level = child_value(properties, "w:outlineLvl")
        heading = style.heading if level is None else _outline_rank(level)
        depth = _numbering_depth(properties)
        return WordStyle(heading, style.item if depth is None else depth, style.bold, style.hidden, style.contents)

    def run_style(self, properties: Element | None, paragraph: WordStyle) -> tuple[bool, bool]:
        """Return whether a run with these properties (`w:rPr`) is bold, and whether it is hidden."""
        if properties is None:
            return paragraph.bold, paragraph.hidden
        name = child_value(properties, "w:rStyle")
        style = self._named(name) if name else WordStyle()
        bold, hidden = (child_switch(properties, f"w:{key}") for key in ("b", "vanish"))
        return (
            (style.bold or paragraph.bold) if bold is None else bold,
            (style.hidden or paragraph.hidden) if hidden is None else hidden,
        )

    def _named(self, name: str) -> WordStyle:
        if name not in self._known:
            self._known[name] = _merge_chain(list(self._chain(name)))
        return self._known[name]

    def _chain(self, name: str | None) -> Iterator[Element]:
        """Yield the style of that id, then the styles it is based on."""
        seen: set[str] = set()
        while name and name in self._by_id and name not in seen:
            seen.add(name)
            yield self._by_id[name]
            name = child_value(self._by_id[name], "w:basedOn")


def _merge_chain(chain: list[Element]) -> WordStyle:
    """Return the properties of a style from itself and the styles it is based on, nearest first."""
    headings = (rank for rank in map(_style_rank, chain) if rank is not None)
    depths = (depth for depth in map(_style_depth, chain) if depth is not None)
    runs = [style.find("w:rPr") for style in chain]
    return WordStyle(
        heading=next(headings, 0),
        item=next(depths, 0),
        bold=next((bold for bold in (child_switch(run, "w:b") for run in runs) if bold is not None), False),
        hidden=next(
            (hidden for hidden in (child_switch(run, "w:vanish") for run in runs) if hidden is not None), False
        ),
        contents=bool(chain) and any(map(is_contents_name, _style_names(chain[0]))),
    )


def _style_names(style: Element) -> tuple[str, str]:
    return child_value(style, "w:name") or "", style.get("w:styleId", "")


def name_rank(name: str) -> int | None:
    """Return the heading rank that the name of a style gives, 1 for the title; `None` for any other style."""
    if found := _HEADING.fullmatch(name):
        return int(found[1])
    return 1 if _TITLE.fullmatch(name) else None


def is_contents_name(name: str) -> bool:
    """Return whether the name of a style is that of lines in a table of contents."""
    return _CONTENTS.fullmatch(name) is not None


def _style_rank(style: Element) -> int | None:
    for name in _style_names(style):
        if (rank := name_rank(name)) is not None:
            return rank
    level = child_value(style.find("w:pPr"), "w:outlineLvl")
    return None if level is None else _outline_rank(level)


def _outline_rank(level: str) -> int:
    return int(level) + 1 if level in _LEVELS else 0


def _style_depth(style: Element) -> int | None:
    depth = _numbering_depth(style.find("w:pPr"))
    named = next((int(found[1]) for found in map(_LIST.fullmatch, _style_names(style)) if found), 0)
    return max(depth, named) if depth else depth  # « List Bullet 2 » has a numbering of its own, at level 0


def _numbering_depth(properties: Element | None) -> int | None:
    """Return the list depth that a numbering gives; 0 removes an inherited numbering, `None` leaves it."""
    numbering = None if properties is None else properties.find("w:numPr")
    if numbering is None:
        return None
    number, level = child_value(numbering, "w:numId"), child_value(numbering, "w:ilvl") or "0"
    if number is None:
        return None
    return 0 if number == "0" else max(_outline_rank(level), 1)


def child_value(parent: Element | None, name: str) -> str | None:
    """Return the `w:val` of a child, `None` where there is none."""
    child = None if parent is None else parent.find(name)
    return None if child is None else child.get("w:val")


def child_switch(parent: Element | None, name: str) -> bool | None:
    """Return an on/off property given by a child, on unless its value is off; `None` where the child is missing."""
    child = None if parent is None else parent.find(name)
    return None if child is None else is_on(child, "val", True)


def is_on(element: Element, name: str, default: bool = False) -> bool:
    """Return the value of an on/off attribute."""
    text = element.get(f"w:{name}")
    return default if text is None else text not in ("0", "false", "off")
