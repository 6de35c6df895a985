"""Web pages (html, htm, xhtml) to blocks. Lexbor (selectolax) builds the tree of the HTML standard: pages are seldom
well formed, and it reads them as browsers do."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.errors import UnreadableFile
from index.reading.documents import web_tags
from index.reading.documents.signature import detect_format, wrong_format_error
from index.reading.documents.web_tags import BLOCKS, DROPPED, ITEMS, LISTS, RANKS
from index.reading.outline import Block
from index.reading.text import decode, tidy

_MAX_BYTES = 50_000_000
_MAX_DEPTH = 2_000  # nested elements; the time to build the tree grows with its square
_MAX_ATTRIBUTES = 1_000  # of one element; likewise
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{5000,}")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SELF_CLOSED = re.compile(r"<(script|style|title|iframe|textarea|a|p|div|span|td|th|li|b|i|em|strong)(\s[^<>]*)?/>")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_SOFT_HYPHEN = "\u00ad"


def read_blocks(data: bytes) -> list[Block]:
    """Return the blocks of a page, in order, without menus, banners, forms and hidden elements. A table row is an
    item whose cells are joined with « | »; the definition of a term is an item under it. Raise `UnreadableFile`."""
    if detect_format(data) not in ("une page web", "un fichier XML", "un texte brut", ""):
        raise wrong_format_error(data, "une page web", ".html")
    if not data.strip():
        raise wrong_format_error(data, "une page web", ".html")
    if len(data) > _MAX_BYTES:
        raise UnreadableFile("Cette page web est démesurée.", "Coupez-la en plusieurs fichiers.")
    text = _decode_page(data)
    if text.lstrip("\ufeff \n\t").startswith("<?xml"):
        # HTML reads `<script/>` as an opening tag that swallows the rest of the page.
        text = _SELF_CLOSED.sub(r"<\1\2></\1>", text)
    _check_nesting(text)
    root = LexborHTMLParser(text).root
    if root is None:
        return []
    return _HtmlReader(DROPPED).read_tree(root) or _HtmlReader(DROPPED - {"form", "header"}).read_tree(root)


def _decode_page(data: bytes) -> str:
    """Return the text of a page, decoded by its byte order mark, as UTF-8 if valid, by its declared encoding, or by
    guess."""
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
            pass  # the declared encoding is wrong
    return decode(data)


def _check_nesting(text: str) -> None:
    """Raise `UnreadableFile` when elements nest deeper, or one has more attributes, than any real page needs."""
    error = UnreadableFile(
        "Cette page web imbrique trop d'éléments les uns dans les autres.",
        "Enregistrez-la en texte brut, ou simplifiez-la.",
    )
    if any(len(tag.split()) > _MAX_ATTRIBUTES for tag in _LONG_TAG.findall(text)):
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
        if depth > _MAX_DEPTH:
            raise error


@dataclass(frozen=True, slots=True)
class _HtmlFrame:
    """Context of the text in a block element: heading, prose or item, its level, and whether white space is kept
    (`pre`)."""

    tag: str
    kind: Literal["heading", "prose", "item"] = "prose"
    level: int = 1
    is_preformatted: bool = False
    in_section: bool = False  # inside an article


class _HtmlReader:
    """Walks a page without recursion, and gathers its blocks."""

    def __init__(self, dropped: frozenset[str]) -> None:
        self._dropped = dropped
        self._blocks: list[Block] = []
        self._texts: list[str] = []  # of the block being read
        self._frames = [_HtmlFrame("")]  # of the enclosing block elements, outermost first
        self._lists = 0  # depth
        self._cells: list[str] | None = None  # of the row being read, `None` outside rows
        self._data_tables: list[bool] = []  # for each enclosing table, whether it holds data

    def read_tree(self, root: LexborNode) -> list[Block]:
        """Return the blocks below `root`."""
        todo: list[tuple[LexborNode, bool]] = [(root, False)]
        while todo:
            node, is_end = todo.pop()
            if is_end:
                self._leave(node.tag or "")
            elif node.is_text_node:
                text = (node.text_content or "").replace(_SOFT_HYPHEN, "")
                self._texts.append(text if self._frames[-1].is_preformatted else _SPACES.sub(" ", text))
            elif node.is_element_node and self._enter(node):
                todo.append((node, True))
                child = node.last_child
                while child is not None:
                    todo.append((child, False))
                    child = child.prev
        self._flush()
        return self._blocks

    def _enter(self, node: LexborNode) -> bool:
        """Begin an element; return whether its children are to be read."""
        tag = node.tag or ""
        if tag == "br":
            self._texts.append("\n")
            return False
        kept = tag == "header" and self._frames[-1].in_section  # the header of an article holds its title
        if (tag in self._dropped and not kept) or web_tags.is_hidden(node):
            return False
        if tag not in BLOCKS:
            return True
        self._break_block(tag)
        if tag in LISTS:
            self._lists += 1
        elif tag == "table":
            self._data_tables.append(self._cells is None and web_tags.is_data_table(node))
        elif tag == "tr" and self._data_tables and self._data_tables[-1]:
            self._cells = []
        self._frames.append(self._frame(tag))
        return True

    def _frame(self, tag: str) -> _HtmlFrame:
        """Return the context that a block element gives to its text."""
        outer = self._frames[-1]
        is_preformatted = outer.is_preformatted or tag == "pre"
        in_section = outer.in_section or tag in web_tags.SECTIONS
        if tag in RANKS:
            return _HtmlFrame(tag, "heading", RANKS[tag], is_preformatted, in_section)
        if tag in ITEMS:
            return _HtmlFrame(tag, "item", max(1, self._lists), is_preformatted, in_section)
        if tag in ("td", "th", "blockquote", "figcaption"):
            return _HtmlFrame(tag, "prose", 1, is_preformatted, in_section)
        return _HtmlFrame(tag, outer.kind, outer.level, is_preformatted, in_section)

    def _leave(self, tag: str) -> None:
        """End an element: a cell joins its row, a row becomes an item, any other block element ends its block."""
        if tag not in BLOCKS:
            return
        if self._cells is not None and tag in ("td", "th"):
            self._cells.append(" ".join(tidy("".join(self._texts)).split("\n")))
            self._texts = []
        elif self._cells is not None and tag == "tr":
            if any(self._cells):
                self._blocks.append(Block("item", " | ".join(self._cells), level=self._lists + 1))
            self._cells, self._texts = None, []
        else:
            self._break_block(tag)
        self._frames.pop()
        if tag in LISTS:
            self._lists -= 1
        elif tag == "table":
            self._data_tables.pop()

    def _break_block(self, tag: str) -> None:
        """Separate the text before and after the border of a block element. In a cell, a heading or an item the
        border is a line break, unless the element is itself a heading, an item or a list."""
        starts_block = tag in ITEMS or tag in LISTS or tag in RANKS or tag in ("table", "pre")
        if self._cells is not None or (self._frames[-1].kind != "prose" and not starts_block):
            self._texts.append("\n")
        else:
            self._flush()

    def _flush(self) -> None:
        """End the block being read and keep it unless it is empty."""
        text = tidy("".join(self._texts))
        self._texts = []
        frame = self._frames[-1]
        if frame.kind == "prose" and not frame.is_preformatted:  # an empty line made of `<br>` separates paragraphs
            self._blocks.extend(Block("prose", part.strip()) for part in _EMPTY_LINES.split(text) if part.strip())
        elif text:
            text = text if frame.is_preformatted else _EMPTY_LINES.sub("\n", text)
            self._blocks.append(Block(frame.kind, text, level=frame.level))
