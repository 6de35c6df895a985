"""Plain text to blocks, by its looks: much text of a study is copied from slides or mails.

A heading is a line in capitals, a line underlined with `===`, or a short isolated line above a list or a paragraph.
Items begin with a dash, a bullet or a number, and nest by their indentation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import groupby

from index.reading.outline import Block
from index.reading.text import tidy

_BULLET = re.compile(r"^(?P<indent>[ \t\u00a0]*)(?:[-–—•●▪■◦‣·*→➢]|\d{1,3}[.)]|[a-z]\))[ \t\u00a0]+(?P<text>\S.*)$")
_RULE = re.compile(r"^\s*([=~_*-])\1{2,}\s*$")
_HASHES = re.compile(r"^(#{1,6})[ \t]+(\S.*?)#*$")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_MAX_HEADING_CHARS, _MAX_HEADING_WORDS = 100, 14
_SHORT_LINE_CHARS = 50
_CAPITALS_RANK, _LONE_LINE_RANK = 1, 2  # ranks of the two kinds of guessed heading


@dataclass(slots=True)
class _PlainDraft:
    """A block being gathered, line by line."""

    kind: str
    line: int
    lines: list[str] = field(default_factory=list)
    indent: int = 0
    level: int = 1


def read_blocks(text: str, first_line: int = 1) -> list[Block]:
    """Return the blocks of a plain text, in order. `first_line` is the number of its first line in its file."""
    drafts = _gather_drafts(text.split("\n"), first_line)
    return _promote_lone_lines([_finish_draft(draft, depth) for draft, depth in _with_depth(drafts)])


def _gather_drafts(lines: list[str], first_line: int) -> list[_PlainDraft]:
    """Return the drafts of a text: headings, items, lines in capitals and paragraphs, separated by empty lines."""
    drafts: list[_PlainDraft] = []
    current: _PlainDraft | None = None
    for number, raw in enumerate(lines, start=first_line):
        line = tidy(raw)
        bullet = _BULLET.match(raw.rstrip())
        hashes = _HASHES.match(line)
        if not line or (bullet and not tidy(bullet["text"])):
            current = None
        elif _RULE.match(raw):
            if current is not None and current.kind == "prose" and len(current.lines) == 1:  # an underlined heading
                current.kind, current.level = "heading", 1 if raw.strip()[0] == "=" else 2
            current = None
        elif bullet:
            indent = len(bullet["indent"].expandtabs(4))
            current = _PlainDraft("item", number, [tidy(bullet["text"])], indent)
            drafts.append(current)
        elif hashes:
            drafts.append(_PlainDraft("heading", number, [hashes[2]], level=len(hashes[1])))
            current = None
        elif _is_in_capitals(line) and (current is None or current.kind == "capitals"):
            if current is None:
                current = _PlainDraft("capitals", number)
                drafts.append(current)
            current.lines.append(line)
        elif current is not None and _continues_draft(current, raw, line):
            current.lines.append(line)
        else:
            current = _PlainDraft("prose", number, [line])
            drafts.append(current)
    return drafts


def _is_in_capitals(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    return len(letters) >= 3 and all(char.isupper() for char in letters) and len(line) <= 120 and line[-1] not in ".;,"


def _continues_draft(current: _PlainDraft, raw: str, line: str) -> bool:
    """Return whether a line without a mark belongs to the block above it."""
    if current.kind == "prose":
        return True
    return current.kind == "item" and (raw[0] in " \t" or line[0].islower() or current.lines[-1][-1] in ",-–")


def _with_depth(drafts: list[_PlainDraft]) -> list[tuple[_PlainDraft, int]]:
    """Return each draft with its depth: that of items counts from 1 by their indentation, among adjacent items."""
    result = []
    indents: list[int] = []
    for draft in drafts:
        if draft.kind == "item":
            indents = [*(indent for indent in indents if indent < draft.indent), draft.indent]
            result.append((draft, len(indents)))
        else:
            indents = []
            result.append((draft, draft.level))
    return result


def _finish_draft(draft: _PlainDraft, depth: int) -> Block:
    """Return the block of a draft; the line breaks of short lines are kept, as in verse or addresses."""
    short = max(len(line) for line in draft.lines) < _SHORT_LINE_CHARS
    text = tidy(_EMPHASIS.sub(r"\2", ("\n" if short else " ").join(draft.lines)))
    if draft.kind == "capitals":
        return Block("heading", text, draft.line, level=_CAPITALS_RANK, inferred=True)
    if draft.kind == "heading":
        return Block("heading", text, draft.line, level=depth)
    return Block("item" if draft.kind == "item" else "prose", text, draft.line, level=depth)


def _looks_like_lone_line(block: Block) -> bool:
    text = block.text
    return (
        block.kind == "prose"
        and "\n" not in text
        and len(text) <= _MAX_HEADING_CHARS
        and len(text.split()) <= _MAX_HEADING_WORDS
        and (text[0].isupper() or text[0].isdigit())
        and text[-1] not in ".:;,!…"
    )


def _promote_lone_lines(blocks: list[Block]) -> list[Block]:
    """Turn short isolated lines into headings: the last line of a run above a text, or the first of a run of at
    least three with no text below, whose other lines then become its items."""
    result: list[Block] = []
    for are_lone, group in groupby(blocks, _looks_like_lone_line):
        run = list(group)
        if not are_lone:
            result.extend(run)
            continue
        following = blocks[len(result) + len(run) :][:1]
        if following and following[0].kind != "heading":
            run[-1] = replace(run[-1], kind="heading", level=_LONE_LINE_RANK, inferred=True)
        elif len(run) >= 3:
            run = [replace(run[0], kind="heading", level=_LONE_LINE_RANK, inferred=True)] + [
                replace(block, kind="item", level=1) for block in run[1:]
            ]
        result.extend(run)
    return result
