"""Web pages (html, htm, xhtml) to Blocks. The tree is that of the HTML standard, built by Lexbor (selectolax): pages
are seldom well formed, and it reads them as browsers do."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.errors import UnreadableFile
from index.reading.documents import web_tags
from index.reading.documents.signature import looks_like, other_format
from index.reading.documents.web_tags import BLOCKS, DROPPED, ITEMS, LISTS, RANKS
from index.reading.outline import Block
from index.reading.text import decode, tidy

_LARGEST = 50_000_000  # bytes
_DEEPEST = 2_000  # elements inside each other; the time to build the tree grows with the square
_MOST_ATTRIBUTES = 1_000  # of one element; likewise
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{5000,}")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CLOSED_AT_ONCE = re.compile(r"<(script|style|title|iframe|textarea|a|p|div|span|td|th|li|b|i|em|strong)(\s[^<>]*)?/>")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_SOFT_HYPHEN = "\u00ad"


def blocks(data: bytes) -> list[Block]:
    """The blocks of a page, in order; menus, banners, forms and what is hidden are left out. A table row is an item
    whose cells are joined with « | »; what defines a term is an item under it. Raises `UnreadableFile`."""
    if looks_like(data) not in ("une page web", "un fichier XML", "un texte brut", ""):
        raise other_format(data, "une page web", ".html")
    if not data.strip():
        raise other_format(data, "une page web", ".html")
    if len(data) > _LARGEST:
        raise UnreadableFile("Cette page web est démesurée.", "Coupez-la en plusieurs fichiers.")
    text = _decode(data)
    if text.lstrip("\ufeff \n\t").startswith("<?xml"):  # in HTML, `<script/>` would swallow what follows
        text = _CLOSED_AT_ONCE.sub(r"<\1\2></\1>", text)
    _check_nesting(text)
    root = LexborHTMLParser(text).root
    if root is None:
        return []
    return _Reader(DROPPED).read(root) or _Reader(DROPPED - {"form", "header"}).read(root)


def _decode(data: bytes) -> str:
    """By the byte order mark, as UTF-8 if it is valid, by what the page declares, or by guess."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(data, 0, 4096)
        name = declared[1].decode("ascii").lower() if declared else ""
        name = "cp1252" if name in ("iso-8859-1", "latin1", "latin-1", "us-ascii") else name
        try:
            if name and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
                data = data.decode(name).encode("utf-8")
        except (LookupError, ValueError):
            pass  # not what it declares
    return decode(data)


def _check_nesting(text: str) -> None:
    """Raises `UnreadableFile` when more elements stand open, or one has more attributes, than any page needs."""
    error = UnreadableFile(
        "Cette page web imbrique trop d'éléments les uns dans les autres.",
        "Enregistrez-la en texte brut, ou simplifiez-la.",
    )
    if any(len(tag.split()) > _MOST_ATTRIBUTES for tag in _LONG_TAG.findall(text)):
        raise error
    still_open: Counter[str] = Counter()
    depth = 0
    for closing, name in _TAG.findall(text):
        name = name.lower()
        if name in web_tags.NEVER_NESTED:
            continue
        if not closing:
            still_open[name] += 1
            depth += 1
        elif still_open[name]:
            still_open[name] -= 1
            depth -= 1
        if depth > _DEEPEST:
            raise error


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the text in a block element is: heading, prose or item, of which level, and set as typed (`pre`) or not."""

    tag: str
    kind: Literal["heading", "prose", "item"] = "prose"
    level: int = 1
    typed: bool = False
    sectioned: bool = False  # it stands in an article


class _Reader:
    """Walks a page without recursion, and gathers its blocks."""

    def __init__(self, dropped: frozenset[str]) -> None:
        self._dropped = dropped
        self._found: list[Block] = []
        self._pieces: list[str] = []  # of the block being read
        self._frames = [_Frame("")]  # of the block elements around it, outermost first
        self._lists = 0  # depth
        self._row: list[str] | None = None  # the cells read of a row
        self._data_tables: list[bool] = []  # of the tables around it

    def read(self, root: LexborNode) -> list[Block]:
        """The blocks below `root`."""
        todo: list[tuple[LexborNode, bool]] = [(root, False)]
        while todo:
            node, left = todo.pop()
            if left:
                self._leave(node.tag or "")
            elif node.is_text_node:
                text = (node.text_content or "").replace(_SOFT_HYPHEN, "")
                self._pieces.append(text if self._frames[-1].typed else _SPACES.sub(" ", text))
            elif node.is_element_node and self._enter(node):
                todo.append((node, True))
                child = node.last_child
                while child is not None:
                    todo.append((child, False))
                    child = child.prev
        self._flush()
        return self._found

    def _enter(self, node: LexborNode) -> bool:
        """Whether what the element holds is to be read."""
        tag = node.tag or ""
        if tag == "br":
            self._pieces.append("\n")
            return False
        kept = tag == "header" and self._frames[-1].sectioned  # that of an article holds its title
        if (tag in self._dropped and not kept) or web_tags.is_hidden(node):
            return False
        if tag not in BLOCKS:
            return True
        self._break(tag)
        if tag in LISTS:
            self._lists += 1
        elif tag == "table":
            self._data_tables.append(self._row is None and web_tags.is_data_table(node))
        elif tag == "tr" and self._data_tables and self._data_tables[-1]:
            self._row = []
        self._frames.append(self._frame(tag))
        return True

    def _frame(self, tag: str) -> _Frame:
        around = self._frames[-1]
        typed, sectioned = around.typed or tag == "pre", around.sectioned or tag in web_tags.SECTIONS
        if tag in RANKS:
            return _Frame(tag, "heading", RANKS[tag], typed, sectioned)
        if tag in ITEMS:
            return _Frame(tag, "item", max(1, self._lists), typed, sectioned)
        if tag in ("td", "th", "blockquote", "figcaption"):
            return _Frame(tag, "prose", 1, typed, sectioned)
        return _Frame(tag, around.kind, around.level, typed, sectioned)

    def _leave(self, tag: str) -> None:
        if tag not in BLOCKS:
            return
        if self._row is not None and tag in ("td", "th"):
            self._row.append(" ".join(tidy("".join(self._pieces)).split("\n")))
            self._pieces = []
        elif self._row is not None and tag == "tr":
            if any(self._row):
                self._found.append(Block("item", " | ".join(self._row), level=self._lists + 1))
            self._row, self._pieces = None, []
        else:
            self._break(tag)
        self._frames.pop()
        if tag in LISTS:
            self._lists -= 1
        elif tag == "table":
            self._data_tables.pop()

    def _break(self, tag: str) -> None:
        """A block element begins or ends. In a cell, a heading or an item it is a line of its own, unless it is itself
        one of these or a list."""
        parts = tag in ITEMS or tag in LISTS or tag in RANKS or tag in ("table", "pre")
        if self._row is not None or (self._frames[-1].kind != "prose" and not parts):
            self._pieces.append("\n")
        else:
            self._flush()

    def _flush(self) -> None:
        text = tidy("".join(self._pieces))
        self._pieces = []
        frame = self._frames[-1]
        if frame.kind == "prose" and not frame.typed:  # an empty line made of breaks parts paragraphs
            self._found.extend(Block("prose", part.strip()) for part in _EMPTY_LINES.split(text) if part.strip())
        elif text:
            text = text if frame.typed else _EMPTY_LINES.sub("\n", text)
            self._found.append(Block(frame.kind, text, level=frame.level))
