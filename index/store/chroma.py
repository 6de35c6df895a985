"""The one file that meets chromadb: an open copy of vectors, as its client gives it.

A copy holds the vectors of windows under names made of the keys of their passages, in a collection for each visibility;
whatever the library raises says no more than that the copy cannot be used."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from index.store.nearest import best_windows
from index.types import Visibility

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

FloatArray = npt.NDArray[np.float32]
T = TypeVar("T")
VISIBILITIES: tuple[Visibility, ...] = ("public", "team")
BATCH = 5000  # vectors in one request; the library takes 5,461
# Recall over speed: 100 neighbours are asked for, out of a list of at least twice that. Of 30,000 vectors around real
# ones, the 100 nearest are found at .997 so; at .998 with 1.7 times the work of building (ef_construction 200), and at
# .991 with half the links. What a request brings is put into the graph's file at once (`sync_threshold`): what is left
# in the library's log is put into the graph again by each process that opens it, 0.3 s for 900 vectors.
HNSW = {
    "hnsw": {
        "space": "ip",
        "ef_construction": 100,
        "ef_search": 256,
        "max_neighbors": 32,
        "batch_size": 2,
        "sync_threshold": 2,
    }
}


class CopyUnusable(Exception):
    """The copy cannot be opened, read or written."""


class Copy:
    """An open copy. `names` gives the name of the collection of each visibility."""

    def __init__(self, client: ClientAPI, names: Mapping[Visibility, str]) -> None:
        self._client = client
        self._names = names
        self._collections: dict[Visibility, Any] = {}
        self._held: dict[Visibility, int] = {}

    def find(self) -> None:
        """Look its collections up, and count what they hold (12 ms for 60,000 vectors): once, for all questions. Raises
        `CopyUnusable` when one is missing."""
        with told():
            made = {collection.name: collection for collection in self._client.list_collections()}
            if not made.keys() >= set(self._names.values()):
                raise CopyUnusable
            self._collections = {visibility: made[name] for visibility, name in self._names.items()}
            self._held = {visibility: collection.count() for visibility, collection in self._collections.items()}

    def make(self) -> None:
        """As `find`, of collections that are made where they are missing."""
        with told():
            for name in self._names.values():
                self._client.get_or_create_collection(
                    name,
                    embedding_function=None,
                    configuration=HNSW,  # type: ignore[arg-type]
                )
        self.find()

    def nearest(
        self, visibility: Visibility, vector: FloatArray, limit: int, without: Collection[int] = ()
    ) -> list[tuple[int, float]]:
        """Keys and cosines of the `limit` passages nearest to `vector` but for the keys of `without`, each by its best
        window, best first: as many windows are asked for as it takes to have so many."""
        held = self._held[visibility]
        size = min(2 * limit, held)
        while size:
            with told():
                answer = self._collections[visibility].query(
                    query_embeddings=[vector], n_results=size, include=["distances"]
                )
                keys = [key_of(name) for name in answer["ids"][0]]
                found = best_windows(keys, [1.0 - far for far in answer["distances"][0]])
            kept = [(key, cosine) for key, cosine in found.items() if key not in without]
            if len(kept) >= limit or size == held:
                return kept[:limit]
            size = min(2 * size, held)
        return []

    def put(self, visibility: Visibility, names: Sequence[str], vectors: FloatArray) -> None:
        """Take vectors in, of shape (names, dimensions); those that are there under these names are replaced."""
        with told():
            for some, rows in zip(batches(names), batches(vectors), strict=True):
                self._collections[visibility].upsert(ids=list(some), embeddings=rows)

    def drop(self, visibility: Visibility, names: Sequence[str]) -> None:
        """Give vectors up; those that are not there are passed over."""
        with told():
            for some in batches(names):
                self._collections[visibility].delete(ids=list(some))

    def holds(self, visibility: Visibility, names: Sequence[str]) -> int:
        """How many of these are there."""
        with told():
            asked = self._collections[visibility].get
            return sum(len(asked(ids=list(some), include=[])["ids"]) for some in batches(names))

    def names(self, visibility: Visibility) -> set[str]:
        """The names of all that is there."""
        with told():
            return set(self._collections[visibility].get(include=[])["ids"])

    def close(self) -> None:
        """Let go of it. The library counts the clients of a folder and stops its engine with the last one."""
        self._client.close()  # type: ignore[attr-defined]


def open_folder(folder: Path) -> Copy:
    """The copy that lies in a folder, which is made where it is missing. Raises `CopyUnusable`."""
    with told():
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings

        try:
            client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
        except BaseException:
            # The library keeps an engine that did not start, and would give it to whoever opens this folder next.
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
            raise
        return Copy(client, {visibility: visibility for visibility in VISIBILITIES})


def names_of(key: int, windows: int) -> list[str]:
    """The names of the vectors of a passage: its key, and the number of a window."""
    return [f"{key}-{number}" for number in range(windows)]


def key_of(name: str) -> int:
    """The key of the passage that a vector of this name belongs to."""
    return int(name.partition("-")[0])


def batches(items: Sequence[T] | FloatArray) -> Iterator[Any]:
    """`items` in their order, as many at once as one request may hold."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


@contextmanager
def told() -> Iterator[None]:
    """Whatever the library raises, its engine's panics included, only says that the copy cannot be used."""
    try:
        yield
    except CopyUnusable:
        raise
    except Exception as error:
        raise CopyUnusable from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise CopyUnusable from error
