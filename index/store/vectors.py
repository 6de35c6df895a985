"""The fast copy of the catalog's vectors, in Chroma. The one file that meets chromadb.

The copy holds keys and vectors, a collection a visibility, and is never trusted further than that: a dirty mark stands
in the catalog while it is written; a dirty copy is not opened but made anew beside, and an exact scan of the
catalog's own vectors answers meanwhile. What the copy returns is joined with the catalog, so a vector that outlived
its passage is dropped there."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.store import lock
from index.store.catalog import Catalog
from index.types import Scope, Visibility

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

FloatArray = npt.NDArray[np.float32]
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
        self._opened = ("", -1)
        self._collections: dict[str, Any] = {}

    def nearest(self, vector: FloatArray, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """Keys and cosines of the `limit` vectors nearest to `vector`, best first."""
        folder = self._clean_folder()
        found: list[tuple[int, float]] = []
        for visibility in scope.visibilities:
            if folder is None:
                found += self._scan(vector, visibility, limit)
            else:
                found += self._query(folder, vector, visibility, limit)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _clean_folder(self) -> Path | None:
        """The copy's folder when it says the same as the catalog."""
        name = self._catalog.meta("vectors_folder")
        whole = (
            name
            and self._catalog.meta("vectors_dirty") == "0"
            and self._catalog.meta("vectors_generation") == self._catalog.meta("generation")
            and (self._catalog.folder / name).is_dir()
        )
        return self._catalog.folder / name if whole else None

    def _scan(self, vector: FloatArray, visibility: Visibility, limit: int) -> list[tuple[int, float]]:
        keys, vectors = self._catalog.vectors(visibility)
        if not keys:
            return []
        cosines = vectors @ vector
        best = np.argsort(-cosines)[:limit]
        return [(keys[number], float(cosines[number])) for number in best]

    def _query(self, folder: Path, vector: FloatArray, visibility: Visibility, limit: int) -> list[tuple[int, float]]:
        with self._guard:
            opened = (folder.name, self._catalog.generation)
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
        generation = catalog.meta("generation")
        if catalog.meta("vectors_generation") == generation and self._clean_folder() is not None:
            return
        name = catalog.meta("vectors_folder")
        if not name or catalog.meta("vectors_dirty") != "0" or not (catalog.folder / name).is_dir():
            name = self._begin_anew(name)
        catalog.set_meta(vectors_dirty="1")
        with lock.exclusive(self._lock_file):
            self._write(catalog.folder / name, progress)
        with catalog.transaction() as connection:
            connection.execute("UPDATE passages SET mirrored = 1 WHERE mirrored = 0")
            connection.execute("DELETE FROM unmirrored")
            rows = {"vectors_folder": name, "vectors_dirty": "0", "vectors_generation": generation}
            connection.executemany("REPLACE INTO meta VALUES (?, ?)", rows.items())
        for path in catalog.folder.glob("vectors-*"):
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)

    def _begin_anew(self, name: str) -> str:
        """An empty folder beside the one that cannot be trusted, and every passage to be copied again."""
        with self._catalog.transaction() as connection:
            connection.execute("UPDATE passages SET mirrored = 0")
            connection.execute("DELETE FROM unmirrored")
        taken = [int(path.name.partition("-")[2]) for path in self._catalog.folder.glob("vectors-*")]
        fresh = f"vectors-{max(taken, default=0) + 1}"
        (self._catalog.folder / fresh).mkdir()
        return fresh

    def _write(self, folder: Path, progress: Callable[[int, int], None]) -> None:
        client = _client(folder)
        try:
            into = {
                visibility: client.get_or_create_collection(visibility, embedding_function=None, configuration=_HNSW)  # type: ignore[arg-type]
                for visibility in _VISIBILITIES
            }
            gone = self._catalog.to_unmirror()
            for visibility, collection in into.items():
                ids = [str(key) for key, of in gone if of == visibility]
                for start in range(0, len(ids), _BATCH):
                    collection.delete(ids=ids[start : start + _BATCH])
            done, total = 0, self._catalog.count(Scope.TEAM)
            for batch in self._catalog.to_mirror(_BATCH):
                for visibility, collection in into.items():
                    rows = [(str(key), blob) for key, of, blob in batch if of == visibility]
                    if rows:
                        vectors = np.frombuffer(b"".join(blob for _, blob in rows), dtype="<f4")
                        collection.upsert(ids=[key for key, _ in rows], embeddings=vectors.reshape(len(rows), -1))
                done += len(batch)
                progress(done, total)
        finally:
            _forget(client)

    def close(self) -> None:
        """Let go of the copy's files."""
        with self._guard:
            _forget(self._client)
            self._client, self._opened = None, ("", -1)


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
