"""Vocabulary of a scope: the stems in full text and their usual spellings."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable, Sequence

from index.language import french
from index.store import erase
from index.store.catalog import Catalog
from index.types import Scope

_WORD = re.compile(r"[^\W_]+")
_CACHED_STEMS = 20_000  # stems whose frequencies are cached
_MAX_NEW_SOURCES = 500  # above which all stems are read again, instead of those of the new sources
_SAMPLE_PASSAGES = 5  # read to find how a stem is spelled


class StemCache:
    """All stems of a scope, kept between states of the catalog: stems of new sources are added to the known ones, and
    all are read again only after a deletion, since a stem may then occur nowhere any more. Threads may share it."""

    def __init__(self, catalog: Catalog, scope: Scope) -> None:
        self._catalog = catalog
        self._scope = scope
        self._guard = threading.Lock()
        self._versions: frozenset[int] = frozenset()
        self._erasures = ""
        self._stems: tuple[str, ...] = ()

    def current(self) -> Sequence[str]:
        """Return the stems of the state that the caller reads."""
        with self._catalog.snapshot(), self._guard:
            now, erasures = self._catalog.live_versions(self._scope), self._catalog.meta(erase.ERASURES)
            new = now - self._versions
            if not self._versions <= now or erasures != self._erasures or len(new) > _MAX_NEW_SOURCES:
                self._stems = tuple(self._catalog.terms(self._scope))
            elif new:
                self._stems = tuple(sorted({*self._stems, *self._catalog.version_terms(new)}))
            self._versions, self._erasures = now, erasures
            return self._stems


class Vocabulary:
    """Stems of the passages of a scope, and their spellings, for one state of the catalog."""

    def __init__(self, catalog: Catalog, scope: Scope, stems: StemCache | None = None) -> None:
        """Reuse `stems`, the cache of earlier states, if given."""
        self._catalog = catalog
        self._scope = scope
        self._stem_cache = StemCache(catalog, scope) if stems is None else stems
        self._stems: Sequence[str] | None = None
        self._spellings: dict[str, str] = {}
        self._frequencies: dict[str, int] = {}

    def has(self, stem: str) -> bool:
        """Return whether a passage holds the stem."""
        return bool(self.frequencies([stem])[stem])

    def frequencies(self, stems: Iterable[str]) -> dict[str, int]:
        """Count the passages that hold each stem. Cached, since a question asks for its words again and again."""
        wanted = set(stems)
        if len(self._frequencies) > _CACHED_STEMS:
            self._frequencies = {}
        known = self._frequencies
        known.update(self._catalog.frequencies(wanted - known.keys(), self._scope))
        return {stem: known[stem] for stem in wanted}

    def stems(self) -> Sequence[str]:
        """Return all stems."""
        if self._stems is None:
            self._stems = self._stem_cache.current()
        return self._stems

    def written(self, stem: str) -> str:
        """Return the most frequent spelling of a stem, capitals included, in the passages that hold it most; the stem
        itself when there is none."""
        if stem not in self._spellings:
            self._spellings[stem] = self._find_spelling(stem)
        return self._spellings[stem]

    def _find_spelling(self, stem: str) -> str:
        """Read the spelling of a stem from passages."""
        keys = [key for key, _ in self._catalog.match([stem], self._scope, _SAMPLE_PASSAGES)]
        found = Counter(
            word
            for passage in self._catalog.passages(keys, self._scope).values()
            for word in _WORD.findall("\n".join((*passage.context, passage.text)))
            if stem in french.terms(word)
        )
        return max(found, key=lambda word: (found[word], word)) if found else stem
