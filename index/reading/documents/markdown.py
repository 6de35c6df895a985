"""Markdown to blocks, parsed by the grammar of CommonMark (markdown-it-py)."""

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

_MAX_DEPTH = 100  # levels of lists and quotations; deeper ones are dropped
_MAX_BRACKETS = 5_000  # in one paragraph
_TAG = re.compile(r"<[^>]*>")
_TAG_OR_COMMENT = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


def read_blocks(text: str, first_line: int = 1) -> list[Block]:
    """Return the blocks of a Markdown text, in order, mark-up removed. `first_line` is the number of its first line
    in its file. A table row is an item whose cells are joined with « | »."""
    tokens = _parser().parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_text_leaves(token.children))
    tree = SyntaxTreeNode(tokens)
    return [block for block in _node_blocks(tree, first_line, 0) if block.text]


@cache  # building the parser takes as long as parsing a page of text
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_DEPTH}).enable("table")
    parser.core.ruler.before("inline", "brackets", _skip_bracket_floods)
    return parser


def _skip_bracket_floods(state: StateCore) -> None:
    """Treat a paragraph with more brackets than any real text as plain text: the parser looks for a link up to the
    end of the paragraph from each bracket, in quadratic time."""
    for token in state.tokens:
        if token.type == "inline" and token.content.count("[") > _MAX_BRACKETS:
            token.type = "text"


def _text_leaves(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens of a line that hold text, taken out of marks and images. Iterative, since these may be nested
    deeper than the recursion limit of Python."""
    todo = list(reversed(tokens))
    while todo:
        token = todo.pop()
        if token.type == "image":
            todo.extend(reversed(token.children or ()))
        elif token.nesting == 0:
            yield token


def _node_blocks(node: SyntaxTreeNode, first_line: int, depth: int) -> Iterator[Block]:
    """Yield the blocks below a node of the syntax tree; `depth` counts the enclosing lists."""
    line = None if node.is_root or not node.map else node.map[0] + first_line
    if node.type == "heading":
        yield Block("heading", _node_text(node), line, level=int(node.tag[1:]))
    elif node.type == "paragraph":
        yield Block("prose", _node_text(node), line)
    elif node.type in ("fence", "code_block"):
        yield Block("prose", tidy(node.content), line)
    elif node.type == "html_block":
        yield Block("prose", tidy(_strip_tags(node.content)), line)
    elif node.type == "tr":
        yield Block("item", " | ".join(_node_text(cell) for cell in node.children), line, level=depth + 1)
    elif node.type == "list_item":
        # Adjacent paragraphs are one item; one that follows a nested list is another item of the same depth.
        for is_text, group in groupby(node.children, lambda child: child.type == "paragraph"):
            if is_text:
                yield Block("item", "\n".join(map(_node_text, group)), line, level=depth + 1)
            else:
                for child in group:
                    yield from _node_blocks(child, first_line, depth + 1)
    else:
        for child in node.children:
            yield from _node_blocks(child, first_line, depth)


def _strip_tags(text: str) -> str:
    """Return `text` without HTML tags and comments. Unclosed ones are not searched for: each search would run to the
    end of the text."""
    head, closed, rest = text.rpartition("-->")
    tagged, end, tail = rest.rpartition(">")
    return _TAG_OR_COMMENT.sub("", head + closed) + _TAG.sub("", tagged + end) + tail


def _node_text(node: SyntaxTreeNode) -> str:
    """Return the words of a block without inline mark-up."""
    return tidy("".join(_inline_text(node)))


def _inline_text(node: SyntaxTreeNode) -> Iterator[str]:
    for child in (leaf for line in node.children for leaf in line.children or [line]):
        if child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak":
            yield "\n"
        elif child.type in ("text", "code_inline"):
            yield child.content
