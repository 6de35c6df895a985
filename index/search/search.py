"""Hybrid search: from a question to ranked passages, in the scope of the reader."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from index.embedding import calibration
from index.embedding.calibration import Calibration
from index.embedding.model import Embedder
from index.language import french
from index.reading.text import tidy
from index.search import closeness, ordering, ranking, site_names
from index.search.filters import Filters, matching_passages
from index.search.ordering import Order
from index.search.vocabulary import StemCache, Vocabulary
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.vector_scan import best_by_passage, dot_products
from index.store.vectors import VectorIndex
from index.types import FoundBy, Hit, Kind, Passage, Scope, Site, Source

FloatArray = npt.NDArray[np.float32]
T = TypeVar("T")
_CANDIDATES = 100  # of each ranking
_RERANKED = 30  # first passages reranked by their wording
_WORD_MATCHES = 1000  # passages whose BM25 scores give the mean and deviation of a word query
# Passages that full text scores: 1.3 µs each. Limited to a tenth of the passages, nDCG@10 moves by -.006 on cnil_faq,
# -.0006 on piaf, -.0026 on servicepublic; limited to this number, by nothing, since all three are small.
_MAX_POSTINGS = 4000
_SAMPLE = 512  # passages whose vectors give the mean and deviation of cosines


@dataclass(frozen=True, slots=True)
class Query(Filters):
    """A search query. `text` is embedded whole; `words` (by default the same text) are matched in full text, along
    with `also`, other words for the same things. Only passages that match the filters are found, and all of them are
    ranked."""

    text: str
    words: str | None = None
    also: tuple[str, ...] = ()


class _WordMatches(NamedTuple):
    """Full-text matches of a query: its words, the rarity of its terms, and the keys and BM25 scores of the
    passages."""

    asked: str
    rarity: Mapping[str, float]
    matches: list[tuple[int, float]]


class Searcher:
    """Search over a data folder. Threads may share it."""

    def __init__(
        self, catalog: Catalog, vectors: VectorIndex, embedder: Embedder, settings: IndexSettings, sites: Sequence[Site]
    ) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._embedder = embedder
        self._settings = settings
        self.sites = tuple(sites)
        self._guard = threading.Lock()
        self._stems = {scope: StemCache(catalog, scope) for scope in Scope}
        self._cache: dict[tuple[str, Scope | None], tuple[int, Any]] = {}

    def search(self, query: Query, scope: Scope, limit: int = 10) -> list[Hit]:
        """Return the `limit` best passages of the scope, best first; passages about the sites that the question names
        are boosted."""
        return self.find(query, scope, limit, -math.inf)[0]

    def find(self, query: Query, scope: Scope, limit: int, least: float) -> tuple[list[Hit], int]:
        """Search among the passages that hold a word of the query or have a likeness (`Hit.likeness`) of at least
        `least`; return the hits, as `search` does, and the number of such passages. Without filters, the count stops at
        about twice `limit`."""
        text = tidy(query.text)
        if limit <= 0 or not text or not self._passage_count(scope):
            return [], 0
        vector = self._embedder.embed_question(text)
        with self.snapshot():
            return self._rank(query, self._match_words(query, scope), vector, scope, limit, least)

    def listing(
        self, filters: Filters, scope: Scope, order: Order = "corpus", limit: int = 10
    ) -> tuple[list[Passage], int]:
        """Return the first `limit` passages that match the filters, in an order, and the number of matches."""
        with self.snapshot():
            found = self._matching_keys(filters, scope)
            rank = ordering.source_ranks(self.sources(scope), order)
            keys = [key for key, source in sorted(found, key=lambda pair: rank[pair[1]])][: max(0, limit)]
            passages = self._catalog.passages(keys, scope)
        return [passages[key] for key in keys if key in passages], len(found)

    def speaker_labels(self, scope: Scope) -> dict[str, int]:
        """Count the passages of the scope by speaker label."""
        return dict(self._cached("labels", scope, lambda: self._catalog.speaker_labels(scope)))

    def sources(self, scope: Scope) -> list[Source]:
        """Return the sources of the scope, cached for each state of the index."""
        return list(self._cached("sources", scope, lambda: self._catalog.sources(scope)))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Make all searches of this thread inside the block see one state of the index. Raises `DataFolderRefused` when
        the index was built with another model."""
        with self._catalog.snapshot():
            self._catalog.refuse_other_model(self._embedder.identity)
            yield

    def _match_words(self, query: Query, scope: Scope) -> _WordMatches:
        """Search full text for a query."""
        asked = query.text if query.words is None else query.words
        total = self._passage_count(scope)
        frequencies = self._frequencies(" ".join((asked, *query.also)), scope)
        repeated = [term for term, n in frequencies.items() if n > total / 2]
        matches = self._catalog.match(
            list(frequencies),
            scope,
            total if query.is_narrow else _WORD_MATCHES,
            in_text=repeated,
            among=None if query.is_narrow else _rarest_terms(frequencies),
        )
        return _WordMatches(asked, _inverse_frequencies(frequencies, total), matches)

    def _rank(
        self, query: Query, worded: _WordMatches, vector: FloatArray, scope: Scope, limit: int, least: float
    ) -> tuple[list[Hit], int]:
        """Fuse both rankings, boost named sites and rerank by wording."""
        scale = self._calibration()
        vector = scale.without_common(vector)
        total = self._passage_count(scope)
        lexical = ranking.standardise_lexical(worded.matches, total)
        if query.is_narrow:  # exactly the matching passages, with the catalog's own vectors
            matching = [key for key, _ in self._matching_keys(query, scope)]
            near = self._cosines(vector, matching, scope)
            kept = near.keys() & lexical.keys()
        else:
            depth = max(_CANDIDATES, 2 * limit)
            near = dict(self._vectors.nearest(vector, scope, depth))
            kept = {key for key, _ in worded.matches[:depth]}
        cosines = near | self._cosines(vector, [key for key in kept if key not in near], scope)
        dense = ranking.standardise_dense(cosines, self._sample_cosines(vector, scope))
        fused = ranking.fuse(dense, {key: lexical[key] for key in kept}, self._settings.dense_weight)
        scores = {key: score for key, score in fused.items() if key in kept or scale.scaled(cosines[key]) >= least}
        named = site_names.named_sites(query.text, self.sites)
        first = self._leading_keys(scores, max(2 * limit, _RERANKED), bool(named))
        passages = self._catalog.passages(first, scope)
        hits = [
            Hit(
                passage,
                scores[key] + self._site_bonus(passage, named),
                _found_by(key, near, kept),
                scale.scaled(cosines[key]),
            )
            for key, passage in passages.items()
        ]
        return self._rerank_by_wording(worded, sorted(hits, key=_rank_key))[:limit], len(scores)

    def _leading_keys(self, scores: Mapping[int, float], limit: int, raised: bool) -> list[int]:
        """Return a superset of the keys of the first `limit` passages: reading a passage costs more than finding it.
        With `raised`, includes all the passages that a site boost could bring that far up."""
        ordered = sorted(scores, key=lambda key: -scores[key])
        if len(ordered) <= limit:
            return ordered
        least = scores[ordered[limit - 1]] - (self._settings.site_bonus if raised else 0.0)
        return [key for key in ordered if scores[key] >= least]

    def _rerank_by_wording(self, worded: _WordMatches, hits: Sequence[Hit]) -> list[Hit]:
        """Rerank the first hits: those whose wording is closer to the question gain score."""
        words = french.words(worded.asked)
        weights = (self._settings.form_weight, self._settings.order_weight)
        closer = []
        for hit in hits[:_RERANKED]:
            shares = closeness.wording_closeness(
                words, worded.rarity, "\n".join((*hit.passage.context, hit.passage.text))
            )
            gain = sum(weight * share for weight, share in zip(weights, shares, strict=True))
            closer.append(replace(hit, score=hit.score + gain))
        return sorted(closer, key=_rank_key) + list(hits[_RERANKED:])

    def siblings(self, passage: Passage, scope: Scope, reach: int = 60) -> list[Passage]:
        """Return the list that an item belongs to, itself included, in order: the neighbouring items in the same
        context, the items nested under them, and before them the item that they are nested under. For a passage that is
        not an item, return it alone."""
        if passage.kind != "item":
            return [passage]
        near = self._catalog.passages_between(passage.source.id, passage.order - reach, passage.order + reach, scope)
        return _contiguous(near, passage)

    def nested(self, passage: Passage, scope: Scope, reach: int = 60) -> list[Passage]:
        """Return the items that a passage introduces: the following ones whose last context is its text."""
        near = self._catalog.passages_between(passage.source.id, passage.order + 1, passage.order + reach, scope)
        found = []
        depth = len(passage.context)
        for other in near:
            under = other.context[:depth] == passage.context and len(other.context) > depth
            if other.kind != "item" or not under or other.place.heading != passage.place.heading:
                break
            found.append(other)
        return found

    def vocabulary(self, scope: Scope) -> Vocabulary:
        """Return the words of a scope."""
        return self._cached("vocabulary", scope, lambda: Vocabulary(self._catalog, scope, self._stems[scope]))

    def rarity(self, words: str, scope: Scope) -> dict[str, float]:
        """Return the inverse document frequency in the scope (BM25's, at least 0) of each term of `words`; it is
        highest for a term that no passage holds."""
        return _inverse_frequencies(self._frequencies(words, scope), self._passage_count(scope))

    def has_all_terms(self, words: str, scope: Scope) -> bool:
        """Return whether every term of `words` occurs in the scope, in the same passage or not."""
        frequencies = self._frequencies(words, scope)
        return bool(frequencies) and all(frequencies.values())

    def _frequencies(self, words: str, scope: Scope) -> dict[str, int]:
        """Count the passages of the scope that hold each term of `words`."""
        return self.vocabulary(scope).frequencies(french.terms(words))

    def source_counts(self, scope: Scope) -> dict[Kind, int]:
        """Count the sources of each kind in a scope."""
        return self._cached("source_counts", scope, lambda: self._catalog.source_counts(scope))

    def sources_that_hold(self, groups: Sequence[Collection[str]], scope: Scope) -> dict[str, Kind] | None:
        """Return the ids and kinds of the sources with a passage that holds one of the terms (or phrases) of each
        group. `None` when even the rarest group occurs in too many passages to look at."""
        counts = [sum(self._frequencies(" ".join(group), scope).values()) for group in groups]
        if not counts or min(counts) > _MAX_POSTINGS:
            return None
        return self._catalog.sources_that_hold(groups, scope)

    def _cosines(self, vector: FloatArray, keys: Sequence[int], scope: Scope) -> dict[int, float]:
        """Return the best cosine of each passage of `keys`, from the catalog's vectors."""
        found: dict[int, float] = {}
        for visibility in scope.visibilities:
            owners, vectors = self._catalog.vectors(visibility, keys)
            if owners:
                found |= best_by_passage(owners, dot_products(vectors, vector).tolist())
        return found

    def _sample_cosines(self, vector: FloatArray, scope: Scope) -> FloatArray:
        """Return the cosines of a sample of the passages of the scope."""
        keys, vectors = self._cached("sample", scope, lambda: self._catalog.sample_vectors(scope, _SAMPLE))
        found = best_by_passage(keys, dot_products(vectors, vector).tolist()) if keys else {}
        return np.fromiter(found.values(), dtype=np.float32)

    def _passage_count(self, scope: Scope) -> int:
        """Count the passages of a scope, cached: counting reads every source."""
        return self._cached("total", scope, lambda: self._catalog.passage_count(scope))

    def _calibration(self) -> Calibration:
        """Return the calibration of the model that the index was built with."""
        return self._cached("scale", None, lambda: Calibration.read(self._catalog.meta(calibration.KEY)))

    def _cached(self, name: str, scope: Scope | None, read: Callable[[], T]) -> T:
        """Return the result of `read`, cached until the generation of the index changes."""
        with self._catalog.snapshot(), self._guard:
            generation = self._catalog.generation
            known = self._cache.get((name, scope))
            if known is None or known[0] != generation:
                known = self._cache[name, scope] = (generation, read())
            value: T = known[1]
            return value

    def _matching_keys(self, filters: Filters, scope: Scope) -> list[tuple[int, str]]:
        """Return the passages that match the filters, as `matching_passages` does."""
        labels = self.speaker_labels(scope) if filters.role else ()
        return matching_passages(self._catalog, filters, scope, self.sources(scope), labels, self.sites)

    def _site_bonus(self, passage: Passage, named: Sequence[Site]) -> float:
        """Return the score bonus of a passage about one of the named sites."""
        return self._settings.site_bonus if any(site_names.is_about_site(passage, site) for site in named) else 0.0


