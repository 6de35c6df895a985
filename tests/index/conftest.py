"""What the tests of `index/` share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.indexing import build as building
from index.settings import IndexSettings
from index.store.catalog import Catalog
from tests.doubles import FakeEmbedder
from tests.index.builders import settings, write
from tests.index.run_reports import FILES


@pytest.fixture
def fake_embedder() -> FakeEmbedder:
    """An embedder that needs no model."""
    return FakeEmbedder()


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch, fake_embedder: FakeEmbedder) -> FakeEmbedder:
    """The embedder that index runs get, which needs no model."""
    monkeypatch.setattr(building, "open_embedder", lambda wanted: fake_embedder)
    return fake_embedder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of three files that an index run reads."""
    return write(tmp_path / "corpus", FILES)


@pytest.fixture
def wanted(tmp_path: Path) -> IndexSettings:
    """Settings of an index beside the corpus."""
    return settings(tmp_path)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog in a data folder of its own."""
    made = Catalog.create(tmp_path / "data", {"corpus": "/corpus", "model": "fake-64"})
    yield made
    made.close()
