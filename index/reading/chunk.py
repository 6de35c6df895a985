"""Chunking of sections into passages, which are retrieved and cited, and of passages into the texts that are
embedded."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from index.reading.units import sentence_spans
from index.types import Passage, Section, Source

CHUNKING = "section-1200-window-300"
"""Name of the cutting method; indexes made by different methods are not mixed."""
_PASSAGE_CHARS = 1200  # maximum; the README gives the measures for other sizes
_WINDOW_CHARS = 300  # of a passage embedded together, maximum; likewise
_SEPARATOR_CHARS = 2  # between two sections in the source text: a blank line


def passages(source: Source, sections: Sequence[Section]) -> list[Passage]:
    """Return one passage for each section, or several for a long one, cut at the ends of sentences. A heading that only
    announces the text below it gives none.

    The id of a passage is a digest of its words, its headings and its source, with a count of identical passages
    before it: it survives a correction elsewhere in the file."""
    result: list[Passage] = []
    seen: Counter[str] = Counter()
    offset = 0
    for section in sections:
        if section.quotable:
            for start, end in _windows(section.text, _PASSAGE_CHARS):
                text = section.text[start:end]
                words = "\x1f".join((source.id, source.visibility, *section.context, " ".join(text.split())))
                seen[words] += 1
                name = hashlib.sha256(f"{words}\x1f{seen[words]}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
                order = len(result)
                result.append(
                    Passage(name, source, text, section.place, order, section.kind, section.context, offset + start)
                )
        offset += len(section.text) + _SEPARATOR_CHARS
    return result


def source_text(sections: Sequence[Section]) -> str:
    """Return the text in which the offsets of passages count."""
    return ("\n" * _SEPARATOR_CHARS).join(section.text for section in sections)


def windows(passage: Passage) -> list[str]:
    """Return the texts embedded for a passage, each preceded by its context: a few sentences at a time, since the
    vector of one statement is nearer to a question about it than the vector of a whole passage. The question that
    the passage answers, the last entry of its context, is also embedded alone."""
    context = "\n".join(passage.context)
    texts = [f"{context}\n{passage.text[start:end]}".strip() for start, end in _windows(passage.text, _WINDOW_CHARS)]
    return [*texts, passage.question] if passage.question else texts


def _windows(text: str, max_chars: int) -> Iterator[tuple[int, int]]:
    """Yield the offsets of pieces of `text` of at most `max_chars` characters, cut at the ends of sentences."""
    if len(text) <= max_chars:
        yield 0, len(text)
        return
    start = end = -1
    for left, right in sentence_spans(text):
        if start >= 0 and right - start > max_chars:
            yield start, end
            start = left
        elif start < 0:
            start = left
        end = right
    yield start, end
