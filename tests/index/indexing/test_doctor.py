"""The doctor finds each kind of problem, says how to repair it, and changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.indexing.doctor as doctor
from index.indexing.build import build
from index.indexing.doctor import run_checks
from index.store.catalog import Catalog
from index.store.runs import Run
from index.store.schema import FILE
from index.store.workspace import Workspace
from tests.doubles import FakeEmbedder, fake_workspace
from tests.index.builders import IDENTITY, entry, passage, settings, source, write


@pytest.fixture
def wanted(tmp_path: Path) -> Iterator[Workspace]:
    """A healthy index."""
    made = fake_workspace(settings(tmp_path))
    made.settings.models_dir.mkdir()
    build(write(tmp_path / "corpus", {"documents/a.md": "Les bénévoles sèment.\n\nLa serre est ouverte."}), made)
    yield made


def trouble(wanted: Workspace) -> dict[str, str]:
    """Return the subjects that are not well, with their remedies."""
    return {finding.subject: finding.remedy for finding in run_checks(wanted) if not finding.well}


def test_all_is_well(wanted: Workspace) -> None:
    assert trouble(wanted) == {}
    assert len(run_checks(wanted)) == 11


def test_no_index(tmp_path: Path) -> None:
    assert "assistant index" in trouble(fake_workspace(settings(tmp_path)))["Index"]


def test_an_index_whose_first_run_was_stopped(tmp_path: Path) -> None:
    Catalog.create(tmp_path / "data", {}).close()
    assert trouble(fake_workspace(settings(tmp_path))) == {"Index": "Relancez : assistant index."}


def test_a_copy_to_be_made_anew(wanted: Workspace) -> None:
    catalog = Catalog.open(wanted.data_dir)
    catalog.set_meta(vectors_dirty="1")
    assert "assistant index" in trouble(wanted)["Copie des vecteurs"]
    assert catalog.meta("vectors_dirty") == "1"
    catalog.close()


def test_a_copy_that_lacks_passages(wanted: Workspace) -> None:
    catalog = Catalog.open(wanted.data_dir)
    run = Run(catalog, {key: catalog.meta(key) for key in IDENTITY})
    run.stage(source("neuf"), [entry(passage("Un pont.", source("neuf")), FakeEmbedder())])
    assert list(trouble(wanted)) == ["Dernière indexation"]
    run.commit([])
    assert trouble(wanted) == {}
    assert (
        "En attente\u00a0: 1" in {finding.subject: finding.seen for finding in run_checks(wanted)}["Copie des vecteurs"]
    )
    with catalog.transaction() as connection:
        connection.execute("DELETE FROM mirror_queue")
    assert list(trouble(wanted)) == ["Copie des vecteurs"]
    catalog.close()


def test_a_full_text_that_lacks_passages(wanted: Workspace) -> None:
    catalog = Catalog.open(wanted.data_dir)
    with catalog.transaction() as connection:
        connection.execute("INSERT INTO lexical_team (lexical_team) VALUES ('delete-all')")
    assert list(trouble(wanted)) == ["Recherche par mots (team)"]
    catalog.close()


def test_another_model(wanted: Workspace) -> None:
    catalog = Catalog.open(wanted.data_dir)
    catalog.set_meta(model="autre")
    assert list(trouble(wanted)) == ["Modèle d'embedding"]
    catalog.close()


def test_passages_cut_another_way(wanted: Workspace) -> None:
    catalog = Catalog.open(wanted.data_dir)
    catalog.set_meta(chunking="autre")
    assert trouble(wanted) == {"Version de l'index": "Relancez : assistant index."}
    catalog.close()


def test_a_passage_without_its_source(wanted: Workspace) -> None:
    catalog = Catalog.open(wanted.data_dir)
    with sqlite3.connect(wanted.data_dir / FILE) as connection:
        connection.execute("UPDATE passages SET version = 99 WHERE ordinal = 0")
    seen = {finding.subject: finding.seen for finding in run_checks(wanted) if not finding.well}
    assert seen["Passages et sources"] == "Sans source : 1."
    assert seen["Copie des vecteurs"] == "Vecteurs manquants : 0 ; en trop : 1."
    catalog.close()


def test_a_corpus_that_is_gone(wanted: Workspace, tmp_path: Path) -> None:
    (tmp_path / "corpus").rename(tmp_path / "ailleurs")
    assert list(trouble(wanted)) == ["Dossier du corpus"]


def test_a_full_disk(wanted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_ROOM", 10**18)
    assert set(trouble(wanted)) == {"Dossier de données", "Dossier des modèles"}
