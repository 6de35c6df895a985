"""The one file that meets chromadb: an open copy of vectors, as its client gives it.

A copy holds the vectors of windows under names made of the keys of their passages, in a collection for each visibility;
whatever the library raises says no more than that the copy cannot be used."""

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
from index.store.exact_search import best_by_passage
from index.types import Visibility

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.auth import UserIdentity

FloatArray = npt.NDArray[np.float32]
T = TypeVar("T")
VISIBILITIES: tuple[Visibility, ...] = ("public", "team")
WRITE_BATCH = 5000  # vectors in one request; the library takes 5,461
SERVER_WRITE_BATCH = 300  # the same for a server: what the hosted one takes
_SERVER_RESULTS = 300  # results that a server gives at least; the hosted one no more
_LIST_PAGE = 100  # collections in one answer
# Recall over speed. Of 40,000 vectors around real ones, the 100 nearest are found at .999 so; at .996 by a list of 256
# (`ef_search`), which saves a question 0.7 ms of 3.4. A list of 200 while building (`ef_construction`) takes twice the
# work of 100 and gives less than that (.998 of 60,000 vectors, by a list of 256); half the links give .993.
# What a request brings is put into the graph's file at once (`sync_threshold`): what is left in the library's log is
# put into the graph again by each process that opens it, 0.3 s for 900 vectors.
_GRAPH: dict[str, Any] = {"space": "ip", "ef_construction": 100, "ef_search": 400, "max_neighbors": 32}
HNSW = {"hnsw": {**_GRAPH, "batch_size": 2, "sync_threshold": 2}}


class CopyUnusable(Exception):
    """The copy cannot be opened, read or written."""


class TooManyResults(CopyUnusable):
    """A server declined to give so many results: it may answer the next question."""


class VectorCopy:
    """An open copy. `names` gives the name of the collection of each visibility, `configuration` how they are made, and
    `batch` the vectors in one request."""

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
        """Look its collections up, and count what they hold (12 ms for 60,000 vectors): once, for all questions. Raises
        `CopyUnusable` when one is missing."""
        with chroma_errors():
            self._collections = {
                visibility: self._client.get_collection(name, embedding_function=None)
                for visibility, name in self._collection_names.items()
            }
            self._counts = {visibility: collection.count() for visibility, collection in self._collections.items()}

    @property
    def counts(self) -> dict[str, int]:
        """How many vectors each collection held when it was looked up."""
        return {str(visibility): count for visibility, count in self._counts.items()}

    def create_collections(self) -> None:
        """As `find`, of collections that are made where they are missing."""
        with chroma_errors():
            for name in self._collection_names.values():
                self._client.get_or_create_collection(
                    name,
                    embedding_function=None,
                    configuration=dict(self._configuration),  # type: ignore[arg-type]
                )
        self.load_collections()

    def exists(self) -> bool:
        """Whether its collections are there."""
        from chromadb.errors import NotFoundError

        with chroma_errors():
            try:
                for name in self._collection_names.values():
                    self._client.get_collection(name, embedding_function=None)
            except NotFoundError:
                return False
            return True

    def other_collections(self, beginning: str) -> list[str]:
        """The names of the collections that begin so and are not of this copy."""
        with chroma_errors():
            found: list[str] = []
            while some := self._client.list_collections(limit=_LIST_PAGE, offset=len(found)):
                found += [collection.name for collection in some]
            return [
                name for name in found if name.startswith(beginning) and name not in self._collection_names.values()
            ]

    def delete_collection(self, name: str) -> None:
        """Delete a collection."""
        with chroma_errors():
            self._client.delete_collection(name)

    def nearest(
        self, visibility: Visibility, vector: FloatArray, limit: int, without: Collection[int] = ()
    ) -> list[tuple[int, float]]:
        """Keys and cosines of the `limit` passages nearest to `vector` but for the keys of `without`, each by its best
        window, best first: as many windows are asked for as it takes to have so many."""
        held = self._counts[visibility]
        size = min(2 * limit, held)
        while size:
            found = self._query(visibility, vector, size)
            kept = [(key, cosine) for key, cosine in found.items() if key not in without]
            if len(kept) >= limit or size == held:
                return kept[:limit]
            size = min(2 * size, held)
        return []

    def _query(self, visibility: Visibility, vector: FloatArray, size: int) -> dict[int, float]:
        try:
            with chroma_errors():
                answer = self._collections[visibility].query(
                    query_embeddings=[vector], n_results=size, include=["distances"]
                )
                keys = [passage_key(name) for name in answer["ids"][0]]
                return best_by_passage(keys, [1.0 - far for far in answer["distances"][0]])
        except CopyUnusable as error:
            if self._batch == SERVER_WRITE_BATCH and size > _SERVER_RESULTS:
                from index.store.http_deadline import is_server_answer

                if is_server_answer(error.__cause__):
                    raise TooManyResults from error
            raise

    def put(self, visibility: Visibility, names: Sequence[str], vectors: FloatArray) -> None:
        """Take vectors in, of shape (names, dimensions); those that are there under these names are replaced."""
        with chroma_errors():
            for some, rows in zip(batches(names, self._batch), batches(vectors, self._batch), strict=True):
                self._collections[visibility].upsert(ids=list(some), embeddings=rows)

    def remove(self, visibility: Visibility, names: Sequence[str]) -> None:
        """Give vectors up; those that are not there are passed over."""
        with chroma_errors():
            for some in batches(names, self._batch):
                self._collections[visibility].delete(ids=list(some))

    def count_present(self, visibility: Visibility, names: Sequence[str]) -> int:
        """How many of these are there."""
        with chroma_errors():
            asked = self._collections[visibility].get
            return sum(len(asked(ids=list(some), include=[])["ids"]) for some in batches(names, self._batch))

    def all_names(self, visibility: Visibility) -> set[str]:
        """The names of all that is there."""
        with chroma_errors():
            found: set[str] = set()
            while some := self._collections[visibility].get(include=[], limit=self._batch, offset=len(found))["ids"]:
                found.update(some)
            return found

    def close(self) -> None:
        """Let go of it. The library counts the clients of a folder and stops its engine with the last one."""
        self._client.close()  # type: ignore[attr-defined]


