"""Which data folders the catalog opens or creates, and which it refuses and leaves unchanged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from index.errors import DataFolderRefused, NothingIndexed
from index.store.catalog import Catalog
from index.store.schema import FILE
from index.types import Scope
from tests.index.builders import put, source, write


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_catalog_is_made_empty_in_a_new_folder(tmp_path: Path) -> None:
    made = Catalog.create(tmp_path / "a" / "b", {"corpus": "/c"})
    assert (made.meta("corpus"), made.generation, made.passage_count(Scope.TEAM)) == ("/c", 0, 0)
    assert made.meta("unknown") == ""
    made.close()
    assert not list((tmp_path / "a" / "b").glob("*.part"))


def test_stored_passages_are_there_after_reopening(tmp_path: Path) -> None:
    made = Catalog.create(tmp_path, {})
    put(made, source(), ["semer"])
    made.close()
    again = Catalog.open(tmp_path)
    assert again.passage_count(Scope.PUBLIC) == 1
    again.close()


def test_a_folder_without_index_is_refused_and_unchanged(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(NothingIndexed, match="assistant index"):
            Catalog.open(folder)
    assert list(tmp_path.iterdir()) == []


def test_another_version_is_refused_and_named(tmp_path: Path) -> None:
    made = Catalog.create(tmp_path, {})
    made.set_meta(schema="0")
    made.close()
    with pytest.raises(DataFolderRefused, match="format 0"):
        Catalog.open(tmp_path)


@pytest.mark.parametrize("data", [b"", b"ceci n'est pas une base\n" * 99, b"SQLite format 3\x00" + b"\x01" * 4096])
def test_a_file_that_is_not_a_database_is_refused_on_one_line_and_unchanged(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, {FILE: data})
    with pytest.raises(DataFolderRefused) as refused:
        Catalog.open(tmp_path)
    assert "\n" not in str(refused.value)
    assert content(tmp_path) == {FILE: data}


def foreign_database(folder: Path) -> None:
    connection = sqlite3.connect(folder / FILE)
    connection.execute("CREATE TABLE recettes (nom TEXT)")
    connection.commit()
    connection.close()


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    foreign_database(tmp_path)
    with pytest.raises(DataFolderRefused):
        Catalog.open(tmp_path)


def test_a_database_of_another_program_is_left_as_it_was(tmp_path: Path) -> None:
    foreign_database(tmp_path)
    before = content(tmp_path)
    with pytest.raises(DataFolderRefused):
        Catalog.open(tmp_path)
    assert content(tmp_path) == before


@pytest.mark.parametrize("name", ["photo.jpg", ".git/config", "documents/a.txt", "vecteurs"])
def test_a_folder_of_something_else_is_refused_and_unchanged(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: "x"})
    with pytest.raises(DataFolderRefused, match="d'autres fichiers"):
        Catalog.create(tmp_path, {})
    assert content(tmp_path) == {name: b"x"}


def test_files_of_an_interrupted_run_do_not_block_creation(tmp_path: Path) -> None:
    write(tmp_path, {f"{FILE}.123.part": "", "vectors-1/x": "", "index.lock": ""})
    made = Catalog.create(tmp_path, {})
    assert made.generation == 0
    made.close()


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"data": "x"})
    with pytest.raises(DataFolderRefused, match="ne peut pas être écrit"):
        Catalog.create(tmp_path / "data", {})
    assert content(tmp_path) == {"data": b"x"}


def test_an_existing_index_is_never_overwritten_by_an_empty_one(tmp_path: Path) -> None:
    first = Catalog.create(tmp_path, {})
    put(first, source(), ["semer"])
    first.close()
    try:
        Catalog.create(tmp_path, {}).close()
    except DataFolderRefused:
        pass
    again = Catalog.open(tmp_path)
    held = again.passage_count(Scope.TEAM)
    again.close()
    assert held == 1
