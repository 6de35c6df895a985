"""How a copy of the vectors comes to say what the catalog says.

What a run brings waits in the catalog's queue, which each question looks through exactly, until so much waits that it
is worth merging: a part of what the copy holds, since a merge copies, opens and checks all of it, so that a passage has
a bounded share of that; and never so much that a question feels it. Merged or made whole, a copy is made beside the one
that answers, and one write of the catalog puts it in its place: killed at any moment, the one before goes on, and so
does the queue. A copy that may not be opened any more is marked dirty in the catalog, by whoever takes text out for
good or changes the model; then all is made anew at once, and an exact scan of the catalog answers meanwhile."""

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

# Vectors that may wait: at least, as a part of the passages held, and at most. A question looks through 4,000 in 0.15
# ms and through 20,000 in 1 to 4 ms; a merge costs about 20 µs for each vector that is held already, and 0.6 ms for
# each one that is new.
_MIN_QUEUED, _QUEUED_SHARE, _MAX_QUEUED = 4_000, 0.04, 20_000
_REBUILD_SHARE = 0.5  # of the passages: when more is to change, making the copy anew costs less
MergeProgress = Callable[[int, int], None]


def ignore_progress(done: int, total: int) -> None:
    """For whoever does not want to know."""


class CopyMerger:
    """The copy of a catalog's vectors, as it is written. To be used by one process at a time."""

    def __init__(self, catalog: Catalog, place: FolderCopies | ServerCopies) -> None:
        self._catalog = catalog
        self._copies = place
        self._health = CopyHealth(catalog, place)

    def usable_copy(self) -> str:
        """The name of the copy that may be opened; empty when there is none."""
        name, place, dirty = map(self._catalog.meta, ("vectors_folder", "vectors_place", "vectors_dirty"))
        return name if place == self._copies.place and dirty == "0" and self._copies.holds(name) else ""

    def is_up_to_date(self) -> bool:
        """Whether there is a copy that may be opened, and little that it has not followed."""
        with self._catalog.snapshot():
            return bool(self.usable_copy()) and self._may_wait(self._catalog.queued_vector_count())

    def synchronise(self, progress: MergeProgress = ignore_progress) -> None:
        """Merge what waits when there is too much of it, or make the copy anew when it is dirty, missing or damaged.
        Raises `VectorsNotCopied`: the catalog answers, and the next call tries again."""
        catalog = self._catalog
        try:
            before = self.usable_copy()
            if self._copies.place and catalog.meta("vectors_dirty") != "0":
                FolderCopies(catalog.folder).delete_others(
                    ""
                )  # whether or not the server answers: some of it may be withdrawn
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
        return waiting <= _MIN_QUEUED or waiting <= min(
            _QUEUED_SHARE * self._catalog.passage_count(Scope.TEAM), _MAX_QUEUED
        )

    def _write(self, before: str, progress: MergeProgress) -> None:
        """Make a copy of the copy `before` and of what waits, or of all that the catalog holds, and put it in place."""
        catalog = self._catalog
        with catalog.snapshot():
            generation = catalog.meta("generation")
            gone = catalog.queued_changes(wanted=False) if before else []
            lacking = (
                catalog.queued_changes(wanted=True)
                if before
                else [one for visibility in VISIBILITIES for one in catalog.live_passages(visibility)]
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
                raise CopyUnusable  # on a full disk, writing may end well and have left nothing
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
            FolderCopies(catalog.folder).delete_others("")  # the copy of before the server was set

    def _fill(
        self, copy: VectorCopy, lacking: Sequence[QueuedChange], gone: Sequence[QueuedChange], progress: MergeProgress
    ) -> None:
        done = 0
        for visibility in VISIBILITIES:
            copy.remove(visibility, _vector_names(gone, visibility))
            for keys in _key_batches(one for one in lacking if one.visibility == visibility):
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
    """Whether a copy has all these passages and none of those."""
    for visibility in VISIBILITIES:
        names = _vector_names(there, visibility)
        if copy.count_present(visibility, names) != len(names) or copy.count_present(
            visibility, _vector_names(gone, visibility)
        ):
            return False
    return True


def _vector_names(ones: Iterable[QueuedChange], visibility: Visibility) -> list[str]:
    """The names of the vectors of passages in the copy."""
    return [name for one in ones if one.visibility == visibility for name in vector_names(one.key, one.windows)]


def _key_batches(ones: Iterable[QueuedChange]) -> Iterator[list[int]]:
    """The keys of passages, in groups of no more than a batch of vectors, but for a passage that has more alone."""
    keys: list[int] = []
    vectors = 0
    for one in ones:
        if keys and vectors + one.windows > WRITE_BATCH:
            yield keys
            keys, vectors = [], 0
        keys.append(one.key)
        vectors += one.windows
    if keys:
        yield keys
