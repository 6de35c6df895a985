"""Markdown to Blocks, by CommonMark's own grammar (markdown-it-py)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from index.reading.outline import Block
from index.reading.text import tidy

_DEEPEST = 100  # levels of lists and quotations; deeper ones are left out
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


def blocks(text: str, first_line: int = 1) -> list[Block]:
    """The blocks of a Markdown text, in order, mark-up removed. `first_line` is the number of its first line in its
    file. A table row is an item whose cells are joined with « | »."""
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table")
    tree = SyntaxTreeNode(parser.parse(text))
    return [block for block in _walk(tree, first_line, 0) if block.text]


def _walk(node: SyntaxTreeNode, first_line: int, depth: int) -> Iterator[Block]:
    line = None if node.is_root or not node.map else node.map[0] + first_line
    if node.type == "heading":
        yield Block("heading", _text(node), line, level=int(node.tag[1:]))
    elif node.type == "paragraph":
        yield Block("prose", _text(node), line)
    elif node.type in ("fence", "code_block"):
        yield Block("prose", tidy(node.content), line)
    elif node.type == "html_block":
        yield Block("prose", tidy(_TAG.sub("", node.content)), line)
    elif node.type == "tr":
        yield Block("item", " | ".join(_text(cell) for cell in node.children), line, level=depth + 1)
    elif node.type == "list_item":
        # Paragraphs that touch are one item; one that follows a nested list is another of the same depth.
        for kind, group in groupby(node.children, lambda child: child.type == "paragraph"):
            if kind:
                yield Block("item", "\n".join(map(_text, group)), line, level=depth + 1)
            else:
                for child in group:
                    yield from _walk(child, first_line, depth + 1)
    else:
        for child in node.children:
            yield from _walk(child, first_line, depth)


def _text(node: SyntaxTreeNode) -> str:
    """The words of a block, its inline mark-up left out."""
    return tidy("".join(_inline(node)))


def _inline(node: SyntaxTreeNode) -> Iterator[str]:
    for child in node.children:
        if child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak":
            yield "\n"
        elif child.type in ("text", "code_inline"):
            yield child.content
        elif child.type != "html_inline":
            yield from _inline(child)
