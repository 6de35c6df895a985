"""A workspace opens what it is asked for, once, and closes it at its outermost exit."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.embedding.model import BundledModel
from index.errors import NothingIndexed
from index.settings import IndexSettings
from index.store.workspace import Workspace
from tests.doubles import FakeEmbedder, fake_workspace
from tests.index.builders import settings


def test_a_data_folder_without_an_index_has_no_catalog_until_one_is_created(tmp_path: Path) -> None:
    with fake_workspace(settings(tmp_path)) as workspace:
        assert workspace.find_catalog() is None
        with pytest.raises(NothingIndexed):
            _ = workspace.catalog
        assert not workspace.data_dir.exists()
        created = workspace.create_catalog({"corpus": "/corpus"})
        assert workspace.catalog is created is workspace.find_catalog()


def test_the_embedder_is_opened_once_and_only_when_it_is_used(tmp_path: Path) -> None:
    opened: list[IndexSettings] = []

    def factory(settings: IndexSettings) -> FakeEmbedder:
        opened.append(settings)
        return FakeEmbedder()

    with Workspace(settings(tmp_path), factory) as workspace:
        workspace.create_catalog({})
        assert opened == []
        assert workspace.embedder is workspace.embedder
    assert workspace.embedder.identity == "fake-64" and opened == [workspace.settings]


def test_without_a_factory_the_settings_name_the_model(tmp_path: Path) -> None:
    assert isinstance(Workspace(settings(tmp_path)).embedder, BundledModel)


def test_the_outermost_exit_closes_and_the_next_use_opens_again(tmp_path: Path) -> None:
    workspace = fake_workspace(settings(tmp_path))
    with workspace:
        catalog = workspace.create_catalog({"corpus": "/corpus"})
        with workspace:
            vectors = workspace.vectors
        assert workspace.catalog is catalog and workspace.vectors is vectors
    assert workspace.catalog is not catalog and workspace.catalog.meta("corpus") == "/corpus"
    workspace.close()
