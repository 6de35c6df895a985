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
from index.store import elsewhere
from index.store.catalog import Catalog
from index.store.chroma import BATCH, VISIBILITIES, Copy, CopyUnusable, names_of
from index.store.folders import Folders
from index.store.servers import Server
from index.store.soundness import Soundness
from index.store.stored_vectors import QueuedChange
from index.types import Scope, Visibility

# Vectors that may wait: at least, as a part of the passages held, and at most. A question looks through 4,000 in 0.15
# ms and through 20,000 in 1 to 4 ms; a merge costs about 20 µs for each vector that is held already, and 0.6 ms for
# each one that is new.
_LEAST, _PART, _MOST = 4_000, 0.04, 20_000
_ANEW = 0.5  # of the passages: when more is to change, making the copy anew costs less
Told = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """For whoever does not want to know."""


class Merging:
    """The copy of a catalog's vectors, as it is written. To be used by one process at a time."""

    def __init__(self, catalog: Catalog, place: Folders | Server) -> None:
        self._catalog = catalog
        self._place = place
        self._soundness = Soundness(catalog, place)

    def clean(self) -> str:
        """The name of the copy that may be opened; empty when there is none."""
        name, place, dirty = map(self._catalog.meta, ("vectors_folder", "vectors_place", "vectors_dirty"))
        return name if place == self._place.place and dirty == "0" and self._place.holds(name) else ""

    def is_whole(self) -> bool:
        """Whether there is a copy that may be opened, and little that it has not followed."""
        with self._catalog.snapshot():
            return bool(self.clean()) and self._is_bearable(self._catalog.queued_count())

    def synchronise(self, progress: Told = quiet) -> None:
        """Merge what waits when there is too much of it, or make the copy anew when it is dirty, missing or damaged.
        Raises `VectorsNotCopied`: the catalog answers, and the next call tries again."""
        catalog = self._catalog
        try:
            before = self.clean()
            if self._place.place and catalog.meta("vectors_dirty") != "0":
                Folders(catalog.folder).keep("")  # whether or not the server answers: some of it may be withdrawn
            self._place.keep(before)
            before = before if before and self._place.is_ours(before) else ""
            little = bool(before) and self.is_whole()
            if before and not self._soundness.is_sound(before, about_to_read=not little):
                before = ""
            if before and little:
                self._soundness.followed()
                return
            if catalog.queued_count() > _ANEW * catalog.count(Scope.TEAM):
                before = ""
            try:
                self._write(before, progress)
            except CopyUnusable:
                if not before:
                    raise
                self._place.keep(self.clean())
                self._write("", progress)
        except (CopyUnusable, DataFolderRefused) as error:
            reason, remedy = self._place.why_not(error)
            with suppress(CopyUnusable, DataFolderRefused):
                self._place.keep(self.clean())
            raise VectorsNotCopied(
                "L'index est à jour et ses réponses sont exactes, mais plus lentes\u00a0: la copie rapide de ses "
                f"vecteurs n'a pas pu être écrite ({reason}).",
                remedy,
            ) from error

    def _is_bearable(self, waiting: int) -> bool:
        return waiting <= _LEAST or waiting <= min(_PART * self._catalog.count(Scope.TEAM), _MOST)

    def _write(self, before: str, progress: Told) -> None:
        """Make a copy of the copy `before` and of what waits, or of all that the catalog holds, and put it in place."""
        catalog = self._catalog
        with catalog.snapshot():
            generation = catalog.meta("generation")
            gone = catalog.queued(wanted=False) if before else []
            lacking = (
                catalog.queued(wanted=True)
                if before
                else [one for visibility in VISIBILITIES for one in catalog.live(visibility)]
            )
        if not self.clean():
            catalog.set_meta(vectors_dirty="1")
        if before and self._place.place:
            self._soundness.about_to_write()
        name = self._place.beside(before, catalog.meta("vectors_folder"))
        with self._place.writing(name) as copy:
            self._fill(copy, lacking, gone, progress)
        with self._place.reading(name) as copy:
            copy.find()
            known = self._soundness.rows(copy, generation)
            if not _keeps(copy, lacking, gone):
                raise CopyUnusable  # on a full disk, writing may end well and have left nothing
        with catalog.transaction() as connection:
            connection.execute("DELETE FROM mirror_queue")
            rows = {"vectors_folder": name, "vectors_place": self._place.place, "vectors_dirty": "0"}
            rows["vectors_generation"] = generation
            rows |= known
            rows |= elsewhere.row(catalog, self._place)
            connection.executemany("REPLACE INTO meta VALUES (?, ?)", rows.items())
        self._soundness.seen(name)
        self._place.keep(name)
        if self._place.place:
            Folders(catalog.folder).keep("")  # the copy of before the server was set

    def _fill(self, copy: Copy, lacking: Sequence[QueuedChange], gone: Sequence[QueuedChange], progress: Told) -> None:
        done = 0
        for visibility in VISIBILITIES:
            copy.drop(visibility, _names(gone, visibility))
            for keys in _groups(one for one in lacking if one.visibility == visibility):
                live, vectors = self._catalog.vectors(visibility, keys)
                number = 0
                names = []
                for at, key in enumerate(live):
                    number = number + 1 if at and live[at - 1] == key else 0
                    names.append(f"{key}-{number}")
                copy.put(visibility, names, vectors)
                done += len(keys)
                progress(done, len(lacking))


def _keeps(copy: Copy, there: Sequence[QueuedChange], gone: Sequence[QueuedChange]) -> bool:
    """Whether a copy has all these passages and none of those."""
    for visibility in VISIBILITIES:
        names = _names(there, visibility)
        if copy.holds(visibility, names) != len(names) or copy.holds(visibility, _names(gone, visibility)):
            return False
    return True


def _names(ones: Iterable[QueuedChange], visibility: Visibility) -> list[str]:
    """The names of the vectors of passages in the copy."""
    return [name for one in ones if one.visibility == visibility for name in names_of(one.key, one.windows)]


def _groups(ones: Iterable[QueuedChange]) -> Iterator[list[int]]:
    """The keys of passages, in groups of no more than a batch of vectors, but for a passage that has more alone."""
    keys: list[int] = []
    vectors = 0
    for one in ones:
        if keys and vectors + one.windows > BATCH:
            yield keys
            keys, vectors = [], 0
        keys.append(one.key)
        vectors += one.windows
    if keys:
        yield keys
