"""The names of a table leave no trace in what is indexed. The people and associations of these texts are invented."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.verify import badges
from assistant.types import Badge
from index.errors import PseudonymsRefused
from index.indexing.build import build
from index.privacy.pseudonyms import Pseudonyms
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.types import Scope
from tests.assistant.samples import write_corpus
from tests.doubles import FakeEmbedder, fake_workspace

TABLE = Pseudonyms(
    {
        "Odile": "Personne 1",
        "Odile Perrachou": "Personne 2",
        "Jean-Noël d’Orval": "Personne 3",
        "Les Jardins du Pont": "Association B",
    }
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Odile arrose.", "[Personne 1] arrose."),
        ("C’est d’Odile, ODILE ou odile ?", "C’est d’[Personne 1], [Personne 1] ou [Personne 1] ?"),
        ("Odile Perrachou préside.", "[Personne 2] préside."),
        ("Odile\nPerrachou préside.", "[Personne 2] préside."),
        ("jean noel d'orval et Jean‑Noël d’Orval", "[Personne 3] et [Personne 3]"),
        ("Les jardins du Pont", "[Association B]"),
        ("Odilette et Godile", "Odilette et Godile"),
        ("Odile2 n’est pas elle", "Odile2 n’est pas elle"),
        ("(Odile)", "([Personne 1])"),
        ("O\u0301dile", "[Personne 1]"),  # an accent apart, and out of place
        ("", ""),
    ],
)
def test_a_name_is_replaced_in_any_spelling_and_nothing_else_is(text: str, shown: str) -> None:
    assert TABLE.hide(text) == shown


@given(st.text(max_size=60), st.sampled_from(sorted(TABLE.by_name)), st.text(max_size=60))
def test_no_name_is_left_and_the_rest_is_as_it_was(before: str, name: str, after: str) -> None:
    shown = TABLE.hide(f"{before} {name} {after}")
    assert name not in shown
    assert TABLE.hide(shown) == shown
    assert Pseudonyms().hide(f"{before}{after}") == before + after


def test_a_replaced_name_is_marked_by_a_badge() -> None:
    text = TABLE.hide("Odile arrose les poireaux.")
    assert badges(text, text) == (Badge.VERBATIM, Badge.RENAMED)


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "noms.csv"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    "text", ["nom;remplacement\nOdile;Personne 1\n\n", "Odile,[Personne 1]\n", "\ufeffOdile;Personne 1"]
)
def test_a_table_is_read(text: str, tmp_path: Path) -> None:
    assert Pseudonyms.read(written(tmp_path, text), tmp_path / "corpus").by_name == {"Odile": "Personne 1"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Odile\n", "ligne 1"),
        ("Odile;Personne 1\n;Personne 2\n", "ligne 2"),
        ("Odile;quelqu’un\n", "un mot et un numéro"),
        ("Odile;Personne 1\nOdile;Personne 2\n", "deux remplacements"),
        ("...;Personne 1\n", "ligne 1"),
        ('"Odile;Personne 1\n', "guillemet"),
    ],
)
def test_a_malformed_line_is_refused(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(PseudonymsRefused, match=reason):
        Pseudonyms.read(written(tmp_path, text), tmp_path / "corpus")


def test_a_table_that_others_can_read_or_that_lies_in_the_corpus_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "Odile;Personne 1\n", 0o644)
    with pytest.raises(PseudonymsRefused, match="chmod 600"):
        Pseudonyms.read(path, tmp_path / "corpus")
    path.chmod(0o600)
    with pytest.raises(PseudonymsRefused, match="est dans le corpus"):
        Pseudonyms.read(path, tmp_path)
    with pytest.raises(PseudonymsRefused, match="ne peut pas être lue"):
        Pseudonyms.read(tmp_path / "absente.csv", tmp_path / "corpus")


INTERVIEW = """Enquêteur : Odile Perrachou vous a-t-elle aidée ?

Odile : Oui, Odile Perrachou m’a donné des graines.

Enquêteur : Et depuis ?

Odile : Depuis, je sème.

Enquêteur : Où donc ?

Odile : Au fond du jardin.
"""


@pytest.fixture
def indexed(tmp_path: Path) -> tuple[Path, IndexSettings, FakeEmbedder]:
    """A corpus of an interview and a document, and the settings that hide the names of a table."""
    embedder = FakeEmbedder()
    document = "# Odile Perrachou, présidente\n\nOdile Perrachou a fondé le jardin.\n"
    corpus = write_corpus(
        tmp_path / "corpus", {"transcripts/Entretien d’Odile.txt": INTERVIEW, "documents/a.md": document}
    )
    table = written(tmp_path, "Odile;Personne 1\nOdile Perrachou;Personne 2\n")
    return corpus, IndexSettings(data_dir=tmp_path / "data", pseudonyms=table), embedder


def texts(settings: IndexSettings, kind: str) -> str:
    catalog = Catalog.open(settings.data_dir)
    found = [
        (source.title, passage.text, passage.place.speaker, passage.place.heading, passage.context)
        for source in catalog.sources(Scope.TEAM)
        if source.kind == kind
        for passage in catalog.passages_between(source.id, 0, 100, Scope.TEAM)
    ]
    catalog.close()
    return repr(found)


def test_names_of_an_interview_are_replaced_before_anything_is_embedded_or_stored(
    indexed: tuple[Path, IndexSettings, FakeEmbedder],
) -> None:
    corpus, settings, embedder = indexed
    build(corpus, fake_workspace(settings, embedder))
    stored = texts(settings, "transcript")
    assert "Odile" not in stored and "Perrachou" not in stored
    assert "[Personne 2] m’a donné des graines" in stored
    assert "'[Personne 1]'" in stored  # who speaks
    assert "Entretien d’[Personne 1]" in stored
    assert "[Personne 2] vous a-t-elle aidée" in stored  # the question asked before
    interview = [text for text in embedder.passages if "graines" in text]
    assert interview and not any("Odile" in text or "Perrachou" in text for text in interview)


def test_documents_keep_the_names_of_their_authors(indexed: tuple[Path, IndexSettings, FakeEmbedder]) -> None:
    corpus, settings, embedder = indexed
    build(corpus, fake_workspace(settings, embedder))
    assert "Odile Perrachou a fondé le jardin" in texts(settings, "document")


def test_another_table_rebuilds_interviews_and_no_documents(
    indexed: tuple[Path, IndexSettings, FakeEmbedder],
) -> None:
    corpus, settings, embedder = indexed
    build(corpus, fake_workspace(settings, embedder))
    for file in corpus.rglob("*.*"):
        os.utime(file, (1, 1))
    assert build(corpus, fake_workspace(settings, embedder)).changed == []
    assert settings.pseudonyms
    written(settings.pseudonyms.parent, "Odile;Personne 1\nOdile Perrachou;Personne 7\n")
    report = build(corpus, fake_workspace(settings, embedder))
    assert [entry["path"] for entry in report.changed] == ["transcripts/Entretien d’Odile.txt"]
    assert "[Personne 7]" in texts(settings, "transcript")


def test_a_table_that_cannot_be_used_stops_the_run(indexed: tuple[Path, IndexSettings, FakeEmbedder]) -> None:
    corpus, settings, embedder = indexed
    assert settings.pseudonyms
    settings.pseudonyms.chmod(0o644)
    with pytest.raises(PseudonymsRefused):
        build(corpus, fake_workspace(settings, embedder))
    assert not settings.data_dir.exists()
