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
from index.store.nearest import best_windows
from index.types import Visibility

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.auth import UserIdentity

FloatArray = npt.NDArray[np.float32]
T = TypeVar("T")
VISIBILITIES: tuple[Visibility, ...] = ("public", "team")
BATCH = 5000  # vectors in one request; the library takes 5,461
SERVER_BATCH = 300  # the same for a server: what the hosted one takes
_GIVEN = 300  # results that a server gives at least; the hosted one no more
_LISTED = 100  # collections in one answer
# Recall over speed. Of 40,000 vectors around real ones, the 100 nearest are found at .999 so; at .996 by a list of 256
# (`ef_search`), which saves a question 0.7 ms of 3.4. A list of 200 while building (`ef_construction`) takes twice the
# work of 100 and gives less than that (.998 of 60,000 vectors, by a list of 256); half the links give .993.
# What a request brings is put into the graph's file at once (`sync_threshold`): what is left in the library's log is
# put into the graph again by each process that opens it, 0.3 s for 900 vectors.
_GRAPH: dict[str, Any] = {"space": "ip", "ef_construction": 100, "ef_search": 400, "max_neighbors": 32}
HNSW = {"hnsw": {**_GRAPH, "batch_size": 2, "sync_threshold": 2}}


class CopyUnusable(Exception):
    """The copy cannot be opened, read or written."""


class AskedTooMuch(CopyUnusable):
    """A server declined to give so many results: it may answer the next question."""


class Copy:
    """An open copy. `names` gives the name of the collection of each visibility, `configuration` how they are made, and
    `batch` the vectors in one request."""

    def __init__(
        self, client: ClientAPI, names: Mapping[Visibility, str], configuration: Mapping[str, Any], batch: int
    ) -> None:
        self._client = client
        self._names = names
        self._configuration = configuration
        self._batch = batch
        self._collections: dict[Visibility, Any] = {}
        self._held: dict[Visibility, int] = {}

    def find(self) -> None:
        """Look its collections up, and count what they hold (12 ms for 60,000 vectors): once, for all questions. Raises
        `CopyUnusable` when one is missing."""
        with told():
            self._collections = {
                visibility: self._client.get_collection(name, embedding_function=None)
                for visibility, name in self._names.items()
            }
            self._held = {visibility: collection.count() for visibility, collection in self._collections.items()}

    @property
    def held(self) -> dict[str, int]:
        """How many vectors each collection held when it was looked up."""
        return {str(visibility): count for visibility, count in self._held.items()}

    def make(self) -> None:
        """As `find`, of collections that are made where they are missing."""
        with told():
            for name in self._names.values():
                self._client.get_or_create_collection(
                    name,
                    embedding_function=None,
                    configuration=dict(self._configuration),  # type: ignore[arg-type]
                )
        self.find()

    def is_there(self) -> bool:
        """Whether its collections are there."""
        from chromadb.errors import NotFoundError

        with told():
            try:
                for name in self._names.values():
                    self._client.get_collection(name, embedding_function=None)
            except NotFoundError:
                return False
            return True

    def others(self, beginning: str) -> list[str]:
        """The names of the collections that begin so and are not of this copy."""
        with told():
            found: list[str] = []
            while some := self._client.list_collections(limit=_LISTED, offset=len(found)):
                found += [collection.name for collection in some]
            return [name for name in found if name.startswith(beginning) and name not in self._names.values()]

    def delete(self, name: str) -> None:
        """Delete a collection."""
        with told():
            self._client.delete_collection(name)

    def nearest(
        self, visibility: Visibility, vector: FloatArray, limit: int, without: Collection[int] = ()
    ) -> list[tuple[int, float]]:
        """Keys and cosines of the `limit` passages nearest to `vector` but for the keys of `without`, each by its best
        window, best first: as many windows are asked for as it takes to have so many."""
        held = self._held[visibility]
        size = min(2 * limit, held)
        while size:
            found = self._asked(visibility, vector, size)
            kept = [(key, cosine) for key, cosine in found.items() if key not in without]
            if len(kept) >= limit or size == held:
                return kept[:limit]
            size = min(2 * size, held)
        return []

    def _asked(self, visibility: Visibility, vector: FloatArray, size: int) -> dict[int, float]:
        try:
            with told():
                answer = self._collections[visibility].query(
                    query_embeddings=[vector], n_results=size, include=["distances"]
                )
                keys = [key_of(name) for name in answer["ids"][0]]
                return best_windows(keys, [1.0 - far for far in answer["distances"][0]])
        except CopyUnusable as error:
            if self._batch == SERVER_BATCH and size > _GIVEN:
                from index.store.deadline import has_answered

                if has_answered(error.__cause__):
                    raise AskedTooMuch from error
            raise

    def put(self, visibility: Visibility, names: Sequence[str], vectors: FloatArray) -> None:
        """Take vectors in, of shape (names, dimensions); those that are there under these names are replaced."""
        with told():
            for some, rows in zip(batches(names, self._batch), batches(vectors, self._batch), strict=True):
                self._collections[visibility].upsert(ids=list(some), embeddings=rows)

    def drop(self, visibility: Visibility, names: Sequence[str]) -> None:
        """Give vectors up; those that are not there are passed over."""
        with told():
            for some in batches(names, self._batch):
                self._collections[visibility].delete(ids=list(some))

    def holds(self, visibility: Visibility, names: Sequence[str]) -> int:
        """How many of these are there."""
        with told():
            asked = self._collections[visibility].get
            return sum(len(asked(ids=list(some), include=[])["ids"]) for some in batches(names, self._batch))

    def names(self, visibility: Visibility) -> set[str]:
        """The names of all that is there."""
        with told():
            found: set[str] = set()
            while some := self._collections[visibility].get(include=[], limit=self._batch, offset=len(found))["ids"]:
                found.update(some)
            return found

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
        return Copy(client, {visibility: visibility for visibility in VISIBILITIES}, HNSW, BATCH)


