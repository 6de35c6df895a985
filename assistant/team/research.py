"""What someone of the team looks for, and the passages found: all that the pages of research show and export, in the
scope of the team."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from assistant.understand import spelling
from index.reading.transcripts import roles
from index.search.filters import Filters
from index.search.ordering import Order, arranged
from index.search.search import Query, Searcher
from index.store.catalog import Catalog
from index.types import Passage, Scope, Source

MOST = 500
"""Passages of one search that are shown, and exported."""
AROUND = 2  # passages shown before and after one
_NEAR = 1.0  # of likeness, from which a passage without any of the words is found by its meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchFilter(Filters):
    """A search: words, which may be a question; whether only what has one of them is wanted (`literal`), or what is
    near by its meaning too; what it is held to; an order, `relevance` being that of the words."""

    words: str = ""
    literal: bool = False
    order: Order | Literal["relevance"] = "relevance"

    @property
    def filters(self) -> dict[str, str]:
        """The filters that hold to something, by name."""
        return {one.name: value for one in fields(Filters) if (value := getattr(self, one.name))}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is sought."""
        return not self.words and not self.is_narrow

    @property
    def counts_all(self) -> bool:
        """Whether what is found is counted to the last: with a filter, or without words, all is looked at."""
        return self.is_narrow or not self.words

    def without(self, name: str) -> ResearchFilter:
        """The same, less one of its filters, less its `words`, or no more `literal`."""
        nothing: dict[str, Any] = {"kind": None, "literal": False}
        return replace(self, **{name: nothing.get(name, "")})


@dataclass(frozen=True, slots=True)
class ResearchResults:
    """The first passages found, in order, at most `MOST`; of how many, which is at least so many where it is above
    `MOST`; and the ids of those that hold none of the words, found by their meaning."""

    passages: tuple[Passage, ...] = ()
    total: int = 0
    by_meaning: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters may be: what the corpus has, and nothing else. `people` are what speakers are called."""

    sites: tuple[str, ...]
    roles: tuple[str, ...]
    people: tuple[str, ...]
    sources: tuple[Source, ...]


class Research:
    """Research over one index, for the team. Threads may share it."""

    def __init__(self, catalog: Catalog, searcher: Searcher) -> None:
        self._catalog = catalog
        self._searcher = searcher

    def find(self, sought: ResearchFilter) -> ResearchResults:
        """What is found: with words, the nearest, ranked, then put in the order asked for; without, all that fits, in
        that order or else that of the corpus. Raises `CorpusError`."""
        if sought.is_empty:
            return ResearchResults()
        if not sought.words:
            order: Order = "corpus" if sought.order == "relevance" else sought.order
            listed, fitting = self._searcher.listing(sought, Scope.TEAM, order, MOST)
            return ResearchResults(tuple(listed), fitting)
        asked = Query(sought.words, **sought.filters)  # type: ignore[arg-type]
        hits, total = self._searcher.find(asked, Scope.TEAM, MOST, math.inf if sought.literal else _NEAR)
        passages = [hit.passage for hit in hits]
        if sought.order != "relevance":
            passages = arranged(passages, sought.order)
        by_meaning = frozenset(hit.passage.id for hit in hits if hit.found_by == "dense")
        return ResearchResults(tuple(passages), total, by_meaning)

    def loosened(self, sought: ResearchFilter) -> dict[str, int]:
        """How many passages would be found without each of the filters, without the words (`words`), and by their
        meaning too (`literal`), where any would."""
        names = [*(name for name in ("literal", "words") if getattr(sought, name)), *sought.filters]
        return {name: total for name in names if (total := self.find(sought.without(name)).total)}

    def meant(self, words: str) -> str:
        """Words as they were meant, as far as their spelling tells; the same where nothing seems wrong."""
        return spelling.correct(words, self._searcher.vocabulary(Scope.TEAM))

    def choices(self) -> Choices:
        """What there is to choose among."""
        sources = self._searcher.sources(Scope.TEAM)
        labels = tuple(self._searcher.labels(Scope.TEAM))
        own = [site.name for site in self._searcher.sites]
        others = {source.site for source in sources if source.site} - set(own)
        said = {told for label in labels if (told := roles.role_of(label))}
        sides = {roles.ASKER if roles.is_interviewer(label) else roles.ASKED for label in labels}
        return Choices(
            sites=(*own, *sorted(others, key=roles.fold)),
            roles=(*(sorted(sides) if len(sides) > 1 else ()), *sorted(said, key=roles.fold)),
            people=tuple(sorted(labels, key=roles.fold)),
            sources=tuple(sorted(sources, key=lambda source: (source.kind, roles.fold(source.title), source.path))),
        )

    def around(self, passage: Passage) -> list[Passage]:
        """A passage with those before and after it in its source."""
        first, last = passage.order - AROUND, passage.order + AROUND
        return self._catalog.around(passage.source.id, first, last, Scope.TEAM)

    def named(self, ids: Sequence[str]) -> list[Passage]:
        """The passages of these ids, in order; those that are no more are left out."""
        return self._catalog.named(ids, Scope.TEAM)
