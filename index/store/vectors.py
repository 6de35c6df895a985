"""The nearest vectors of a question: in the fast copy of the catalog's vectors, and in what it has not followed yet.
The copy lies in the data folder (`folders.py`) or on a Chroma server (`servers.py`), which nothing else needs to know.

The copy is never trusted further than that: what it returns is joined with the catalog, so a vector that outlived its
passage is dropped there, and a copy that is dirty, missing, or cannot be opened (damaged, or in a folder closed to
writing, since the library writes when it opens) is not needed: an exact scan of the catalog's own vectors answers.
`merging.py` writes it."""

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
from index.store.chroma import VISIBILITIES, AskedTooMuch, Copy, CopyUnusable, names_of
from index.store.elsewhere import StrayCopy, stray_copies
from index.store.folders import Folders
from index.store.merging import Merging, Told, quiet
from index.store.nearest import nearest_passages
from index.store.servers import Server
from index.store.stored_vectors import QueuedChange
from index.store.waiting import Queue
from index.types import Scope, Visibility

FloatArray = npt.NDArray[np.float32]
_RETRY_S = 60.0  # after which a copy that could not be opened is tried again
_NONE = ("", "")


class VectorIndex:
    """Nearest vectors of a question, from the fast copy or, while there is none, exactly from the catalog. Threads may
    share one."""

    def __init__(self, catalog: Catalog, server: ChromaServer | None = None) -> None:
        """The copy lies on `server`, or in the data folder without one."""
        self._catalog = catalog
        self._place = Folders(catalog.folder) if server is None else Server(catalog, server)
        self._merging = Merging(catalog, self._place)
        self._queue = Queue(catalog)
        self._guard = threading.Condition()
        self._copy: Copy | None = None
        self._open_name = ""  # of `_copy`, whether or not it may be asked
        self._opened = _NONE  # the name of the copy and the generation that it followed
        self._refused = (_NONE, 0.0)  # the same of one that could not be opened, and when
        self._asking = 0  # questions that the open copy is answering

    def nearest(self, vector: FloatArray, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """Keys and cosines of the `limit` live passages nearest to `vector`, each by its best window, best first.

        What the copy lacks of the state that is asked is looked through, and what it has too much is left out, more
        being asked for."""
        with self._catalog.snapshot():
            try:
                found = self._near_in_copy(vector, scope, limit)
            except CopyUnusable:
                found = [pair for one in scope.visibilities for pair in self._scan(vector, one, limit)]
        return sorted(dict(found).items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _near_in_copy(self, vector: FloatArray, scope: Scope, limit: int) -> list[tuple[int, float]]:
        name = self._merging.clean()
        if not name:
            raise CopyUnusable
        wanted = (name, self._catalog.meta("vectors_generation"))
        waiting = self._queue.waiting(wanted)
        found: list[tuple[int, float]] = []
        with self._asked(wanted, vector) as copy:
            for visibility in scope.visibilities:
                found += copy.nearest(visibility, vector, limit, waiting.gone)
        for visibility in scope.visibilities:
            found += waiting.wanted[visibility].nearest(vector, limit)
        return found

    def _scan(self, vector: FloatArray, visibility: Visibility, limit: int) -> list[tuple[int, float]]:
        found: list[tuple[int, float]] = []
        for keys, vectors in self._catalog.blocks_of_vectors(visibility):
            found += nearest_passages(np.asarray(keys), vectors, vector, limit)
            found = sorted(found, key=lambda pair: -pair[1])[:limit]
        return found

    @contextmanager
    def _asked(self, wanted: tuple[str, str], vector: FloatArray) -> Iterator[Copy]:
        """The copy `wanted`, open for the time of a question."""
        with self._guard:
            while self._asking and self._opened != wanted:
                self._guard.wait()  # what is open is not let go while it answers
            if self._opened != wanted:
                self._open(wanted, vector)
            copy = self._copy
            assert copy is not None
            self._asking += 1
        try:
            yield copy
        except AskedTooMuch:
            raise
        except CopyUnusable:
            with self._guard:
                self._refused = (wanted, time.monotonic())
                if self._opened == wanted:
                    self._opened = _NONE
            raise
        finally:
            with self._guard:
                self._asking -= 1
                self._guard.notify_all()

    def _open(self, wanted: tuple[str, str], vector: FloatArray) -> None:
        """Open the copy `wanted`, once what was open is let go: two do not fit in memory."""
        if self._opened != _NONE and int(wanted[1] or 0) < int(self._opened[1] or 0):
            raise CopyUnusable  # a question that began before the copy was replaced
        if self._refused[0] == wanted and time.monotonic() < self._refused[1] + _RETRY_S:
            raise CopyUnusable
        if self._copy is not None:
            self._copy.close()
        self._copy, self._opened = None, _NONE
        self._refused = (wanted, time.monotonic())
        self._copy, self._open_name = self._place.open(wanted[0], vector), wanted[0]
        self._opened, self._refused = wanted, (_NONE, 0.0)

    def synchronise(self, progress: Told = quiet) -> None:
        """Make the copy follow the catalog, when it does not or too much waits. Raises `VectorsNotCopied`: the catalog
        answers, and the next call tries again.

        `progress(done, total)` counts passages. To be called by one process at a time."""
        self._merging.synchronise(progress)

    def follow(self, progress: Told = quiet) -> VectorsNotCopied | None:
        """As `synchronise`, for whoever has done what was asked by then: what it would raise is given back, to be
        told."""
        try:
            self.synchronise(progress)
        except VectorsNotCopied as error:
            return error
        return None

    def is_whole(self) -> bool:
        """Whether there is a copy that may be opened, and little that it has not followed. It is not opened."""
        return self._merging.is_whole()

    def waiting(self) -> int:
        """How many vectors the copy has yet to take in or to give up; questions look through them one by one."""
        return self._catalog.queued_count()

    @property
    def place(self) -> str:
        """The server that holds the copy, as it may be shown; empty where the data folder does."""
        return self._place.place

    def elsewhere(self) -> list[StrayCopy]:
        """The copies on servers that a withdrawal does not reach."""
        return stray_copies(self._catalog, self._place)

    def why_not(self, error: Exception) -> tuple[str, str]:
        """What a `CopyUnusable` comes of, and the remedy, in French."""
        return self._place.why_not(error)

    def trouble(self) -> tuple[str, str] | None:
        """What keeps the copy from answering, and the remedy, in French; `None` when nothing does. A server is asked, a
        folder is not opened."""
        if not self._merging.clean():
            return "la copie rapide des vecteurs est à refaire", "Relancez\u00a0: assistant index."
        if self.place:
            try:
                self._place.open(self._merging.clean(), np.empty(0, np.float32)).close()
            except CopyUnusable as error:
                return self.why_not(error)
        return None

    def compare(self) -> tuple[int, int] | None:
        """How many vectors the copy lacks, and how many it has too much, beside those that wait; `None` when it is to
        be made anew. Raises `CopyUnusable`."""
        with self._catalog.snapshot():
            name = self._merging.clean()
            live = {visibility: _names(self._catalog.live(visibility)) for visibility in VISIBILITIES}
            queued = {wanted: self._catalog.queued(wanted) for wanted in (True, False)}
        if not name:
            return None
        with self._place.reading(name) as copy:
            copy.find()
            held = {visibility: copy.names(visibility) for visibility in VISIBILITIES}
        coming, going = _names(queued[True]), _names(queued[False])
        return (
            sum(len(live[visibility] - held[visibility] - coming) for visibility in VISIBILITIES),
            sum(len(held[visibility] - live[visibility] - going) for visibility in VISIBILITIES),
        )

    def close(self) -> None:
        """Let go of the copy's files."""
        with self._guard:
            while self._asking:
                self._guard.wait()
            if self._copy is not None:
                self._place.close(self._open_name, self._copy)
            self._copy, self._opened = None, _NONE


def _names(ones: list[QueuedChange]) -> set[str]:
    return {name for one in ones for name in names_of(one.key, one.windows)}
