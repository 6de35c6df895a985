"""Entries kept in the data folder: whole or not at all, for their owner only, and gone when erased."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assistant.corpus.entry_store import EntryStore


def fill(folder: Path) -> dict[str, object]:
    (folder / "a.txt").write_text("Un texte.")
    return {"name": "a.txt", "who": "ada"}


def test_an_entry_is_readable_by_its_owner_only_and_can_be_read_again(tmp_path: Path) -> None:
    kept = EntryStore(tmp_path / "data" / "depot", clock=lambda: 5.0)
    entry = kept.add(fill)
    assert kept.entries() == [entry] and kept.get(entry.id) == entry
    assert (entry.name, entry.who, entry.at, entry.file.read_text()) == ("a.txt", "ada", 5.0, "Un texte.")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "data" / "depot").rglob("*") if path.is_dir()}
    assert modes == {0o700} and (tmp_path / "data" / "depot").stat().st_mode & 0o777 == 0o700


def test_a_failed_addition_leaves_nothing(tmp_path: Path) -> None:
    def failing(folder: Path) -> dict[str, object]:
        fill(folder)
        raise KeyboardInterrupt

    kept = EntryStore(tmp_path / "depot")
    with pytest.raises(KeyboardInterrupt):
        kept.add(failing)
    assert kept.entries() == [] and list((tmp_path / "depot").iterdir()) == []


def test_an_unfinished_entry_is_not_listed_and_is_swept_later(tmp_path: Path) -> None:
    kept = EntryStore(tmp_path / "depot")
    for name in ("0123456789abcdef.part", "0123456789abcdee.gone"):
        (tmp_path / "depot" / name / "files").mkdir(parents=True)
    assert kept.entries() == []
    kept.sweep()
    assert [path.name for path in (tmp_path / "depot").iterdir()] == ["0123456789abcdef.part"]  # perhaps being made
    os.utime(tmp_path / "depot" / "0123456789abcdef.part", (1, 1))
    kept.sweep()
    assert list((tmp_path / "depot").iterdir()) == []


@pytest.mark.parametrize("name", ["", "..", "../people", "x" * 16, "0" * 15, "0123456789ABCDEF", "0123456789abcdef/.."])
def test_no_entry_id_leads_to_another_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    kept = EntryStore(tmp_path / "depot")
    assert kept.get(name) is None
    kept.erase(name)
    assert (tmp_path / "people").is_dir()


def test_an_entry_may_be_erased_twice(tmp_path: Path) -> None:
    kept = EntryStore(tmp_path / "depot")
    entry = kept.add(fill)
    kept.erase(entry.id)
    kept.erase(entry.id)
    assert list((tmp_path / "depot").iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"name": 3}', json.dumps("x"), "[" * 3_000])
def test_an_entry_with_damaged_metadata_is_not_listed(text: str, tmp_path: Path) -> None:
    kept = EntryStore(tmp_path / "depot")
    entry = kept.add(fill)
    (tmp_path / "depot" / entry.id / "entry.json").write_text(text)
    assert kept.entries() == []
