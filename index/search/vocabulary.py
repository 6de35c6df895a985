"""The words of one scope, as full text knows them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from index.search import french
from index.store.catalog import Catalog
from index.types import Scope

_WORD = re.compile(r"[^\W_]+")
_KEPT = 20_000  # stems whose frequencies are remembered
_READ = 5  # passages, to see how a stem is written


class Vocabulary:
    """The stems that stand in the passages of a scope, and how they are written there. Good for one state of the
    catalog."""

    def __init__(self, catalog: Catalog, scope: Scope) -> None:
        self._catalog = catalog
        self._scope = scope
        self._stems: tuple[str, ...] | None = None
        self._written: dict[str, str] = {}
        self._frequencies: dict[str, int] = {}

    def has(self, stem: str) -> bool:
        """Whether some passage holds the stem."""
        return bool(self.frequencies([stem])[stem])

    def frequencies(self, stems: Iterable[str]) -> dict[str, int]:
        """In how many passages each stem stands. One question asks of its words again and again: the catalog is asked
        once."""
        wanted = set(stems)
        if len(self._frequencies) > _KEPT:
            self._frequencies = {}
        known = self._frequencies
        known.update(self._catalog.frequencies(wanted - known.keys(), self._scope))
        return {stem: known[stem] for stem in wanted}

    def stems(self) -> Sequence[str]:
        """All stems."""
        if self._stems is None:
            self._stems = tuple(self._catalog.terms(self._scope))
        return self._stems

    def written(self, stem: str) -> str:
        """The word that is oftenest written for a stem, capitals included, in the passages that hold it most; the stem
        where there is none."""
        if stem not in self._written:
            self._written[stem] = self._read(stem)
        return self._written[stem]

    def _read(self, stem: str) -> str:
        keys = [key for key, _ in self._catalog.match([stem], self._scope, _READ)]
        found = Counter(
            word
            for passage in self._catalog.passages(keys, self._scope).values()
            for word in _WORD.findall("\n".join((*passage.context, passage.text)))
            if stem in french.terms(word)
        )
        return max(found, key=lambda word: (found[word], word)) if found else stem
