"""Orders of passages other than relevance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from index.language.french import fold
from index.search.periods import first_day
from index.types import Passage, Source

Order = Literal["corpus", "oldest", "newest", "title"]
"""By path; by date, undated sources last; or by title. Within a source, always in reading order."""


def source_ranks(sources: Iterable[Source], order: Order) -> dict[str, int]:
    """Return the rank of each source in an order, by source id."""
    ordered = sorted(sources, key=lambda source: source.path)
    if order == "title":
        ordered.sort(key=lambda source: fold(source.title))
    elif order != "corpus":
        ordered.sort(key=lambda source: first_day(source.date) if source.date else "", reverse=order == "newest")
        ordered.sort(key=lambda source: not source.date)
    return {source.id: rank for rank, source in enumerate(ordered)}


def sort_passages(passages: Iterable[Passage], order: Order) -> list[Passage]:
    """Return passages in an order."""
    found = list(passages)
    rank = source_ranks({passage.source.id: passage.source for passage in found}.values(), order)
    return sorted(found, key=lambda passage: (rank[passage.source.id], passage.order))
