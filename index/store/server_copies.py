"""Where copies of the vectors lie on a Chroma server: each in two collections named after the index.

The name of an index is drawn at random once, and goes with the path of its data folder: several share a server without
meeting, and a data folder that was copied elsewhere does not touch the copies of the first. A server stays readable
while it is written, and a record is put or deleted whole: what waits is merged into the collections that answer, and a
merge that was interrupted is done again. The server gets keys and vectors, and no word."""

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
_PREFIX = "assistant-"  # of the names of all collections
_WRITE_TIMEOUT_S = 60.0  # that a server has for a request that writes or looks at much


class ServerCopies:
    """The copies of a catalog's vectors on a server; the name of one begins those of its collections."""

    def __init__(self, catalog: Catalog, server: ChromaServer) -> None:
        self._catalog = catalog
        self._server = server
        self.place = server.place
        where = str(catalog.folder.resolve()).encode()
        self._folder_digest = hashlib.sha256(where).hexdigest()[:8]

    def holds(self, name: str) -> bool:
        """Whether there may be a copy of this name, and ours, not that of the folder which this one was copied from: a
        server is not asked for that at each question."""
        drawn = self._catalog.meta(_IDENTITY_KEY)
        return bool(drawn) and name.startswith(f"{_PREFIX}{drawn}-{self._folder_digest}-")

    def is_ours(self, name: str) -> bool:
        """Whether there is one that is ours to write. Raises `CopyUnusable` when the server does not answer."""
        if not self.holds(name):
            return False
        with self._open_copy(name) as copy:
            return copy.exists()

    def open(self, name: str, vector: FloatArray) -> VectorCopy:
        """A copy, ready for questions. Raises `CopyUnusable`."""
        copy = open_server(self._server, name, self._server.timeout)
        try:
            copy.load_collections()
        except BaseException:
            copy.close()
            raise
        return copy

    @contextmanager
    def reading(self, name: str) -> Iterator[VectorCopy]:
        """A copy opened for a moment, whose collections are not looked up. Raises `CopyUnusable`."""
        with self._open_copy(name) as copy:
            yield copy

    @contextmanager
    def writing(self, name: str) -> Iterator[VectorCopy]:
        """A copy opened to be written, made where it is missing. Raises `CopyUnusable`."""
        with self._open_copy(name) as copy:
            copy.create_collections()
            yield copy

    def prepare_copy(self, before: str, last: str) -> str:
        """The name of the copy to write: `before`, where there is one, or one that nobody has seen."""
        if before:
            return before
        beginning = f"{self._identity()}-"
        with self._open_copy(beginning) as copy:
            taken = copy.other_collections(beginning)
        numbers = [name.removeprefix(beginning).partition("-")[0] for name in (*taken, last) if beginning in name]
        return f"{beginning}{max((int(one) for one in numbers if one.isdecimal()), default=0) + 1}"

    def delete_others(self, name: str) -> None:
        """Delete every copy of this index but this one, and note those of what this folder was before it was moved.
        Raises `CopyUnusable`."""
        ours = self._identity()
        left, deleted = set(), set()
        with self._open_copy(name or ours) as copy:
            for other in copy.other_collections(_PREFIX):
                of = other.rpartition("-")[0]
                if self.holds(other):
                    copy.delete_collection(other)
                    deleted.add(of)
                else:
                    left.add(of)
        record_server_check(self._catalog, self.place, left, deleted, ours.removesuffix(self._folder_digest))

    def close(self, name: str, copy: VectorCopy) -> None:
        """Let go of a copy that was opened for questions."""
        copy.close()

    def failure_reason(self, error: Exception) -> tuple[str, str]:
        """What went wrong, and the remedy, in French."""
        if isinstance(error, DataFolderRefused):  # it knows better
            return error.reason.rstrip("."), error.remedy
        chain: list[BaseException] = [error]
        while below := chain[-1].__cause__ or chain[-1].__context__:
            chain.append(below)
        late = any(type(one).__name__.endswith("Timeout") for one in chain)
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
        """What the names of this index's copies begin with."""
        drawn = self._catalog.meta(_IDENTITY_KEY)
        if not drawn:
            drawn = secrets.token_hex(8)
            self._catalog.set_meta(**{_IDENTITY_KEY: drawn})
        return f"{_PREFIX}{drawn}-{self._folder_digest}"
