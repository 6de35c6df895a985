"""Metadata of a file, and the precedence of its sources."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from index.errors import BadMetadata
from index.reading.metadata import Description, Metadata, read_description, resolve_metadata
from index.types import Site
from tests.index.builders import write

NOTE = PurePosixPath("documents/note.md")


def resolve(front_matter: Mapping[str, Any], root: Path = Path("/nowhere"), path: PurePosixPath = NOTE) -> Metadata:
    return resolve_metadata(root, path, front_matter, Description())


@pytest.mark.parametrize(
    ("path", "kind", "visibility"),
    [
        ("documents/note.md", "document", "public"),
        ("documents/ateliers/note.md", "document", "public"),
        ("transcripts/entretien.md", "transcript", "team"),
        ("brouillons/note.md", "document", "team"),
        ("note.md", "document", "team"),
        ("documents.md", "document", "team"),
        ("prive/documents/note.md", "document", "team"),
        ("Documents/note.md", "document", "team"),
    ],
)
def test_folders_give_kind_and_visibility_and_team_is_the_default(path: str, kind: str, visibility: str) -> None:
    found = resolve({}, path=PurePosixPath(path))
    assert (found.kind, found.visibility) == (kind, visibility)
    assert (found.title, found.date, found.site, found.nature) == ("", "", "", "original")


def test_front_matter_wins_over_sidecar_over_corpus_over_folder(tmp_path: Path) -> None:
    write(tmp_path, {"documents/note.md.meta.toml": 'site = "sidecar"\ndate = "2024-05"\n'})
    shared = Description(defaults={"site": "corpus", "date": "2023", "nature": "reformulation", "visibility": "team"})
    found = resolve_metadata(tmp_path, NOTE, {"site": "front"}, shared)
    assert found == Metadata("", "2024-05", "document", "front", "team", "reformulation")


def test_a_sidecar_applies_to_its_own_file_only(tmp_path: Path) -> None:
    write(tmp_path, {"note.md.meta.toml": 'visibility = "public"'})
    assert resolve({}, tmp_path, PurePosixPath("note.txt")).visibility == "team"
    assert resolve({}, tmp_path, PurePosixPath("note.md")).visibility == "public"


def test_unknown_keys_are_ignored() -> None:
    assert resolve({"author": ["x"], "tags": {"a": 1}, "title": "Note"}).title == "Note"


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (datetime.date(2024, 5, 3), "2024-05-03"),
        (datetime.datetime(2024, 5, 3, 10, 0), "2024-05-03"),
        (2024, "2024"),
        ("2024-05", "2024-05"),
        ("", ""),
        (None, ""),
    ],
)
def test_dates_of_several_types_are_accepted(value: object, date: str) -> None:
    assert resolve({"date": value}).date == date


def test_white_space_in_values_becomes_single_spaces() -> None:
    assert resolve({"title": " Les  Jardins\n du Pont "}).title == "Les Jardins du Pont"


@pytest.mark.parametrize(
    ("values", "remedy"),
    [
        ({"visibility": "publique"}, "public ou team"),
        ({"visibility": ""}, "public ou team"),
        ({"visibility": "Public"}, "public ou team"),
        ({"visibility": True}, 'visibility = "…"'),
        ({"kind": "entretien"}, "document ou transcript"),
        ({"nature": "résumé"}, "original ou reformulation"),
        ({"date": "3 mai 2024"}, "AAAA-MM-JJ"),
        ({"title": 10**5000}, 'title = "…"'),
        ({"date": "03/05/2024"}, "AAAA-MM-JJ"),
        ({"title": ["a"]}, 'title = "…"'),
        ({"site": 1.5}, 'site = "…"'),
        ({"kind": "a\nb"}, "document ou transcript"),
        ({"kind": "a" * 5000}, "document ou transcript"),
        ({"date": "a" * 5000}, "AAAA-MM-JJ"),
    ],
)
def test_an_invalid_value_is_refused_on_one_line_with_a_remedy(values: dict[str, object], remedy: str) -> None:
    with pytest.raises(BadMetadata) as refused:
        resolve(values)
    assert remedy in refused.value.remedy
    assert "l'en-tête" in refused.value.reason
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("content", ["title = ", 'visibility = "tous"', b'title = "\xe9t\xe9"', "a = 1\na = 2"])
def test_an_invalid_sidecar_is_named(tmp_path: Path, content: str | bytes) -> None:
    write(tmp_path, {"documents/note.md.meta.toml": content})
    with pytest.raises(BadMetadata) as refused:
        resolve({}, tmp_path)
    assert "note.md.meta.toml" in refused.value.reason
    assert "\n" not in str(refused.value)


def test_a_sidecar_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "documents" / "note.md.meta.toml").mkdir(parents=True)
    with pytest.raises(BadMetadata, match="ne peut pas être lu"):
        resolve({}, tmp_path)


def test_a_corpus_without_description_has_an_empty_one(tmp_path: Path) -> None:
    assert read_description(tmp_path) == Description()


def test_the_description_of_a_corpus_is_read(tmp_path: Path) -> None:
    text = """
title = "Les Jardins du Pont"
visibility = "public"
examples = ["Qui sème ?"]
autre = 1
[[sites]]
name = "Brumeval"
aliases = ["les Lavoirs"]
[[sites]]
name = "Sourcelles"
"""
    assert read_description(write(tmp_path, {"corpus.toml": text})) == Description(
        title="Les Jardins du Pont",
        sites=(Site("Brumeval", ("les Lavoirs",)), Site("Sourcelles")),
        examples=("Qui sème ?",),
        defaults={"visibility": "public"},
    )


def test_files_do_not_inherit_the_title_of_the_corpus(tmp_path: Path) -> None:
    root = write(tmp_path, {"corpus.toml": 'title = "Les Jardins du Pont"'})
    assert resolve_metadata(root, NOTE, {}, read_description(root)).title == ""


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        ("title = ", "Corrigez"),
        ('visibility = "tous"', "public ou team"),
        ("examples = 3", "examples = ["),
        ("examples = [1]", "examples = ["),
        ('sites = "Brumeval"', "[[sites]]"),
        ("sites = [1]", "[[sites]]"),
        ("[[sites]]\naliases = []", "name ="),
        ('[[sites]]\nname = "a"\naliases = "b"', "aliases ="),
        ('[[sites]]\nname = "a"\naliases = [1]', "aliases ="),
        ("[[sites]]\nname = 3", "name ="),
    ],
)
def test_an_invalid_description_is_refused_on_one_line_with_a_remedy(tmp_path: Path, content: str, remedy: str) -> None:
    with pytest.raises(BadMetadata) as refused:
        read_description(write(tmp_path, {"corpus.toml": content}))
    assert remedy in refused.value.remedy
    assert "corpus.toml" in refused.value.reason
    assert "\n" not in str(refused.value)


def test_a_number_for_a_title_is_kept_whole() -> None:
    assert resolve({"title": 202405031200}).title == "202405031200"


@pytest.mark.parametrize("date", ["2024-13", "2024-02-31", "2024-00-00"])
def test_a_date_that_does_not_exist_is_refused(date: str) -> None:
    with pytest.raises(BadMetadata):
        resolve({"date": date})
