"""Searches passages for the research pages of the team, which show and export them, in the team's scope."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from assistant.understand import spelling
from index.language.folding import fold_label
from index.reading.transcripts import roles
from index.search.filters import Filters
from index.search.ordering import Order, sort_passages
from index.search.search import Query, Searcher
from index.store.catalog import Catalog
from index.types import Passage, Scope, Source

MOST = 500
"""Passages of one search that are shown and exported, at most."""
AROUND = 2  # passages shown before and after a passage
_NEAR = 1.0  # likeness (see `Hit`), from which a passage without any of the words is found by its meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchFilter(Filters):
    """A search. `words` may be a question; `literal` limits the results to passages that hold one of the words, instead
    of adding those of a near meaning; the inherited fields are the filters; the order `relevance` is that of the
    ranking by words."""

    words: str = ""
    literal: bool = False
    order: Order | Literal["relevance"] = "relevance"

    @property
    def filters(self) -> dict[str, str]:
        """The active filters, by name."""
        return {
            filter_field.name: value for filter_field in fields(Filters) if (value := getattr(self, filter_field.name))
        }

    @property
    def is_empty(self) -> bool:
        """True for a search without words and without filters."""
        return not self.words and not self.is_narrow

    @property
    def counts_all(self) -> bool:
        """True when the total is exact: with a filter, or without words, every passage is examined."""
        return self.is_narrow or not self.words

    def without(self, name: str) -> ResearchFilter:
        """Return the same search without one of its filters, without its `words`, or with `literal` off."""
        nothing: dict[str, Any] = {"kind": None, "literal": False}
        return replace(self, **{name: nothing.get(name, "")})


@dataclass(frozen=True, slots=True)
class ResearchResults:
    """The first passages found, in order, at most `MOST`; their total number, a lower bound when it is above `MOST`;
    and the ids of the passages found by their meaning, which hold none of the words."""

    passages: tuple[Passage, ...] = ()
    total: int = 0
    by_meaning: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choices:
    """The available values of the filters: those that the corpus holds. `people` are the labels of speakers."""

    sites: tuple[str, ...]
    roles: tuple[str, ...]
    people: tuple[str, ...]
    sources: tuple[Source, ...]


class Research:
    """Research over one index, for the team. Thread-safe."""

    def __init__(self, catalog: Catalog, searcher: Searcher) -> None:
        self._catalog = catalog
        self._searcher = searcher

    def find(self, request: ResearchFilter) -> ResearchResults:
        """Return the results of a search. With words, they are the nearest passages, ranked, then sorted in the
        requested order; without words, all the passages that match the filters, in the requested order or that of the
        corpus. Raise `CorpusError`."""
        if request.is_empty:
            return ResearchResults()
        if not request.words:
            order: Order = "corpus" if request.order == "relevance" else request.order
            listed, fitting = self._searcher.listing(request, Scope.TEAM, order, MOST)
            return ResearchResults(tuple(listed), fitting)
        query = Query(request.words, **request.filters)  # type: ignore[arg-type]
        hits, total = self._searcher.find(query, Scope.TEAM, MOST, math.inf if request.literal else _NEAR)
        passages = [hit.passage for hit in hits]
        if request.order != "relevance":
            passages = sort_passages(passages, request.order)
        by_meaning = frozenset(hit.passage.id for hit in hits if hit.found_by == "dense")
        return ResearchResults(tuple(passages), total, by_meaning)

    def loosened(self, request: ResearchFilter) -> dict[str, int]:
        """Return the number of passages that the search would find without each of its filters, without its words
        (`words`), and by meaning too (`literal`), when it would find any."""
        names = [*(name for name in ("literal", "words") if getattr(request, name)), *request.filters]
        return {name: total for name in names if (total := self.find(request.without(name)).total)}

    def meant(self, words: str) -> str:
        """Return words with their spelling corrected; unchanged when they seem right."""
        return spelling.correct(words, self._searcher.vocabulary(Scope.TEAM))

    def choices(self) -> Choices:
        """Return the available values of the filters."""
        sources = self._searcher.sources(Scope.TEAM)
        labels = tuple(self._searcher.speaker_labels(Scope.TEAM))
        own = [site.name for site in self._searcher.sites]
        others = {source.site for source in sources if source.site} - set(own)
        found_roles = {role for label in labels if (role := roles.role_of(label))}
        sides = {roles.ASKER if roles.is_interviewer(label) else roles.ASKED for label in labels}
        return Choices(
            sites=(*own, *sorted(others, key=fold_label)),
            roles=(*(sorted(sides) if len(sides) > 1 else ()), *sorted(found_roles, key=fold_label)),
            people=tuple(sorted(labels, key=fold_label)),
            sources=tuple(sorted(sources, key=lambda source: (source.kind, fold_label(source.title), source.path))),
        )

    def around(self, passage: Passage) -> list[Passage]:
        """Return a passage with those before and after it in its source."""
        first, last = passage.order - AROUND, passage.order + AROUND
        return self._catalog.passages_between(passage.source.id, first, last, Scope.TEAM)

    def named(self, ids: Sequence[str]) -> list[Passage]:
        """Return the passages of these ids, in order; those that no longer exist are left out."""
        return self._catalog.passages_by_id(ids, Scope.TEAM)
