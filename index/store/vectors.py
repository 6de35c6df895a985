"""The fast copy of the catalog's vectors, in Chroma. The one file that meets chromadb.

The copy holds the vectors of windows under the keys of their passages, a collection a visibility, and is never trusted
further than that: a dirty mark stands in the catalog while it is written; a dirty copy is not opened but made anew
beside, and an exact scan of the catalog's own vectors answers meanwhile, as it does for a copy that cannot be opened:
one that was damaged, or that lies in a folder closed to writing, since the library writes when it opens. What the copy
returns is joined with the catalog, so a vector that outlived its passage is dropped there."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from index.errors import DataFolderRefused, VectorsNotCopied
from index.store import leftovers, lock
from index.store.catalog import Catalog, Mirrored
from index.store.refusals import why_not
from index.types import Scope, Visibility

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

FloatArray = npt.NDArray[np.float32]
T = TypeVar("T")
_BATCH = 2000
_RETRY_S = 60.0  # after which a copy that could not be opened is tried again
# Recall over speed: 100 neighbours are asked for, out of a list of at least twice that.
_HNSW = {"hnsw": {"space": "ip", "ef_construction": 200, "ef_search": 256, "max_neighbors": 32}}
_VISIBILITIES: tuple[Visibility, ...] = ("public", "team")


class _Opened(NamedTuple):
    """A collection of the copy as it was opened: it is asked nothing else until it is opened again, so that its
    vectors are counted once (12 ms for 60,000)."""

    vectors: Any
    held: int


class VectorIndex:
    """Nearest vectors of a question, from the fast copy or, while there is none, exactly from the catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock_file = catalog.folder / "vectors.lock"
        self._guard = threading.Lock()
        self._client: ClientAPI | None = None
        self._opened = ("", "")  # the folder and its generation
        self._refused = (("", ""), 0.0)  # the same of one that could not be opened, and when
        self._collections: dict[str, _Opened] = {}

    def nearest(self, vector: FloatArray, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """Keys and cosines of the `limit` live passages nearest to `vector`, each by its best window, best first.

        A clean copy that has not followed the last commit yet still serves: what it lacks is scanned, and what it
        has too much is left out, as many more being asked for."""
        with self._catalog.snapshot():
            try:
                found = self._near_in_copy(vector, scope, limit)
            except CopyUnusable:
                found = [pair for one in scope.visibilities for pair in self._scan(vector, one, limit)]
        return sorted(dict(found).items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _near_in_copy(self, vector: FloatArray, scope: Scope, limit: int) -> list[tuple[int, float]]:
        folder = self._clean_folder()
        if folder is None:
            raise CopyUnusable
        lacking = self._catalog.queued(wanted=True)
        gone = {one.key for one in self._catalog.queued(wanted=False)}
        found: list[tuple[int, float]] = []
        for visibility in scope.visibilities:
            near = self._query(folder, vector, visibility, limit + len(gone))
            found += [(key, cosine) for key, cosine in near if key not in gone]
            keys = [one.key for one in lacking if one.visibility == visibility]
            if keys:
                found += self._scan(vector, visibility, limit, keys)
        return found

    def _clean_folder(self) -> Path | None:
        """The copy's folder, unless it is being written or was left half-written."""
        name = self._catalog.meta("vectors_folder")
        whole = name and self._catalog.meta("vectors_dirty") == "0" and (self._catalog.folder / name).is_dir()
        return self._catalog.folder / name if whole else None

    def _scan(
        self, vector: FloatArray, visibility: Visibility, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        live, vectors = self._catalog.vectors(visibility, keys)
        if not live:
            return []
        return sorted(best_windows(live, vectors @ vector).items(), key=lambda pair: -pair[1])[:limit]

    def _query(self, folder: Path, vector: FloatArray, visibility: Visibility, limit: int) -> list[tuple[int, float]]:
        with self._guard:
            wanted = (folder.name, self._catalog.meta("vectors_generation"))
            if self._client is None or self._opened != wanted:
                self._open(folder, vector, wanted)
            collection = self._collections.get(visibility)
        try:
            with _told():
                return [] if collection is None else _nearest(collection, vector, limit)
        except CopyUnusable:
            self._opened, self._refused = ("", ""), (wanted, time.monotonic())
            raise

    def _open(self, folder: Path, vector: FloatArray, wanted: tuple[str, str]) -> None:
        """Open the copy as it is on disk now: what another process wrote stays invisible to a client that was open."""
        if self._refused[0] == wanted and time.monotonic() < self._refused[1] + _RETRY_S:
            raise CopyUnusable
        _forget(self._client)
        self._client = None
        self._refused = (wanted, time.monotonic())
        with _told():
            with lock.shared(self._lock_file):
                client = _client(folder)
            try:
                collections = {item.name: _Opened(item, item.count()) for item in client.list_collections()}
                with lock.exclusive(self._lock_file):  # the first query loads the segments, and may write
                    for collection in collections.values():
                        _nearest(collection, vector, 1)
                    leftovers.blank(folder)
            except BaseException:
                _forget(client)
                raise
        self._client, self._collections, self._opened = client, collections, wanted
        self._refused = (("", ""), 0.0)

    def synchronise(self, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Make the copy say what the catalog says: by what changed, or anew when it is dirty, missing or damaged.
        Raises `VectorsNotCopied`: the catalog answers, and the next call tries again.

        `progress(done, total)` counts passages. To be called by one process at a time."""
        catalog = self._catalog
        try:
            self._clear()
            if self.is_whole():
                return
            folder = self._clean_folder()
            try:
                self._write(folder, progress)
            except CopyUnusable:
                if folder is None:
                    raise
                self._clear()
                self._write(None, progress)
        except (CopyUnusable, DataFolderRefused) as error:
            reason = why_not(catalog.folder, error)
            self._clear()
            raise VectorsNotCopied(
                "L'index est à jour et ses réponses sont exactes, mais plus lentes\u00a0: la copie rapide de ses "
                f"vecteurs n'a pas pu être écrite ({reason}).",
                "Libérez de la place ou vérifiez le disque, puis relancez\u00a0: assistant index.",
            ) from error

    def _clear(self) -> None:
        """Take away every folder but that of a clean copy: no other is opened any more."""
        clean = self._clean_folder()
        for path in self._catalog.folder.glob("vectors-*"):
            if path != clean:
                shutil.rmtree(path, ignore_errors=True)

    def _write(self, folder: Path | None, progress: Callable[[int, int], None]) -> None:
        """Write what the copy in `folder` lacks, or a whole one in a folder of its own."""
        catalog = self._catalog
        with catalog.snapshot():
            generation = catalog.meta("generation")
            lacking = self._lacking(anew=folder is None)
            gone = catalog.queued(wanted=False) if folder is not None else []
            name = folder.name if folder is not None else self._fresh_name()
        catalog.set_meta(vectors_dirty="1")
        with _told(), lock.exclusive(self._lock_file):
            self._fill(catalog.folder / name, lacking, gone, progress)
        if not self._keeps(catalog.folder / name, lacking, gone):
            raise CopyUnusable  # on a full disk, writing may end well and have left nothing
        with catalog.transaction() as connection:
            connection.execute("DELETE FROM mirror_queue")
            rows = {"vectors_folder": name, "vectors_dirty": "0", "vectors_generation": generation}
            connection.executemany("REPLACE INTO meta VALUES (?, ?)", rows.items())
        self._clear()

    def _lacking(self, anew: bool) -> list[Mirrored]:
        """What the copy has yet to take in: what is queued, or every live passage."""
        if not anew:
            return self._catalog.queued(wanted=True)
        return [one for visibility in _VISIBILITIES for one in self._catalog.live(visibility)]

    def _fresh_name(self) -> str:
        """The name of a folder that no process may have open."""
        names = [path.name for path in self._catalog.folder.glob("vectors-*")] + [self._catalog.meta("vectors_folder")]
        return f"vectors-{max(int(name.partition('-')[2] or 0) for name in names) + 1}"

    def _fill(
        self,
        folder: Path,
        lacking: Sequence[Mirrored],
        gone: Sequence[Mirrored],
        progress: Callable[[int, int], None],
    ) -> None:
        folder.mkdir(exist_ok=True)
        client = _client(folder)
        done = 0
        try:
            for visibility in _VISIBILITIES:
                collection = client.get_or_create_collection(
                    visibility,
                    embedding_function=None,
                    configuration=_HNSW,  # type: ignore[arg-type]
                )
                for some in _batches(_names(gone, visibility)):
                    collection.delete(ids=list(some))
                for keys in _groups([one for one in lacking if one.visibility == visibility]):
                    live, vectors = self._catalog.vectors(visibility, keys)
                    names = _names([Mirrored(key, visibility, n) for key, n in Counter(live).items()], visibility)
                    collection.upsert(ids=names, embeddings=vectors)
                    done += len(keys)
                    progress(done, len(lacking))
        finally:
            _forget(client)

    def is_whole(self) -> bool:
        """Whether the copy has followed the last commit. It is not opened."""
        followed = self._catalog.meta("vectors_generation") == self._catalog.meta("generation")
        return self._clean_folder() is not None and followed

    def compare(self) -> tuple[int, int] | None:
        """How many vectors the copy lacks, and how many it has too much; `None` when it is to be made anew."""
        folder = self._clean_folder()
        if folder is None:
            return None
        with self._reading(folder) as client:
            held = {item.name: set(item.get(include=[])["ids"]) for item in client.list_collections()}
        live = {visibility: set(_names(self._catalog.live(visibility), visibility)) for visibility in _VISIBILITIES}
        return (
            sum(len(live[visibility] - held.get(visibility, set())) for visibility in _VISIBILITIES),
            sum(len(held.get(visibility, set()) - live[visibility]) for visibility in _VISIBILITIES),
        )

    def _keeps(self, folder: Path, there: Sequence[Mirrored], gone: Sequence[Mirrored]) -> bool:
        """Whether a copy opened anew has all these passages and none of those."""
        with self._reading(folder) as client:
            made = {collection.name: collection for collection in client.list_collections()}
            if made.keys() != set(_VISIBILITIES):
                return False
            for collection in made.values():
                for wanted, ones in ((True, there), (False, gone)):
                    for some in _batches(_names(ones, collection.name)):
                        if len(collection.get(ids=list(some), include=[])["ids"]) != (len(some) if wanted else 0):
                            return False
        return True

    @contextmanager
    def _reading(self, folder: Path) -> Iterator[ClientAPI]:
        """A copy opened for a moment, and blanked once it is closed: opening writes too."""
        with _told(), lock.shared(self._lock_file):
            client = _client(folder)
            try:
                yield client
            finally:
                _forget(client)
        with _told(), lock.exclusive(self._lock_file):
            leftovers.blank(folder)

    def close(self) -> None:
        """Let go of the copy's files."""
        with self._guard:
            _forget(self._client)
            if self._client is not None and self._opened[0]:
                # A folder that is closed to us by now was not written either.
                with suppress(DataFolderRefused, OSError), lock.exclusive(self._lock_file):
                    leftovers.blank(self._catalog.folder / self._opened[0])
            self._client, self._opened = None, ("", "")


def best_windows(keys: Iterable[int], cosines: Iterable[float]) -> dict[int, float]:
    """The greatest of the cosines of each key."""
    best: dict[int, float] = {}
    for key, cosine in zip(keys, cosines, strict=True):
        if cosine > best.get(key, -2.0):
            best[key] = float(cosine)
    return best


def _names(ones: Iterable[Mirrored], visibility: str) -> list[str]:
    """The names of the vectors of passages in the copy: a key and the number of a window."""
    return [f"{one.key}-{n}" for one in ones if one.visibility == visibility for n in range(one.windows)]


def _groups(ones: Iterable[Mirrored]) -> Iterator[list[int]]:
    """The keys of passages, in groups of about a batch of vectors."""
    keys: list[int] = []
    vectors = 0
    for one in ones:
        keys.append(one.key)
        vectors += one.windows
        if vectors >= _BATCH:
            yield keys
            keys, vectors = [], 0
    if keys:
        yield keys


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _nearest(collection: _Opened, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
    """The `limit` nearest passages: as many windows as it takes to have so many."""
    held = collection.held
    size = min(2 * limit, held)
    while size:
        answer = collection.vectors.query(query_embeddings=[vector], n_results=size, include=["distances"])
        keys = [int(name.partition("-")[0]) for name in answer["ids"][0]]
        found = best_windows(keys, [1.0 - far for far in answer["distances"][0]])
        if len(found) >= limit or size == held:
            return list(found.items())[:limit]
        size = min(2 * size, held)
    return []


def _client(folder: Path) -> ClientAPI:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    except BaseException:
        # The library keeps an engine that did not start, and would give it to whoever opens this folder next.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise


def _forget(client: ClientAPI | None) -> None:
    """Close a client. The library counts those of a folder and stops its engine with the last one."""
    if client is not None:
        client.close()  # type: ignore[attr-defined]


class CopyUnusable(Exception):
    """The copy cannot be opened, read or written."""


@contextmanager
def _told() -> Iterator[None]:
    """Whatever the library raises, its engine's panics included, only says that the copy cannot be used."""
    try:
        yield
    except Exception as error:
        raise CopyUnusable from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise CopyUnusable from error
