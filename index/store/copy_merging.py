"""Merge the changes of the catalog into the copy of its vectors.

The changes of a run wait in the catalog's queue, which each question scans exactly, until the queue is a large enough
share of the copy. A merge copies, opens and checks the whole copy, so this share bounds its cost per passage; a maximum
bounds the cost of the queue for a question.

Merged or rebuilt, a new copy is written beside the one in use, and one transaction of the catalog replaces it: after a
kill at any moment, the previous copy and the queue remain valid. A copy that must not be opened any more (text was
erased, or the model changed) is marked dirty in the catalog; the next synchronisation rebuilds it entirely, and an
exact scan of the catalog answers meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

from index.errors import DataFolderRefused, VectorsNotCopied
from index.store import stray_copies
from index.store.catalog import Catalog
from index.store.chroma import VISIBILITIES, WRITE_BATCH, CopyUnusable, VectorCopy, vector_names
from index.store.copy_health import CopyHealth
from index.store.folder_copies import FolderCopies
from index.store.server_copies import ServerCopies
from index.store.stored_vectors import QueuedChange
from index.types import Scope, Visibility

# Vectors that may wait in the queue: minimum, share of the passages held, and maximum. A question scans 4,000 vectors
# in 0.15 ms and 20,000 in 1 to 4 ms; a merge costs about 20 µs per vector already held, and 0.6 ms per new vector.
_MIN_QUEUED, _QUEUED_SHARE, _MAX_QUEUED = 4_000, 0.04, 20_000
_REBUILD_SHARE = 0.5  # of the passages: with more changes than that, a rebuild costs less than a merge
MergeProgress = Callable[[int, int], None]


def ignore_progress(done: int, total: int) -> None:
    """Ignore progress: the default observer."""


class CopyMerger:
    """Writer of the copy of a catalog's vectors. Used by one process at a time."""

    def __init__(self, catalog: Catalog, place: FolderCopies | ServerCopies) -> None:
        self._catalog = catalog
        self._copies = place
        self._health = CopyHealth(catalog, place)

    def usable_copy(self) -> str:
        """Return the name of the copy that may be opened; empty when there is none."""
        name, place, dirty = map(self._catalog.meta, ("vectors_folder", "vectors_place", "vectors_dirty"))
        return name if place == self._copies.place and dirty == "0" and self._copies.holds(name) else ""

    def is_up_to_date(self) -> bool:
        """Return whether a usable copy exists and few enough changes wait."""
        with self._catalog.snapshot():
            return bool(self.usable_copy()) and self._may_wait(self._catalog.queued_vector_count())

    def synchronise(self, progress: MergeProgress = ignore_progress) -> None:
        """Merge the queue when it is too long, or rebuild the copy when it is dirty, missing or damaged. Raises
        `VectorsNotCopied`: the catalog still answers, and the next call tries again."""
        catalog = self._catalog
        try:
            before = self.usable_copy()
            if self._copies.place and catalog.meta("vectors_dirty") != "0":
                # Even if the server does not answer: the local copy may hold withdrawn text.
                FolderCopies(catalog.folder).delete_others("")
            self._copies.delete_others(before)
            before = before if before and self._copies.is_ours(before) else ""
            little = bool(before) and self.is_up_to_date()
            if before and not self._health.is_intact(before, about_to_read=not little):
                before = ""
            if before and little:
                self._health.record_current()
                return
            if catalog.queued_vector_count() > _REBUILD_SHARE * catalog.passage_count(Scope.TEAM):
                before = ""
            try:
                self._write(before, progress)
            except CopyUnusable:
                if not before:
                    raise
                self._copies.delete_others(self.usable_copy())
                self._write("", progress)
        except (CopyUnusable, DataFolderRefused) as error:
            reason, remedy = self._copies.failure_reason(error)
            with suppress(CopyUnusable, DataFolderRefused):
                self._copies.delete_others(self.usable_copy())
            raise VectorsNotCopied(
                "L'index est à jour et ses réponses sont exactes, mais plus lentes\u00a0: la copie rapide de ses "
                f"vecteurs n'a pas pu être écrite ({reason}).",
                remedy,
            ) from error

    def _may_wait(self, waiting: int) -> bool:
        """Return whether so many vectors may stay in the queue."""
        return waiting <= _MIN_QUEUED or waiting <= min(
            _QUEUED_SHARE * self._catalog.passage_count(Scope.TEAM), _MAX_QUEUED
        )

    def _write(self, before: str, progress: MergeProgress) -> None:
        """Write a new copy from the copy `before` and the queue, or from the whole catalog when `before` is empty, and
        put it in use."""
        catalog = self._catalog
        with catalog.snapshot():
            generation = catalog.meta("generation")
            gone = catalog.queued_changes(wanted=False) if before else []
            lacking = (
                catalog.queued_changes(wanted=True)
                if before
                else [passage for visibility in VISIBILITIES for passage in catalog.live_passages(visibility)]
            )
        if not self.usable_copy():
            catalog.set_meta(vectors_dirty="1")
        if before and self._copies.place:
            self._health.forget_counts()
        name = self._copies.prepare_copy(before, catalog.meta("vectors_folder"))
        with self._copies.writing(name) as copy:
            self._fill(copy, lacking, gone, progress)
        with self._copies.reading(name) as copy:
            copy.load_collections()
            known = self._health.meta_rows(copy, generation)
            if not _is_written(copy, lacking, gone):
                raise CopyUnusable  # on a full disk, a write may succeed and store nothing
        with catalog.transaction() as connection:
            connection.execute("DELETE FROM mirror_queue")
            rows = {"vectors_folder": name, "vectors_place": self._copies.place, "vectors_dirty": "0"}
            rows["vectors_generation"] = generation
            rows |= known
            rows |= stray_copies.forgotten_copy_row(catalog, self._copies)
            connection.executemany("REPLACE INTO meta VALUES (?, ?)", rows.items())
        self._health.record_check(name)
        self._copies.delete_others(name)
        if self._copies.place:
            FolderCopies(catalog.folder).delete_others("")  # local copy, from before the server was configured

    def _fill(
        self, copy: VectorCopy, lacking: Sequence[QueuedChange], gone: Sequence[QueuedChange], progress: MergeProgress
    ) -> None:
        """Remove the passages of `gone` from a copy and add those of `lacking`."""
        done = 0
        for visibility in VISIBILITIES:
            copy.remove(visibility, _vector_names(gone, visibility))
            for keys in _key_batches(change for change in lacking if change.visibility == visibility):
                live, vectors = self._catalog.vectors(visibility, keys)
                number = 0
                names = []
                for at, key in enumerate(live):
                    number = number + 1 if at and live[at - 1] == key else 0
                    names.append(f"{key}-{number}")
                copy.put(visibility, names, vectors)
                done += len(keys)
                progress(done, len(lacking))


def _is_written(copy: VectorCopy, there: Sequence[QueuedChange], gone: Sequence[QueuedChange]) -> bool:
    """Return whether a copy holds all the passages of `there` and none of `gone`."""
    for visibility in VISIBILITIES:
        names = _vector_names(there, visibility)
        if copy.count_present(visibility, names) != len(names) or copy.count_present(
            visibility, _vector_names(gone, visibility)
        ):
            return False
    return True


def _vector_names(changes: Iterable[QueuedChange], visibility: Visibility) -> list[str]:
    """Return the names, in the copy, of the vectors of passages."""
    return [
        name
        for change in changes
        if change.visibility == visibility
        for name in vector_names(change.key, change.windows)
    ]


def _key_batches(changes: Iterable[QueuedChange]) -> Iterator[list[int]]:
    """Yield the keys of passages in groups of at most a batch of vectors; a passage with more vectors than that is
    alone."""
    keys: list[int] = []
    vectors = 0
    for change in changes:
        if keys and vectors + change.windows > WRITE_BATCH:
            yield keys
            keys, vectors = [], 0
        keys.append(change.key)
        vectors += change.windows
    if keys:
        yield keys
