"""Markdown to Blocks, by CommonMark's own grammar (markdown-it-py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from index.reading.outline import Block
from index.reading.text import tidy

_DEEPEST = 100  # levels of lists and quotations; deeper ones are left out
_MOST_BRACKETS = 5_000
_TAG = re.compile(r"<[^>]*>")
_TAG_OR_COMMENT = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


def blocks(text: str, first_line: int = 1) -> list[Block]:
    """The blocks of a Markdown text, in order, mark-up removed. `first_line` is the number of its first line in its
    file. A table row is an item whose cells are joined with « | »."""
    tokens = _parser().parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_leaves(token.children))
    tree = SyntaxTreeNode(tokens)
    return [block for block in _walk(tree, first_line, 0) if block.text]


@cache  # making one takes as long as a page of text
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table")
    parser.core.ruler.before("inline", "brackets", _leave_brackets)
    return parser


def _leave_brackets(state: StateCore) -> None:
    """Take a paragraph with more brackets than any text has as it stands: from each, a link is sought up to its end."""
    for token in state.tokens:
        if token.type == "inline" and token.content.count("[") > _MOST_BRACKETS:
            token.type = "text"


def _leaves(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens of a line that hold text, out of the marks and images that they stand in: those may be nested deeper
    than Python calls."""
    todo = list(reversed(tokens))
    while todo:
        token = todo.pop()
        if token.type == "image":
            todo.extend(reversed(token.children or ()))
        elif token.nesting == 0:
            yield token


def _walk(node: SyntaxTreeNode, first_line: int, depth: int) -> Iterator[Block]:
    line = None if node.is_root or not node.map else node.map[0] + first_line
    if node.type == "heading":
        yield Block("heading", _text(node), line, level=int(node.tag[1:]))
    elif node.type == "paragraph":
        yield Block("prose", _text(node), line)
    elif node.type in ("fence", "code_block"):
        yield Block("prose", tidy(node.content), line)
    elif node.type == "html_block":
        yield Block("prose", tidy(_without_tags(node.content)), line)
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


def _without_tags(text: str) -> str:
    """`text` less tags and comments. What is never closed is not looked for: each would be sought up to the end."""
    head, closed, rest = text.rpartition("-->")
    tagged, end, tail = rest.rpartition(">")
    return _TAG_OR_COMMENT.sub("", head + closed) + _TAG.sub("", tagged + end) + tail


def _text(node: SyntaxTreeNode) -> str:
    """The words of a block, its inline mark-up left out."""
    return tidy("".join(_inline(node)))


def _inline(node: SyntaxTreeNode) -> Iterator[str]:
    for child in (leaf for line in node.children for leaf in line.children or [line]):
        if child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak":
            yield "\n"
        elif child.type in ("text", "code_inline"):
            yield child.content
