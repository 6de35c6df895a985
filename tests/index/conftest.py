"""What the tests of `index/` share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.store.catalog import Catalog
from index.store.workspace import Workspace
from tests.doubles import FakeEmbedder, fake_workspace
from tests.index.builders import settings, write
from tests.index.run_reports import FILES


@pytest.fixture
def fake_embedder() -> FakeEmbedder:
    """An embedder that needs no model."""
    return FakeEmbedder()


@pytest.fixture
def embedder(fake_embedder: FakeEmbedder) -> FakeEmbedder:
    """The embedder of the workspace `wanted`."""
    return fake_embedder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of three files that an index run reads."""
    return write(tmp_path / "corpus", FILES)


@pytest.fixture
def wanted(tmp_path: Path, embedder: FakeEmbedder) -> Workspace:
    """The workspace of an index beside the corpus, without a model."""
    return fake_workspace(settings(tmp_path), embedder)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog in a data folder of its own."""
    made = Catalog.create(tmp_path / "data", {"corpus": "/corpus", "model": "fake-64"})
    yield made
    made.close()
