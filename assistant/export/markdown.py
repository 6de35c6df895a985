"""Writes Markdown: each passage as a block quotation, with its source under it.

Texts of sources are escaped by the rules of CommonMark, so that they are read literally: no mark-up, no HTML, no link;
nor the tables, mathematics, notes and emoji names of common extensions."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from assistant.export.wording import WARNING, clean, is_reserved, one_line, reference, summary
from index.types import Passage

_SIGNS = re.compile(r"([\\`*_\[\]{}<>&|~$^#=])|:(?=[^\s\d])|(?<=\b[wW]{3})\.")
_OPENING = re.compile(r"([-+:])|(\d{1,9})([.)])")


def export(passages: Sequence[Passage], *, title: str, made_on: datetime.date) -> bytes:
    """Return a heading, then the passages in the given order."""
    parts = [f"# {escape(one_line(title))}", escape(summary(passages, made_on))]
    if is_reserved(passages):
        parts.append(f"**{escape(WARNING)}**")
    for passage in passages:
        parts.append(_quotation(passage))
    return ("\n\n".join(parts) + "\n").encode()


def escape(line: str) -> str:
    """Return a line escaped for any position in Markdown. White space around it is removed: four spaces would make it
    code."""
    line = _SIGNS.sub(lambda found: f"\\{found[0]}", line.strip())
    opening = _OPENING.match(line)
    if opening is None:
        return line
    return f"\\{line}" if opening[1] else f"{opening[2]}\\{line[len(opening[2]) :]}"


def _quotation(passage: Passage) -> str:
    """Return a passage as a block quotation that keeps its lines: a backslash ends each line that another one
    follows."""
    paragraphs: list[list[str]] = [[]]
    for line in map(escape, clean(passage.text).split("\n")):
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    quoted = "\n>\n".join("\\\n".join(f"> {line}" for line in lines) for lines in paragraphs if lines)
    return f"{quoted or '>'}\n>\n> — {escape(reference(passage))}"
