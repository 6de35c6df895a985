"""The fast copy of the catalog's vectors, in Chroma. The one file that meets chromadb.

The copy holds keys and vectors, a collection a visibility, and is never trusted further than that: a dirty mark stands
in the catalog while it is written; a dirty copy is not opened but made anew beside, and an exact scan of the
catalog's own vectors answers meanwhile. What the copy returns is joined with the catalog, so a vector that outlived
its passage is dropped there."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from index.store import lock
from index.store.catalog import Catalog
from index.types import Scope, Visibility

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

FloatArray = npt.NDArray[np.float32]
T = TypeVar("T")
_BATCH = 2000
# Recall over speed: 100 neighbours are asked for, out of a list of at least twice that.
_HNSW = {"hnsw": {"space": "ip", "ef_construction": 200, "ef_search": 256, "max_neighbors": 32}}
_VISIBILITIES: tuple[Visibility, ...] = ("public", "team")


class VectorIndex:
    """Nearest vectors of a question, from the fast copy or, while there is none, exactly from the catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock_file = catalog.folder / "vectors.lock"
        self._guard = threading.Lock()
        self._client: ClientAPI | None = None
        self._opened = ("", "")
        self._collections: dict[str, Any] = {}

    def nearest(self, vector: FloatArray, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """Keys and cosines of the `limit` live vectors nearest to `vector`, best first.

        A clean copy that has not followed the last commit yet still serves: what it lacks is scanned, and what it
        has too much is left out, as many more being asked for."""
        with self._catalog.snapshot():
            folder = self._clean_folder()
            lacking = self._catalog.queued(wanted=True) if folder else []
            gone = {key for key, _ in self._catalog.queued(wanted=False)} if folder else set()
            found: list[tuple[int, float]] = []
            for visibility in scope.visibilities:
                if folder is None:
                    found += self._scan(vector, visibility, limit)
                    continue
                found += self._query(folder, vector, visibility, limit + len(gone))
                keys = [key for key, of in lacking if of == visibility]
                if keys:
                    found += self._scan(vector, visibility, limit, keys)
        best = {key: cosine for key, cosine in found if key not in gone}
        return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

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
        cosines = vectors @ vector
        best = np.argsort(-cosines, kind="stable")[:limit]
        return [(live[number], float(cosines[number])) for number in best]

    def _query(self, folder: Path, vector: FloatArray, visibility: Visibility, limit: int) -> list[tuple[int, float]]:
        with self._guard:
            opened = (folder.name, self._catalog.meta("vectors_generation"))
            if self._client is None or self._opened != opened:
                self._open(folder, vector)
                self._opened = opened
            collection = self._collections.get(visibility)
        return [] if collection is None else _nearest(collection, vector, limit)

    def _open(self, folder: Path, vector: FloatArray) -> None:
        """Open the copy as it is on disk now: what another process wrote stays invisible to a client that was open."""
        _forget(self._client)
        with lock.shared(self._lock_file):
            self._client = _client(folder)
            self._collections = {item.name: item for item in self._client.list_collections()}
        with lock.exclusive(self._lock_file):  # the first query loads the segments, and may write
            for collection in self._collections.values():
                _nearest(collection, vector, 1)

    def synchronise(self, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Make the copy say what the catalog says: by what changed, or anew when it is dirty or missing.

        `progress(done, total)` counts passages. To be called by one process at a time."""
        catalog = self._catalog
        folder = self._clean_folder()
        if folder is not None and catalog.meta("vectors_generation") == catalog.meta("generation"):
            return
        with catalog.snapshot():
            generation = catalog.meta("generation")
            lacking = self._lacking(anew=folder is None)
            gone = catalog.queued(wanted=False) if folder is not None else []
        name = folder.name if folder is not None else self._fresh_name()
        catalog.set_meta(vectors_dirty="1")
        with lock.exclusive(self._lock_file):
            self._write(catalog.folder / name, lacking, gone, progress)
        with catalog.transaction() as connection:
            connection.execute("DELETE FROM mirror_queue")
            rows = {"vectors_folder": name, "vectors_dirty": "0", "vectors_generation": generation}
            connection.executemany("REPLACE INTO meta VALUES (?, ?)", rows.items())
        for path in catalog.folder.glob("vectors-*"):
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)

    def _lacking(self, anew: bool) -> list[tuple[int, Visibility]]:
        """What the copy has yet to take in: what is queued, or every live passage."""
        if not anew:
            return self._catalog.queued(wanted=True)
        return [(key, visibility) for visibility in _VISIBILITIES for key in self._catalog.live_keys(visibility)]

    def _fresh_name(self) -> str:
        """The name of a folder beside the one that cannot be trusted."""
        taken = [int(path.name.partition("-")[2]) for path in self._catalog.folder.glob("vectors-*")]
        return f"vectors-{max(taken, default=0) + 1}"

    def _write(
        self,
        folder: Path,
        lacking: Sequence[tuple[int, Visibility]],
        gone: Sequence[tuple[int, Visibility]],
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
                for some in _batches([str(key) for key, of in gone if of == visibility]):
                    collection.delete(ids=list(some))
                for keys in _batches([key for key, of in lacking if of == visibility]):
                    live, vectors = self._catalog.vectors(visibility, keys)
                    collection.upsert(ids=[str(key) for key in live], embeddings=vectors)
                    done += len(keys)
                    progress(done, len(lacking))
        finally:
            _forget(client)

    def count(self) -> int | None:
        """How many vectors the copy holds; `None` when it is to be made anew."""
        folder = self._clean_folder()
        if folder is None:
            return None
        with lock.shared(self._lock_file):
            client = _client(folder)
            try:
                return sum(collection.count() for collection in client.list_collections())
            finally:
                _forget(client)

    def close(self) -> None:
        """Let go of the copy's files."""
        with self._guard:
            _forget(self._client)
            self._client, self._opened = None, ("", "")


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _nearest(collection: Any, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
    size = min(limit, collection.count())
    if size == 0:
        return []
    answer = collection.query(query_embeddings=[vector], n_results=size, include=["distances"])
    return [(int(key), 1.0 - float(far)) for key, far in zip(answer["ids"][0], answer["distances"][0], strict=True)]


def _client(folder: Path) -> ClientAPI:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def _forget(client: ClientAPI | None) -> None:
    """Close a client. The library counts those of a folder and stops its engine with the last one."""
    if client is not None:
        client.close()  # type: ignore[attr-defined]
