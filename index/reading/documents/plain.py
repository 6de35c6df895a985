"""Plain text to Blocks, by its looks: much of what a study holds was copied out of slides or mails.

A heading is a line in capitals, a line underlined with `===`, or a short line that stands alone above a list or a
paragraph. Items begin with a dash, a bullet or a number, and nest by their indentation."""

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
_HEADING_CHARS, _HEADING_WORDS = 100, 14
_SHORT_LINE = 50
_CAPITALS, _ALONE = 1, 2  # ranks of the two kinds of guessed heading


@dataclass(slots=True)
class _Draft:
    """A block being gathered, line by line."""

    kind: str
    line: int
    lines: list[str] = field(default_factory=list)
    indent: int = 0
    level: int = 1


def blocks(text: str, first_line: int = 1) -> list[Block]:
    """The blocks of a plain text, in order. `first_line` is the number of its first line in its file."""
    drafts = _gather(text.split("\n"), first_line)
    return _name_lone_lines([_finish(draft, depth) for draft, depth in _with_depth(drafts)])


def _gather(lines: list[str], first_line: int) -> list[_Draft]:
    drafts: list[_Draft] = []
    current: _Draft | None = None
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
            current = _Draft("item", number, [tidy(bullet["text"])], indent)
            drafts.append(current)
        elif hashes:
            drafts.append(_Draft("heading", number, [hashes[2]], level=len(hashes[1])))
            current = None
        elif _in_capitals(line) and (current is None or current.kind == "capitals"):
            if current is None:
                current = _Draft("capitals", number)
                drafts.append(current)
            current.lines.append(line)
        elif current is not None and _continues(current, raw, line):
            current.lines.append(line)
        else:
            current = _Draft("prose", number, [line])
            drafts.append(current)
    return drafts


def _in_capitals(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    return len(letters) >= 3 and all(char.isupper() for char in letters) and len(line) <= 120 and line[-1] not in ".;,"


def _continues(current: _Draft, raw: str, line: str) -> bool:
    """Whether a line that begins nothing belongs to the block above it."""
    if current.kind == "prose":
        return True
    return current.kind == "item" and (raw[0] in " \t" or line[0].islower() or current.lines[-1][-1] in ",-–")


def _with_depth(drafts: list[_Draft]) -> list[tuple[_Draft, int]]:
    """Each draft with its depth: items count from 1 by their indentation, among the items that touch them."""
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


def _finish(draft: _Draft, depth: int) -> Block:
    short = max(len(line) for line in draft.lines) < _SHORT_LINE
    text = tidy(_EMPHASIS.sub(r"\2", ("\n" if short else " ").join(draft.lines)))
    if draft.kind == "capitals":
        return Block("heading", text, draft.line, level=_CAPITALS, inferred=True)
    if draft.kind == "heading":
        return Block("heading", text, draft.line, level=depth)
    return Block("item" if draft.kind == "item" else "prose", text, draft.line, level=depth)


def _could_head(block: Block) -> bool:
    text = block.text
    return (
        block.kind == "prose"
        and "\n" not in text
        and len(text) <= _HEADING_CHARS
        and len(text.split()) <= _HEADING_WORDS
        and (text[0].isupper() or text[0].isdigit())
        and text[-1] not in ".:;,!…"
    )


def _name_lone_lines(found: list[Block]) -> list[Block]:
    """Tell which short lines standing alone are headings: the last of a run when something stands under it, the first
    of a run of at least three that stands by itself, whose others are then its items."""
    result: list[Block] = []
    for lone, group in groupby(found, _could_head):
        run = list(group)
        if not lone:
            result.extend(run)
            continue
        following = found[len(result) + len(run) :][:1]
        if following and following[0].kind != "heading":
            run[-1] = replace(run[-1], kind="heading", level=_ALONE, inferred=True)
        elif len(run) >= 3:
            run = [replace(run[0], kind="heading", level=_ALONE, inferred=True)] + [
                replace(block, kind="item", level=1) for block in run[1:]
            ]
        result.extend(run)
    return result
