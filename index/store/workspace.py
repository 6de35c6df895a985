"""The objects open over one data folder: its catalog, the copy of its vectors, its embedding model, its withdrawals.

Each is opened at its first use, so that a command loads no more than it needs, and a data folder may hold no index
yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from index.privacy.withdrawals import WithdrawalList
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.schema import FILE

if TYPE_CHECKING:  # imported at their first use: few commands need them
    from index.embedding.model import Embedder
    from index.store.vectors import VectorIndex

EmbedderFactory = Callable[[IndexSettings], "Embedder"]
"""Opens the embedder that settings name. Raises `ModelUnavailable`. Picklable, since the workers of a cluster call it
in processes of their own."""


class Workspace:
    """The objects open over the data folder of `settings`.

    A context manager, which may be entered again inside itself: the outermost exit closes the catalog and the vectors.
    They are opened again at their next use. The embedder is opened once, and stays. Threads may share a workspace."""

    def __init__(self, settings: IndexSettings, embedder_factory: EmbedderFactory | None = None) -> None:
        """Open nothing yet. Without a factory, the model is the one that the settings name; tests give another."""
        self.settings = settings
        self._embedder_factory = embedder_factory
        self._lock = threading.RLock()
        self._depth = 0
        self._catalog: Catalog | None = None
        self._vectors: VectorIndex | None = None
        self._embedder: Embedder | None = None

    def __enter__(self) -> Workspace:
        with self._lock:
            self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._depth -= 1
            if not self._depth:
                self.close()

    @property
    def data_dir(self) -> Path:
        """The data folder, which need not exist yet."""
        return self.settings.data_dir

    @property
    def catalog(self) -> Catalog:
        """The catalog of the data folder. Raises `NothingIndexed` or `DataFolderRefused`."""
        with self._lock:
            if self._catalog is None:
                self._catalog = Catalog.open(self.data_dir)
            return self._catalog

    def find_catalog(self) -> Catalog | None:
        """Return the catalog, or `None` where the data folder holds none. Raises `DataFolderRefused`."""
        return self.catalog if (self.data_dir / FILE).exists() else None

    def create_catalog(self, meta: Mapping[str, str]) -> Catalog:
        """Create the catalog of the data folder, with these values of its `meta` table. Raises `DataFolderRefused`."""
        with self._lock:
            self._catalog = Catalog.create(self.data_dir, meta)
            return self._catalog

    @property
    def vectors(self) -> VectorIndex:
        """The nearest vectors over the catalog, whose copy lies where the settings say. Raises as `catalog` does."""
        with self._lock:
            if self._vectors is None:
                from index.store.vectors import VectorIndex

                self._vectors = VectorIndex(self.catalog, self.settings.chroma)
            return self._vectors

    @property
    def embedder_factory(self) -> EmbedderFactory:
        """The function that opens an embedder, for the workers of a cluster, which load a model of their own."""
        if self._embedder_factory is None:
            from index.embedding.model import open_embedder

            self._embedder_factory = open_embedder
        return self._embedder_factory

    @property
    def embedder(self) -> Embedder:
        """The embedder that the settings name; its weights are loaded at its first use. Raises `ModelUnavailable`."""
        with self._lock:
            if self._embedder is None:
                self._embedder = self.embedder_factory(self.settings)
            return self._embedder

    def withdrawals(self, *folders: Path) -> WithdrawalList:
        """Read the withdrawals kept by these folders and by the data folder, anew at each call, since other processes
        add some. Raises `WithdrawalsUnreadable`."""
        return WithdrawalList.read(*folders, self.data_dir)

    def close(self) -> None:
        """Close the catalog and the vectors; the next use opens them again."""
        with self._lock:
            vectors, self._vectors = self._vectors, None
            catalog, self._catalog = self._catalog, None
        if vectors is not None:
            vectors.close()
        if catalog is not None:
            catalog.close()
