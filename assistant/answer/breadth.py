"""How many sources speak of a topic, counted over the whole scope and not only over what is quoted."""

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
    """What is asked of a searcher here."""

    def source_counts(self, scope: Scope) -> Mapping[Kind, int]: ...

    def sources_that_hold(self, groups: Sequence[Collection[str]], scope: Scope) -> Mapping[str, Kind] | None: ...


def breadth(topic: Topic, quoted: Iterable[Source], searcher: SourceCounts, scope: Scope) -> str:
    """« 3 entretiens sur 18 et 1 document sur 2 en parlent. »: the sources of the scope that are quoted, or hold in one
    passage each word of the topic or another that the lexicon gives for it. Empty where that says nothing: one source
    in all, or words that are everywhere."""
    of_each = searcher.source_counts(scope)
    if sum(of_each.values()) < 2 or not topic.weights:
        return ""
    holding = searcher.sources_that_hold([_ways(stem, topic) for stem in topic.weights], scope)
    if holding is None:
        return ""
    shown = {source.id: source.kind for source in quoted if not source.is_excerpt}
    told = Counter({**holding, **shown}.values())
    parts = [
        f"{told[kind]} {many if told[kind] > 1 else one} sur {of_each[kind]}"
        for kind, (one, many) in _NAMES.items()
        if told[kind]
    ]
    return f"{' et '.join(parts)} en {'parle' if told.total() == 1 else 'parlent'}." if parts else ""


def _ways(stem: str, topic: Topic) -> list[str]:
    """The stem, and the other forms of what it belongs to, as full text writes them."""
    forms = (form for expansion in topic.expansions if stem in expansion.stems for form in expansion.forms)
    return list(dict.fromkeys((stem, *filter(None, map(french.terms_line, forms)))))
