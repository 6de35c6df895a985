"""Copies of the vectors on a Chroma server, each in two collections named after the index.

The name of an index combines a random identity, drawn once, with a digest of the path of its data folder: several
indexes share a server without collisions, and a duplicated data folder does not touch the copies of the original. A
server stays readable while it is written, and each record is upserted or deleted whole: queued changes are merged into
the collections in use, and an interrupted merge is repeated. The server receives keys and vectors, and no text."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import DataFolderRefused
from index.settings import ChromaServer
from index.store.catalog import Catalog
from index.store.chroma import FloatArray, VectorCopy, open_server
from index.store.stray_copies import record_server_check

_IDENTITY_KEY = "vectors_identity"  # of `meta`
_PREFIX = "assistant-"  # of all collection names
_WRITE_TIMEOUT_S = 60.0  # per request that writes or scans a collection


class ServerCopies:
    """Copies of the vectors of a catalog on a server; the name of a copy is the prefix of its collection names."""

    def __init__(self, catalog: Catalog, server: ChromaServer) -> None:
        self._catalog = catalog
        self._server = server
        self.place = server.place
        where = str(catalog.folder.resolve()).encode()
        self._folder_digest = hashlib.sha256(where).hexdigest()[:8]

    def holds(self, name: str) -> bool:
        """Return whether a copy with this name may exist and belongs to this folder, not to the folder that this one
        was duplicated from. The server is not asked, since every question calls this."""
        drawn = self._catalog.meta(_IDENTITY_KEY)
        return bool(drawn) and name.startswith(f"{_PREFIX}{drawn}-{self._folder_digest}-")

    def is_ours(self, name: str) -> bool:
        """Return whether a copy with this name exists and belongs to this folder. Raises `CopyUnusable` when the server
        does not answer."""
        if not self.holds(name):
            return False
        with self._open_copy(name) as copy:
            return copy.exists()

    def open(self, name: str, vector: FloatArray) -> VectorCopy:
        """Open a copy for questions. Raises `CopyUnusable`."""
        copy = open_server(self._server, name, self._server.timeout)
        try:
            copy.load_collections()
        except BaseException:
            copy.close()
            raise
        return copy

    @contextmanager
    def reading(self, name: str) -> Iterator[VectorCopy]:
        """Open a copy for the block, without looking its collections up. Raises `CopyUnusable`."""
        with self._open_copy(name) as copy:
            yield copy

    @contextmanager
    def writing(self, name: str) -> Iterator[VectorCopy]:
        """Open a copy for writing, created when missing. Raises `CopyUnusable`."""
        with self._open_copy(name) as copy:
            copy.create_collections()
            yield copy

    def prepare_copy(self, before: str, last: str) -> str:
        """Return the name of the copy to write: `before`, or an unused name when that is empty."""
        if before:
            return before
        prefix = f"{self._identity()}-"
        with self._open_copy(prefix) as copy:
            taken = copy.other_collections(prefix)
        numbers = [name.removeprefix(prefix).partition("-")[0] for name in (*taken, last) if prefix in name]
        return f"{prefix}{max((int(number) for number in numbers if number.isdecimal()), default=0) + 1}"

    def delete_others(self, name: str) -> None:
        """Delete every copy of this index except `name`, and record the copies that this folder left before it was
        moved. Raises `CopyUnusable`."""
        ours = self._identity()
        left, deleted = set(), set()
        with self._open_copy(name or ours) as copy:
            for other in copy.other_collections(_PREFIX):
                copy_name = other.rpartition("-")[0]
                if self.holds(other):
                    copy.delete_collection(other)
                    deleted.add(copy_name)
                else:
                    left.add(copy_name)
        record_server_check(self._catalog, self.place, left, deleted, ours.removesuffix(self._folder_digest))

    def close(self, name: str, copy: VectorCopy) -> None:
        """Close a copy that was opened for questions."""
        copy.close()

    def failure_reason(self, error: Exception) -> tuple[str, str]:
        """Return the cause of an error and its remedy, in French."""
        if isinstance(error, DataFolderRefused):  # already explains the cause
            return error.reason.rstrip("."), error.remedy
        chain: list[BaseException] = [error]
        while below := chain[-1].__cause__ or chain[-1].__context__:
            chain.append(below)
        late = any(type(cause).__name__.endswith("Timeout") for cause in chain)
        how = "ne répond pas à temps" if late else "ne répond pas, ou pas comme il faut"
        return (
            f"le serveur Chroma {self._server.url} {how}",
            "Vérifiez ce serveur et le réglage ASSISTANT_CHROMA, puis relancez\u00a0: assistant index.",
        )

    @contextmanager
    def _open_copy(self, name: str) -> Iterator[VectorCopy]:
        copy = open_server(self._server, name, max(_WRITE_TIMEOUT_S, self._server.timeout))
        try:
            yield copy
        finally:
            copy.close()

    def _identity(self) -> str:
        """Return the common prefix of the names of this index's copies; draw its identity if needed."""
        drawn = self._catalog.meta(_IDENTITY_KEY)
        if not drawn:
            drawn = secrets.token_hex(8)
            self._catalog.set_meta(**{_IDENTITY_KEY: drawn})
        return f"{_PREFIX}{drawn}-{self._folder_digest}"