def open_server(server: ChromaServer, name: str, timeout_s: float) -> Copy:
    """The copy of this name that a server holds, whether its collections are there or not. Each request may take so
    long, and the body of its answer as long again. Raises `CopyUnusable`."""
    with told():
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        from chromadb.api.client import Client
        from chromadb.config import Settings

        from index.store.deadline import bound

        sessions: list[Any] = []

        class Bounded(Client):
            """The library sets no timeout, and leaves its connections to the garbage collector; what it asks first of
            the tenant and the database goes by other connections, and the first request tells as well."""

            def get_user_identity(self) -> UserIdentity:  # its first request
                sessions.append(self._server._session)  # type: ignore[attr-defined]
                bound(sessions[0], timeout_s)
                return super().get_user_identity()

            def _validate_tenant_database(self, tenant: str, database: str) -> None:
                pass

            def close(self) -> None:
                system = self._system
                super().close()
                sessions[0].close()
                _forget(system)

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
        return Copy(client, names, {"hnsw": _GRAPH}, SERVER_BATCH)


def _forget(system: object) -> None:
    """Let go of an engine that is closed: the library keeps those of servers under names of its own, for ever, 0.85 MB
    each."""
    from chromadb.api.shared_system_client import SharedSystemClient

    kept = SharedSystemClient._identifier_to_system
    for name in [name for name, one in list(kept.items()) if one is system]:
        kept.pop(name, None)


def names_of(key: int, windows: int) -> list[str]:
    """The names of the vectors of a passage: its key, and the number of a window."""
    return [f"{key}-{number}" for number in range(windows)]


def key_of(name: str) -> int:
    """The key of the passage that a vector of this name belongs to."""
    return int(name.partition("-")[0])


def batches(items: Sequence[T] | FloatArray, size: int) -> Iterator[Any]:
    """`items` in their order, `size` at once."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


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
