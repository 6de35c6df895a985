"""In-memory view of the catalog's queue: the vectors that a copy has yet to add, and the keys that it has yet to
remove. It plays the part of the in-memory component of a log-structured merge-tree (O'Neil et al. 1996, "The
log-structured merge-tree"): each question scans a new interview exactly, at no cost for the rest."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.store.catalog import Catalog
from index.store.chroma import VISIBILITIES
from index.store.vector_scan import IntArray, nearest_passages
from index.types import Visibility

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VectorRows:
    """Vectors, shape (n, dimensions), and the key of the passage of each; the vectors of a passage are consecutive."""

    keys: IntArray
    vectors: FloatArray

    def nearest(self, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
        """Return keys and cosines of the `limit` passages nearest to `vector`, exactly, best first."""
        return nearest_passages(self.keys, self.vectors, vector, limit)


@dataclass(frozen=True, slots=True)
class QueuedVectors:
    """Queue in one state of the catalog, its `generation`; `copy` names the copy and the generation it is up to date
    with."""

    copy: tuple[str, str]
    generation: int
    wanted: Mapping[Visibility, VectorRows]
    gone: frozenset[int]


class VectorQueue:
    """Queue of a catalog. Threads may share it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._guard = threading.Lock()
        self._last: QueuedVectors | None = None

    def changes_for(self, copy: tuple[str, str]) -> QueuedVectors:
        """Return the changes that a copy has not merged yet in the state that the caller's snapshot sees. Only the
        vectors missing from the last returned state are read: a key always stands for the same vector as long as the
        copy is the same, since any change of vectors creates another copy."""
        generation = self._catalog.generation
        last = self._last
        if last is not None and (last.copy, last.generation) == (copy, generation):
            return last
        with self._guard:  # one thread reads for all threads that wait for the same state
            last = self._last
            if last is not None and (last.copy, last.generation) == (copy, generation):
                return last
            known = last.wanted if last is not None and last.copy == copy else {}
            queued = self._catalog.queued_changes(wanted=True)
            wanted = {
                visibility: self._rows(
                    visibility, {change.key for change in queued if change.visibility == visibility}, known
                )
                for visibility in VISIBILITIES
            }
            gone = frozenset(change.key for change in self._catalog.queued_changes(wanted=False))
            found = QueuedVectors(copy, generation, wanted, gone)
            if last is None or last.generation <= generation:  # an older snapshot does not replace a newer state
                self._last = found
            return found

    def _rows(self, visibility: Visibility, keys: set[int], known: Mapping[Visibility, VectorRows]) -> VectorRows:
        """Return the vectors of these keys, reusing those in `known`."""
        held = known.get(visibility)
        if held is None or not len(held.keys):
            return self._read(visibility, keys)
        there = set(held.keys.tolist())
        if not there <= keys:
            still = np.isin(held.keys, list(keys))
            held = VectorRows(held.keys[still], held.vectors[still])
        if keys <= there:
            return held
        new = self._read(visibility, keys - there)
        if not len(held.keys):
            return new
        return VectorRows(np.concatenate((held.keys, new.keys)), np.concatenate((held.vectors, new.vectors)))

    def _read(self, visibility: Visibility, keys: set[int]) -> VectorRows:
        """Read the vectors of these keys from the catalog."""
        live, vectors = self._catalog.vectors(visibility, sorted(keys))
        return VectorRows(np.asarray(live, dtype=np.int64), vectors)
