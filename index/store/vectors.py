"""Nearest-neighbour search over the vectors of the catalog: in the fast copy, and exactly in the changes that the copy
has not merged yet. The copy is in the data folder (`folder_copies.py`) or on a Chroma server (`server_copies.py`); no
other module needs to know which.

Results of the copy are joined with the catalog, so a vector that outlived its passage is dropped. A copy that is dirty,
missing, or cannot be opened (damaged, or in a read-only folder, since the library writes when it opens) is not needed:
an exact scan of the catalog's own vectors answers. `copy_merging.py` writes the copy."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from index.errors import VectorsNotCopied
from index.settings import ChromaServer
from index.store.catalog import Catalog
from index.store.chroma import VISIBILITIES, CopyUnusable, TooManyResults, VectorCopy, vector_names
from index.store.copy_merging import CopyMerger, MergeProgress, ignore_progress
from index.store.folder_copies import FolderCopies
from index.store.server_copies import ServerCopies
from index.store.stored_vectors import QueuedChange
from index.store.stray_copies import StrayCopy, stray_copies
from index.store.vector_queue import VectorQueue
from index.store.vector_scan import nearest_passages
from index.types import Scope, Visibility

FloatArray = npt.NDArray[np.float32]
_RETRY_S = 60.0  # before a copy that could not be opened is tried again
_NO_COPY = ("", "")


class VectorIndex:
    """Nearest-neighbour search, in the fast copy or, while there is none, exactly in the catalog. Threads may share
    it."""

    def __init__(self, catalog: Catalog, server: ChromaServer | None = None) -> None:
        """Use the copy on `server`, or in the data folder when that is `None`."""
        self._catalog = catalog
        self._copies = FolderCopies(catalog.folder) if server is None else ServerCopies(catalog, server)
        self._merger = CopyMerger(catalog, self._copies)
        self._queue = VectorQueue(catalog)
        self._guard = threading.Condition()
        self._copy: VectorCopy | None = None
        self._open_name = ""  # name of `_copy`, even when it may not be searched any more
        self._opened = _NO_COPY  # name of the open copy, and the generation that it is up to date with
        self._failed_opening = (_NO_COPY, 0.0)  # the same for the copy that could not be opened, and the time
        self._active_searches = 0  # questions that use the open copy

    def nearest(self, vector: FloatArray, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """Return keys and cosines of the `limit` live passages nearest to `vector`, each by its best window, best
        first.

        Changes that the copy has not merged are scanned exactly, and passages it should no longer hold are left out of
        a longer result list."""
        with self._catalog.snapshot():
            try:
                found = self._search_copy(vector, scope, limit)
            except CopyUnusable:
                found = [pair for visibility in scope.visibilities for pair in self._scan(vector, visibility, limit)]
        return sorted(dict(found).items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _search_copy(self, vector: FloatArray, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """Search the copy and the queue. Raises `CopyUnusable`."""
        name = self._merger.usable_copy()
        if not name:
            raise CopyUnusable
        wanted = (name, self._catalog.meta("vectors_generation"))
        queued = self._queue.changes_for(wanted)
        found: list[tuple[int, float]] = []
        with self._borrowed_copy(wanted, vector) as copy:
            for visibility in scope.visibilities:
                found += copy.nearest(visibility, vector, limit, queued.gone)
        for visibility in scope.visibilities:
            found += queued.wanted[visibility].nearest(vector, limit)
        return found

    def _scan(self, vector: FloatArray, visibility: Visibility, limit: int) -> list[tuple[int, float]]:
        """Search all the vectors of a visibility in the catalog."""
        found: list[tuple[int, float]] = []
        for keys, vectors in self._catalog.vector_blocks(visibility):
            found += nearest_passages(np.asarray(keys), vectors, vector, limit)
            found = sorted(found, key=lambda pair: -pair[1])[:limit]
        return found

    @contextmanager
    def _borrowed_copy(self, wanted: tuple[str, str], vector: FloatArray) -> Iterator[VectorCopy]:
        """Keep the copy `wanted` open while a question searches it."""
        with self._guard:
            while self._active_searches and self._opened != wanted:
                self._guard.wait()  # the open copy is not closed while questions use it
            if self._opened != wanted:
                self._open(wanted, vector)
            copy = self._copy
            assert copy is not None
            self._active_searches += 1
        try:
            yield copy
        except TooManyResults:
            raise
        except CopyUnusable:
            with self._guard:
                self._failed_opening = (wanted, time.monotonic())
                if self._opened == wanted:
                    self._opened = _NO_COPY
            raise
        finally:
            with self._guard:
                self._active_searches -= 1
                self._guard.notify_all()

    def _open(self, wanted: tuple[str, str], vector: FloatArray) -> None:
        """Open the copy `wanted` after closing the open one: two do not fit in memory."""
        if self._opened != _NO_COPY and int(wanted[1] or 0) < int(self._opened[1] or 0):
            raise CopyUnusable  # a question that began before the copy was replaced
        if self._failed_opening[0] == wanted and time.monotonic() < self._failed_opening[1] + _RETRY_S:
            raise CopyUnusable
        if self._copy is not None:
            self._copy.close()
        self._copy, self._opened = None, _NO_COPY
        self._failed_opening = (wanted, time.monotonic())
        self._copy, self._open_name = self._copies.open(wanted[0], vector), wanted[0]
        self._opened, self._failed_opening = wanted, (_NO_COPY, 0.0)

    def synchronise(self, progress: MergeProgress = ignore_progress) -> None:
        """Bring the copy up to date with the catalog, when it is missing or too many changes wait. Raises
        `VectorsNotCopied`: the catalog still answers, and the next call tries again.

        `progress(done, total)` counts passages. Called by one process at a time."""
        self._merger.synchronise(progress)

    def try_synchronise(self, progress: MergeProgress = ignore_progress) -> VectorsNotCopied | None:
        """Synchronise after the main work is done: return the error that `synchronise` raises, so that the caller
        reports it, or `None`."""
        try:
            self.synchronise(progress)
        except VectorsNotCopied as error:
            return error
        return None

    def is_up_to_date(self) -> bool:
        """Return whether a usable copy exists and few enough changes wait, without opening it."""
        return self._merger.is_up_to_date()

    def queued_count(self) -> int:
        """Count the vectors that the copy has yet to add or to remove; questions scan them exactly."""
        return self._catalog.queued_vector_count()

    @property
    def place(self) -> str:
        """Server that holds the copy, as it may be displayed; empty for the data folder."""
        return self._copies.place

    def stray_copies(self) -> list[StrayCopy]:
        """Return the copies on servers that a withdrawal does not reach."""
        return stray_copies(self._catalog, self._copies)

    def failure_reason(self, error: Exception) -> tuple[str, str]:
        """Return the cause of a `CopyUnusable` and its remedy, in French."""
        return self._copies.failure_reason(error)

    def trouble(self) -> tuple[str, str] | None:
        """Return why the copy cannot answer, and the remedy, in French; `None` when it can. A server is contacted, a
        folder is not opened."""
        if not self._merger.usable_copy():
            return "la copie rapide des vecteurs est à refaire", "Relancez\u00a0: assistant index."
        if self.place:
            try:
                self._copies.open(self._merger.usable_copy(), np.empty(0, np.float32)).close()
            except CopyUnusable as error:
                return self.failure_reason(error)
        return None

    def count_differences(self) -> tuple[int, int] | None:
        """Count the vectors that the copy lacks, and those that it should not hold, the queued changes aside; `None`
        when it must be rebuilt. Raises `CopyUnusable`."""
        with self._catalog.snapshot():
            name = self._merger.usable_copy()
            live = {visibility: _vector_names(self._catalog.live_passages(visibility)) for visibility in VISIBILITIES}
            queued = {wanted: self._catalog.queued_changes(wanted) for wanted in (True, False)}
        if not name:
            return None
        with self._copies.reading(name) as copy:
            copy.load_collections()
            held = {visibility: copy.all_names(visibility) for visibility in VISIBILITIES}
        coming, going = _vector_names(queued[True]), _vector_names(queued[False])
        return (
            sum(len(live[visibility] - held[visibility] - coming) for visibility in VISIBILITIES),
            sum(len(held[visibility] - live[visibility] - going) for visibility in VISIBILITIES),
        )

    def close(self) -> None:
        """Close the files of the copy."""
        with self._guard:
            while self._active_searches:
                self._guard.wait()
            if self._copy is not None:
                self._copies.close(self._open_name, self._copy)
            self._copy, self._opened = None, _NO_COPY


def _vector_names(passages: list[QueuedChange]) -> set[str]:
    return {name for passage in passages for name in vector_names(passage.key, passage.windows)}
