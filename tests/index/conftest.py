"""What the tests of `index/` share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.store.catalog import Catalog
from tests.fakes import FakeEmbedder


@pytest.fixture
def fake_embedder() -> FakeEmbedder:
    """An embedder that needs no model."""
    return FakeEmbedder()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog in a data folder of its own."""
    made = Catalog.create(tmp_path / "data", {"corpus": "/corpus", "model": "fake-64"})
    yield made
    made.close()