def _rarest_terms(frequencies: Mapping[str, int]) -> list[str]:
    """Return the rarest terms, at least two, that occur together in no more than `_MAX_POSTINGS` passages."""
    rarest = sorted(frequencies, key=lambda term: frequencies[term])
    running_totals = list(accumulate(frequencies[term] for term in rarest))
    return rarest[: max(2, sum(subtotal <= _MAX_POSTINGS for subtotal in running_totals))]


def _inverse_frequencies(frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """Return the inverse document frequency of each term."""
    return {term: math.log1p((total - n + 0.5) / (n + 0.5)) for term, n in frequencies.items()}


def _rank_key(hit: Hit) -> tuple[float, str]:
    return -hit.score, hit.passage.id


def _found_by(key: int, near: dict[int, float], kept: set[int]) -> FoundBy:
    """Return which rankings found a passage."""
    if key in kept:
        return "both" if key in near else "lexical"
    return "dense"


def _contiguous(near: Sequence[Passage], passage: Passage) -> list[Passage]:
    """Return the unbroken run of items of `near` around `passage` that share its context, preceded by the item that
    introduces it."""
    context = passage.context
    at = next(number for number, other in enumerate(near) if other.id == passage.id)

    def belongs(other: Passage) -> bool:
        return other.kind == "item" and other.context[: len(context)] == context

    first = last = at
    while first > 0 and belongs(near[first - 1]):
        first -= 1
    while last + 1 < len(near) and belongs(near[last + 1]):
        last += 1
    if first > 0 and near[first - 1].kind == "item" and context[-1:] == (" ".join(near[first - 1].text.split("\n")),):
        first -= 1
    return list(near[first : last + 1])