def open_folder(folder: Path) -> VectorCopy:
    """The copy that lies in a folder, which is made where it is missing. Raises `CopyUnusable`."""
    with chroma_errors():
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
        return VectorCopy(client, {visibility: visibility for visibility in VISIBILITIES}, HNSW, WRITE_BATCH)


def open_server(server: ChromaServer, name: str, timeout_s: float) -> VectorCopy:
    """The copy of this name that a server holds, whether its collections are there or not. Each request may take so
    long, and the body of its answer as long again. Raises `CopyUnusable`."""
    with chroma_errors():
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        from chromadb.api.client import Client
        from chromadb.config import Settings

        from index.store.http_deadline import limit_response_time

        sessions: list[Any] = []

        class Bounded(Client):
            """The library sets no timeout, and leaves its connections to the garbage collector; what it asks first of
            the tenant and the database goes by other connections, and the first request tells as well."""

            def get_user_identity(self) -> UserIdentity:  # its first request
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
    """Let go of an engine that is closed: the library keeps those of servers under names of its own, for ever, 0.85 MB
    each."""
    from chromadb.api.shared_system_client import SharedSystemClient

    kept = SharedSystemClient._identifier_to_system
    for name in [name for name, one in list(kept.items()) if one is system]:
        kept.pop(name, None)


def vector_names(key: int, windows: int) -> list[str]:
    """The names of the vectors of a passage: its key, and the number of a window."""
    return [f"{key}-{number}" for number in range(windows)]


def passage_key(name: str) -> int:
    """The key of the passage that a vector of this name belongs to."""
    return int(name.partition("-")[0])


def batches(items: Sequence[T] | FloatArray, size: int) -> Iterator[Any]:
    """`items` in their order, `size` at once."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


@contextmanager
def chroma_errors() -> Iterator[None]:
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
