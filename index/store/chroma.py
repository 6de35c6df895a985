"""Client of chromadb, the only module that imports it: an open copy of the vectors.

A copy stores the vectors of windows in one collection per visibility, each under a name made of the key of its passage
and a window number. Every exception of the library becomes `CopyUnusable`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from index.settings import ChromaServer
from index.store.vector_scan import best_by_passage
from index.types import Visibility

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.auth import UserIdentity

FloatArray = npt.NDArray[np.float32]
T = TypeVar("T")
VISIBILITIES: tuple[Visibility, ...] = ("public", "team")
WRITE_BATCH = 5000  # vectors per request; the library accepts at most 5,461
SERVER_WRITE_BATCH = 300  # vectors per request to a server: the limit of the hosted service
_SERVER_RESULTS = 300  # results that any server returns; the limit of the hosted service
_LIST_PAGE = 100  # collections per request
# HNSW settings that favour recall over speed. Recall of the 100 nearest, over 40,000 vectors drawn around real ones, is
# .999; with `ef_search` 256 it is .996, and a question saves 0.7 ms of 3.4. With `ef_construction` 200, building costs
# twice the work of 100 and gains less than that (.998 over 60,000 vectors with `ef_search` 256); with half the
# neighbours, recall is .993.
# Each request is written to the graph's file at once (`sync_threshold`): otherwise every process that opens the copy
# replays the library's log into the graph, 0.3 s for 900 vectors.
_GRAPH: dict[str, Any] = {"space": "ip", "ef_construction": 100, "ef_search": 400, "max_neighbors": 32}
HNSW = {"hnsw": {**_GRAPH, "batch_size": 2, "sync_threshold": 2}}


class CopyUnusable(Exception):
    """The copy cannot be opened, read or written."""


class TooManyResults(CopyUnusable):
    """A server declined to return so many results; it may answer the next question."""


class VectorCopy:
    """An open copy. `names` maps each visibility to its collection name, `configuration` is the one of new collections,
    and `batch` the number of vectors per request."""

    def __init__(
        self, client: ClientAPI, names: Mapping[Visibility, str], configuration: Mapping[str, Any], batch: int
    ) -> None:
        self._client = client
        self._collection_names = names
        self._configuration = configuration
        self._batch = batch
        self._collections: dict[Visibility, Any] = {}
        self._counts: dict[Visibility, int] = {}

    def load_collections(self) -> None:
        """Look up the collections and count their vectors (12 ms for 60,000 vectors), once for all questions. Raises
        `CopyUnusable` when one is missing."""
        with chroma_errors():
            self._collections = {
                visibility: self._client.get_collection(name, embedding_function=None)
                for visibility, name in self._collection_names.items()
            }
            self._counts = {visibility: collection.count() for visibility, collection in self._collections.items()}

    @property
    def counts(self) -> dict[str, int]:
        """Number of vectors of each collection when it was looked up."""
        return {str(visibility): count for visibility, count in self._counts.items()}

    def create_collections(self) -> None:
        """Create the missing collections, then look all of them up as `load_collections` does."""
        with chroma_errors():
            for name in self._collection_names.values():
                self._client.get_or_create_collection(
                    name,
                    embedding_function=None,
                    configuration=dict(self._configuration),  # type: ignore[arg-type]
                )
        self.load_collections()

    def exists(self) -> bool:
        """Return whether all its collections exist."""
        from chromadb.errors import NotFoundError

        with chroma_errors():
            try:
                for name in self._collection_names.values():
                    self._client.get_collection(name, embedding_function=None)
            except NotFoundError:
                return False
            return True

    def other_collections(self, prefix: str) -> list[str]:
        """Return the names of the collections with this prefix that do not belong to this copy."""
        with chroma_errors():
            found: list[str] = []
            while page := self._client.list_collections(limit=_LIST_PAGE, offset=len(found)):
                found += [collection.name for collection in page]
            return [name for name in found if name.startswith(prefix) and name not in self._collection_names.values()]

    def delete_collection(self, name: str) -> None:
        """Delete a collection."""
        with chroma_errors():
            self._client.delete_collection(name)

    def nearest(
        self, visibility: Visibility, vector: FloatArray, limit: int, without: Collection[int] = ()
    ) -> list[tuple[int, float]]:
        """Return keys and cosines of the `limit` passages nearest to `vector`, except the keys in `without`, each by
        its best window, best first. Queries more windows until enough passages are found."""
        total = self._counts[visibility]
        size = min(2 * limit, total)
        while size:
            found = self._query(visibility, vector, size)
            kept = [(key, cosine) for key, cosine in found.items() if key not in without]
            if len(kept) >= limit or size == total:
                return kept[:limit]
            size = min(2 * size, total)
        return []

    def _query(self, visibility: Visibility, vector: FloatArray, size: int) -> dict[int, float]:
        """Return the best cosine of each passage among the `size` nearest windows."""
        try:
            with chroma_errors():
                answer = self._collections[visibility].query(
                    query_embeddings=[vector], n_results=size, include=["distances"]
                )
                keys = [passage_key(name) for name in answer["ids"][0]]
                return best_by_passage(keys, [1.0 - distance for distance in answer["distances"][0]])
        except CopyUnusable as error:
            if self._batch == SERVER_WRITE_BATCH and size > _SERVER_RESULTS:
                from index.store.http_deadline import is_server_answer

                if is_server_answer(error.__cause__):
                    raise TooManyResults from error
            raise

    def put(self, visibility: Visibility, names: Sequence[str], vectors: FloatArray) -> None:
        """Upsert vectors, shape (names, dimensions), under these names."""
        with chroma_errors():
            for chunk, rows in zip(batches(names, self._batch), batches(vectors, self._batch), strict=True):
                self._collections[visibility].upsert(ids=list(chunk), embeddings=rows)

    def remove(self, visibility: Visibility, names: Sequence[str]) -> None:
        """Delete the vectors with these names; missing ones are ignored."""
        with chroma_errors():
            for chunk in batches(names, self._batch):
                self._collections[visibility].delete(ids=list(chunk))

    def count_present(self, visibility: Visibility, names: Sequence[str]) -> int:
        """Count the vectors present among these names."""
        with chroma_errors():
            get = self._collections[visibility].get
            return sum(len(get(ids=list(chunk), include=[])["ids"]) for chunk in batches(names, self._batch))

    def all_names(self, visibility: Visibility) -> set[str]:
        """Return the names of all vectors of a visibility."""
        with chroma_errors():
            found: set[str] = set()
            while page := self._collections[visibility].get(include=[], limit=self._batch, offset=len(found))["ids"]:
                found.update(page)
            return found

    def close(self) -> None:
        """Close the client. The library counts the clients of a folder and stops its engine with the last one."""
        self._client.close()  # type: ignore[attr-defined]


def open_folder(folder: Path) -> VectorCopy:
    """Open the copy stored in a folder, created when missing. Raises `CopyUnusable`."""
    with chroma_errors():
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings

        try:
            client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
        except BaseException:
            # The library caches an engine that failed to start, and would reuse it at the next opening of this folder.
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
            raise
        return VectorCopy(client, {visibility: visibility for visibility in VISIBILITIES}, HNSW, WRITE_BATCH)


def open_server(server: ChromaServer, name: str, timeout_s: float) -> VectorCopy:
    """Open the copy with this name on a server, whether its collections exist or not. Each request may take `timeout_s`
    seconds, and the body of its answer as long again. Raises `CopyUnusable`."""
    with chroma_errors():
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        from chromadb.api.client import Client
        from chromadb.config import Settings

        from index.store.http_deadline import limit_response_time

        sessions: list[Any] = []

        class Bounded(Client):
            """Client with timeouts, which closes its connections.

            The library sets no timeout and leaves its connections to the garbage collector. Its initial check of the
            tenant and the database is skipped: it uses other connections, and the first request reports the same
            errors."""

            def get_user_identity(self) -> UserIdentity:  # first request of the client
                sessions.append(self._server._session)  # type: ignore[attr-defined]
                limit_response_time(sessions[0], timeout_s)
                return super().get_user_identity()

            def _validate_tenant_database(self, tenant: str, database: str) -> None:
                pass

            def close(self) -> None:
                system = self._system
                super().close()
                sessions[0].close()
                _release_engine(system)

        parts = urlsplit(server.url)
        secure = parts.scheme == "https"
        settings = Settings(
            anonymized_telemetry=False,
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=server.url,
            chroma_server_http_port=parts.port or (443 if secure else 80),
            chroma_server_ssl_enabled=secure,
            chroma_server_headers={server.header: server.key.get_secret_value()} if server.key else {},
        )
        try:
            client = Bounded(tenant=server.tenant, database=server.database, settings=settings)
        except BaseException:
            for session in sessions:
                session.close()
            raise
        names = {visibility: f"{name}-{visibility}" for visibility in VISIBILITIES}
        return VectorCopy(client, names, {"hnsw": _GRAPH}, SERVER_WRITE_BATCH)


def _release_engine(system: object) -> None:
    """Release a closed engine: the library caches engines of servers under its own identifiers for ever, 0.85 MB
    each."""
    from chromadb.api.shared_system_client import SharedSystemClient

    engines = SharedSystemClient._identifier_to_system
    for name in [name for name, engine in list(engines.items()) if engine is system]:
        engines.pop(name, None)


def vector_names(key: int, windows: int) -> list[str]:
    """Return the names of the vectors of a passage: its key and a window number each."""
    return [f"{key}-{number}" for number in range(windows)]


def passage_key(name: str) -> int:
    """Return the key of the passage that owns the vector with this name."""
    return int(name.partition("-")[0])


def batches(items: Sequence[T] | FloatArray, size: int) -> Iterator[Any]:
    """Yield `items` in order, `size` at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


@contextmanager
def chroma_errors() -> Iterator[None]:
    """Raise `CopyUnusable` for any exception of the library, panics of its engine included."""
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
