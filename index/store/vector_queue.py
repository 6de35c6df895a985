"""What the catalog's queue holds, in memory: the vectors that a copy has yet to take in, and the keys that it has yet
to give up. It is what a log-structured store keeps before it merges (O'Neil et al. 1996, "The log-structured
merge-tree"): one more interview is looked at exactly by each question, and costs nothing to the rest."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.store.catalog import Catalog
from index.store.chroma import VISIBILITIES
from index.store.exact_search import IntArray, nearest_passages
from index.types import Visibility

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VectorRows:
    """Vectors, shape (n, dimensions), and for each the key of its passage; those of one passage follow one another."""

    keys: IntArray
    vectors: FloatArray

    def nearest(self, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
        """Keys and cosines of the `limit` passages nearest to `vector`, exactly, best first."""
        return nearest_passages(self.keys, self.vectors, vector, limit)


@dataclass(frozen=True, slots=True)
class QueuedVectors:
    """What waited in one state of the catalog, its `generation`; `copy` names the copy and what it has followed."""

    copy: tuple[str, str]
    generation: int
    wanted: Mapping[Visibility, VectorRows]
    gone: frozenset[int]


class VectorQueue:
    """The catalog's queue. Threads may share one."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._guard = threading.Lock()
        self._last: QueuedVectors | None = None

    def changes_for(self, copy: tuple[str, str]) -> QueuedVectors:
        """What a copy has not followed yet in the state that the caller's snapshot sees. Only what is new to the last
        state that was asked for is read: a key never stands for another vector as long as the copy is the same, for
        what changes vectors makes another copy."""
        generation = self._catalog.generation
        last = self._last
        if last is not None and (last.copy, last.generation) == (copy, generation):
            return last
        with self._guard:  # one thread reads for all that wait for the same
            last = self._last
            if last is not None and (last.copy, last.generation) == (copy, generation):
                return last
            known = last.wanted if last is not None and last.copy == copy else {}
            queued = self._catalog.queued_changes(wanted=True)
            wanted = {
                visibility: self._rows(visibility, {one.key for one in queued if one.visibility == visibility}, known)
                for visibility in VISIBILITIES
            }
            gone = frozenset(one.key for one in self._catalog.queued_changes(wanted=False))
            found = QueuedVectors(copy, generation, wanted, gone)
            if last is None or last.generation <= generation:  # an older snapshot does not undo what is known since
                self._last = found
            return found

    def _rows(self, visibility: Visibility, keys: set[int], known: Mapping[Visibility, VectorRows]) -> VectorRows:
        """The vectors of these keys, of which some are known."""
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
        live, vectors = self._catalog.vectors(visibility, sorted(keys))
        return VectorRows(np.asarray(live, dtype=np.int64), vectors)
