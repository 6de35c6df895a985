"""Styles of an OpenDocument text and their inheritance (ODF 1.3, part 3, 16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_ROOT = "urn:oasis:names:tc:opendocument:xmlns:"
PREFIXES = {
    f"{_ROOT}office:1.0": "office",
    f"{_ROOT}text:1.0": "text",
    f"{_ROOT}table:1.0": "table",
    f"{_ROOT}style:1.0": "style",
    f"{_ROOT}drawing:1.0": "draw",
    f"{_ROOT}manifest:1.0": "manifest",
    f"{_ROOT}svg-compatible:1.0": "svg",
    f"{_ROOT}xsl-fo-compatible:1.0": "fo",
    "http://www.w3.org/1998/Math/MathML": "math",
}
_TITLES = ("Title", "Titre")
_BOLD_WEIGHT = 600  # smallest bold weight, of 100 to 900


@dataclass(frozen=True, slots=True)
class OdfStyle:
    """Properties of a paragraph style, inherited ones included: heading rank from 1 (0: none), bold, hidden."""

    heading: int = 0
    bold: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class OdfRunStyle:
    """Properties of a text style; `None` where the style does not set them."""

    bold: bool | None = None
    hidden: bool | None = None


class OdfStyles:
    """The styles of a document, by family and name."""

    def __init__(self, parts: Iterable[Element]) -> None:
        """Index the styles of `parts`, the trees of `styles.xml` and `content.xml`, the latter last: its styles win."""
        self._by_name = {
            (style.get("style:family", ""), style.get("style:name", "")): style
            for part in parts
            for style in part.iter("style:style")
        }
        self._paragraphs: dict[str | None, OdfStyle] = {}

    def paragraph_style(self, name: str | None) -> OdfStyle:
        """Return the style of a paragraph."""
        if name not in self._paragraphs:
            chain = list(self._chain("paragraph", name))
            run = _text_style(chain)
            heading = int(any(_is_title(style) for style in chain))
            self._paragraphs[name] = OdfStyle(heading, bool(run.bold), bool(run.hidden))
        return self._paragraphs[name]

    def text_style(self, name: str | None) -> OdfRunStyle:
        """Return the style of a span."""
        return _text_style(list(self._chain("text", name)))

    def _chain(self, family: str, name: str | None) -> Iterator[Element]:
        """Yield the style of that name, then its ancestors."""
        seen: set[str] = set()
        while name and (family, name) in self._by_name and name not in seen:
            seen.add(name)
            style = self._by_name[family, name]
            yield style
            name = style.get("style:parent-style-name")


def _is_title(style: Element) -> bool:
    return style.get("style:name") in _TITLES or style.get("style:display-name") in _TITLES


def _text_style(chain: list[Element]) -> OdfRunStyle:
    properties = [style.find("style:text-properties") for style in chain]
    weights = (each.get("fo:font-weight") for each in properties if each is not None)
    displays = (each.get("text:display") for each in properties if each is not None)
    weight = next((weight for weight in weights if weight), None)
    display = next((display for display in displays if display), None)
    return OdfRunStyle(None if weight is None else _is_bold(weight), None if display is None else display == "none")


def _is_bold(weight: str) -> bool:
    return weight == "bold" or (len(weight) == 3 and weight.isdecimal() and int(weight) >= _BOLD_WEIGHT)
