"""Fixtures shared by the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.store import copy_merging
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from tests.chroma_server import ChromaProcess, chroma_server
from tests.index.builders import AT_ONCE, put, source
from tests.index.store.copies import phrases


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    """Yield a Chroma server shared by all tests of a module."""
    with chroma_server(tmp_path_factory.mktemp("chroma") / "served") as made:
        yield made


@pytest.fixture
def killable_server(tmp_path: Path) -> Iterator[ChromaProcess]:
    """Yield a Chroma server that a test may kill."""
    with chroma_server(tmp_path / "served") as made:
        yield made


@pytest.fixture
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Merge every change at once, and retry without delay a copy that could not be opened."""
    for name, value in AT_ONCE.items():
        monkeypatch.setattr(copy_merging, name, value)
    monkeypatch.setattr("index.store.vectors._RETRY_S", 0.0)


@pytest.fixture
def filled(catalog: Catalog) -> Catalog:
    put(catalog, source(), phrases(1, 40))
    put(catalog, source("entretien", "team"), phrases(2, 30))
    return catalog


@pytest.fixture
def vectors(filled: Catalog) -> Iterator[VectorIndex]:
    made = VectorIndex(filled)
    made.synchronise()
    yield made
    made.close()
