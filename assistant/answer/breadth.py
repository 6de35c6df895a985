"""Counts the sources that cover a topic, over the whole scope and not only among the quoted passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from assistant.understand.coverage import Topic
from index.language import french
from index.types import Kind, Scope, Source

_NAMES: Mapping[Kind, tuple[str, str]] = {
    "transcript": ("entretien", "entretiens"),
    "document": ("document", "documents"),
}


class SourceCounts(Protocol):
    """The part of the searcher that the count needs."""

    def source_counts(self, scope: Scope) -> Mapping[Kind, int]: ...

    def sources_that_hold(self, groups: Sequence[Collection[str]], scope: Scope) -> Mapping[str, Kind] | None: ...


def breadth(topic: Topic, quoted: Iterable[Source], searcher: SourceCounts, scope: Scope) -> str:
    """Return « 3 entretiens sur 18 et 1 document sur 2 en parlent. »: the count of sources of the scope that are
    quoted, or hold in a single passage each word of the topic or another form that the lexicon gives for it. Return an
    empty text when the count is not informative: a single source in all, or words that are everywhere."""
    totals = searcher.source_counts(scope)
    if sum(totals.values()) < 2 or not topic.weights:
        return ""
    holding = searcher.sources_that_hold([_equivalent_forms(stem, topic) for stem in topic.weights], scope)
    if holding is None:
        return ""
    shown = {source.id: source.kind for source in quoted if not source.is_excerpt}
    counts = Counter({**holding, **shown}.values())
    parts = [
        f"{counts[kind]} {plural if counts[kind] > 1 else singular} sur {totals[kind]}"
        for kind, (singular, plural) in _NAMES.items()
        if counts[kind]
    ]
    return f"{' et '.join(parts)} en {'parle' if counts.total() == 1 else 'parlent'}." if parts else ""


def _equivalent_forms(stem: str, topic: Topic) -> list[str]:
    """Return a stem and the forms of the expansions that contain it, in the notation of full-text search."""
    forms = (form for expansion in topic.expansions if stem in expansion.stems for form in expansion.forms)
    return list(dict.fromkeys((stem, *filter(None, map(french.terms_line, forms)))))
