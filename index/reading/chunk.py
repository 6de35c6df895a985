"""Sections to Passages, the pieces that are found and cited, and to what of each is embedded and matched."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from index.reading.units import spans
from index.types import Passage, Section, Source

CHUNKING = "section-1200-window-300"
"""Names the way of cutting; an index made another way is not mixed with this one."""
_LONGEST = 1200  # characters; the README says what other sizes give
_WINDOW = 300  # characters of a passage that are embedded together; the same
_BETWEEN = 2  # characters between two sections in the source text: a blank line


def passages(source: Source, sections: Sequence[Section]) -> list[Passage]:
    """A passage a section, or several when it is long, cut at the ends of sentences. A heading that only announces
    what follows is none.

    The id of a passage is made of its words, its headings and its source, and counts those alike before it: it
    survives a correction elsewhere in the file."""
    result: list[Passage] = []
    seen: Counter[str] = Counter()
    offset = 0
    for section in sections:
        if section.quotable:
            for start, end in _pieces(section.text, _LONGEST):
                text = section.text[start:end]
                words = "\x1f".join((source.id, source.visibility, *section.context, " ".join(text.split())))
                seen[words] += 1
                name = hashlib.sha256(f"{words}\x1f{seen[words]}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
                order = len(result)
                result.append(
                    Passage(name, source, text, section.place, order, section.kind, section.context, offset + start)
                )
        offset += len(section.text) + _BETWEEN
    return result


def source_text(sections: Sequence[Section]) -> str:
    """The text that the offsets of passages count in."""
    return ("\n" * _BETWEEN).join(section.text for section in sections)


def windows(passage: Passage) -> list[str]:
    """What of a passage is embedded, each piece with the passage's context: its sentences, few at a time, for the
    vector of one thing said is nearer to a question about it than the vector of all that is said around. The question
    that a passage answers, the last of its context, is also embedded alone."""
    context = "\n".join(passage.context)
    said = [f"{context}\n{passage.text[start:end]}".strip() for start, end in _pieces(passage.text, _WINDOW)]
    return [*said, passage.question] if passage.question else said


def _pieces(text: str, longest: int) -> Iterator[tuple[int, int]]:
    if len(text) <= longest:
        yield 0, len(text)
        return
    start = end = -1
    for left, right in spans(text):
        if start >= 0 and right - start > longest:
            yield start, end
            start = left
        elif start < 0:
            start = left
        end = right
    yield start, end
