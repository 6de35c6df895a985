"""The styles of a Word document: what a paragraph or a run inherits from them (ECMA-376, part 1, 17.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_HEADING = re.compile(r"(?:heading|titre)\s?([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|titre", re.IGNORECASE)
_LIST = re.compile(r"list.*?([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|tm|table of figures)\s?[1-9]?", re.IGNORECASE)
_LEVELS = frozenset("012345678")  # of outlines and lists; the outline level 9 is body text


@dataclass(frozen=True, slots=True)
class WordStyle:
    """What a style says with those it is based on: heading rank and list depth from 1 (0: none), bold, hidden, and
    whether it is that of a table of contents."""

    heading: int = 0
    item: int = 0
    bold: bool = False
    hidden: bool = False
    contents: bool = False


class WordStyles:
    """The styles of a document by their ids."""

    def __init__(self, part: Element | None) -> None:
        """`part` is the tree of `styles.xml`, `None` where there is none."""
        found = [] if part is None else part.findall("w:style")
        self._by_id = {style.get("w:styleId", ""): style for style in found}
        self._default = next(
            (
                style.get("w:styleId", "")
                for style in found
                if style.get("w:type") == "paragraph" and on(style, "default")
            ),
            "",
        )
        self._known: dict[str, WordStyle] = {}

    def of(self, properties: Element | None) -> WordStyle:
        """The style of a paragraph, its own properties (`w:pPr`) included."""
        style = self._named(value(properties, "w:pStyle") or self._default)
        if properties is None:
            return style
        level = value(properties, "w:outlineLvl")
        heading = style.heading if level is None else _rank(level)
        depth = _depth(properties)
        return WordStyle(heading, style.item if depth is None else depth, style.bold, style.hidden, style.contents)

    def of_run(self, properties: Element | None, paragraph: WordStyle) -> tuple[bool, bool]:
        """Whether a run of these properties (`w:rPr`) is bold, and whether it is hidden."""
        if properties is None:
            return paragraph.bold, paragraph.hidden
        name = value(properties, "w:rStyle")
        style = self._named(name) if name else WordStyle()
        bold, hidden = (switch(properties, f"w:{key}") for key in ("b", "vanish"))
        return (
            (style.bold or paragraph.bold) if bold is None else bold,
            (style.hidden or paragraph.hidden) if hidden is None else hidden,
        )

    def _named(self, name: str) -> WordStyle:
        if name not in self._known:
            self._known[name] = _merged(list(self._chain(name)))
        return self._known[name]

    def _chain(self, name: str | None) -> Iterator[Element]:
        """The style of that id, then those it is based on."""
        seen: set[str] = set()
        while name and name in self._by_id and name not in seen:
            seen.add(name)
            yield self._by_id[name]
            name = value(self._by_id[name], "w:basedOn")


def _merged(chain: list[Element]) -> WordStyle:
    headings = (rank for rank in map(_style_rank, chain) if rank is not None)
    depths = (depth for depth in map(_style_depth, chain) if depth is not None)
    runs = [style.find("w:rPr") for style in chain]
    return WordStyle(
        heading=next(headings, 0),
        item=next(depths, 0),
        bold=next((bold for bold in (switch(run, "w:b") for run in runs) if bold is not None), False),
        hidden=next((hidden for hidden in (switch(run, "w:vanish") for run in runs) if hidden is not None), False),
        contents=bool(chain) and any(map(names_contents, _names(chain[0]))),
    )


def _names(style: Element) -> tuple[str, str]:
    return value(style, "w:name") or "", style.get("w:styleId", "")


def named_rank(name: str) -> int | None:
    """The heading rank that a style's name gives, 1 for the title's; `None` for any other style."""
    if found := _HEADING.fullmatch(name):
        return int(found[1])
    return 1 if _TITLE.fullmatch(name) else None


def names_contents(name: str) -> bool:
    """Whether a style is that of a line in a table of contents."""
    return _CONTENTS.fullmatch(name) is not None


def _style_rank(style: Element) -> int | None:
    for name in _names(style):
        if (rank := named_rank(name)) is not None:
            return rank
    level = value(style.find("w:pPr"), "w:outlineLvl")
    return None if level is None else _rank(level)


def _rank(level: str) -> int:
    return int(level) + 1 if level in _LEVELS else 0


def _style_depth(style: Element) -> int | None:
    depth = _depth(style.find("w:pPr"))
    named = next((int(found[1]) for found in map(_LIST.fullmatch, _names(style)) if found), 0)
    return max(depth, named) if depth else depth  # « List Bullet 2 » has a numbering of its own, at level 0


def _depth(properties: Element | None) -> int | None:
    """The depth that a numbering gives; 0 takes it away, `None` says nothing."""
    numbering = None if properties is None else properties.find("w:numPr")
    if numbering is None:
        return None
    number, level = value(numbering, "w:numId"), value(numbering, "w:ilvl") or "0"
    if number is None:
        return None
    return 0 if number == "0" else max(_rank(level), 1)


def value(parent: Element | None, name: str) -> str | None:
    """The `w:val` of a child, `None` where there is none."""
    child = None if parent is None else parent.find(name)
    return None if child is None else child.get("w:val")


def switch(parent: Element | None, name: str) -> bool | None:
    """A property that is on unless it says off; `None` where it is not there."""
    child = None if parent is None else parent.find(name)
    return None if child is None else on(child, "val", True)


def on(element: Element, name: str, default: bool = False) -> bool:
    """An attribute that says yes or no."""
    said = element.get(f"w:{name}")
    return default if said is None else said not in ("0", "false", "off")
