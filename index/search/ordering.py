"""The orders in which passages may be read, besides that of a ranking."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from index.language.french import fold
from index.search.periods import first_day
from index.types import Passage, Source

Order = Literal["corpus", "oldest", "newest", "title"]
"""By path; by date, what has none coming last; by title. Within a source, always as it is read."""


def source_ranks(sources: Iterable[Source], order: Order) -> dict[str, int]:
    """The place of each source, by its id."""
    ordered = sorted(sources, key=lambda source: source.path)
    if order == "title":
        ordered.sort(key=lambda source: fold(source.title))
    elif order != "corpus":
        ordered.sort(key=lambda source: first_day(source.date) if source.date else "", reverse=order == "newest")
        ordered.sort(key=lambda source: not source.date)
    return {source.id: rank for rank, source in enumerate(ordered)}


def sort_passages(passages: Iterable[Passage], order: Order) -> list[Passage]:
    """Passages in an order."""
    found = list(passages)
    place = source_ranks({one.source.id: one.source for one in found}.values(), order)
    return sorted(found, key=lambda one: (place[one.source.id], one.order))
