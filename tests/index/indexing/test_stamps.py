"""A file whose stamp is unchanged is not opened again; every change to it, or to what describes it, is noticed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from index.indexing.build import build
from index.reading import read as reading
from index.store.workspace import Workspace
from tests.doubles import fake_workspace
from tests.index.builders import settings, write

FILES = {"documents/a.md": "Les bénévoles sèment.", "transcripts/b.md": "La serre est ouverte."}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose bytes were read, in order. Files count as settled as soon as they are written."""
    monkeypatch.setattr(reading, "_JUST_NOW_S", -1e9)
    names: list[str] = []
    read_bytes = reading._read_bytes

    def noted(root: Path, path: PurePosixPath) -> bytes:
        names.append(str(path))
        return read_bytes(root, path)

    monkeypatch.setattr(reading, "_read_bytes", noted)
    return names


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Workspace]:
    return write(tmp_path / "corpus", FILES), fake_workspace(settings(tmp_path))


def test_an_unchanged_file_is_not_opened(place: tuple[Path, Workspace], opened: list[str]) -> None:
    build(*place)
    opened.clear()
    report = build(*place)
    assert opened == []
    assert [entry["path"] for entry in report.unchanged] == list(FILES)


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (lambda root: write(root, {"documents/a.md": "Les bénévoles sèmenT."}), ["documents/a.md"]),
        (lambda root: write(root, {"documents/a.md.meta.toml": 'title = "A"'}), ["documents/a.md"]),
        (lambda root: write(root, {"transcripts/metadonnees.csv": "fichier,titre\nb,B\n"}), ["transcripts/b.md"]),
        (lambda root: write(root, {"corpus.toml": 'title = "Étude"'}), list(FILES)),
        (lambda root: os.utime(root / "transcripts/b.md", (1, 1)), ["transcripts/b.md"]),
    ],
)
def test_a_changed_file_is_opened(
    place: tuple[Path, Workspace], opened: list[str], change: Callable[[Path], object], seen: list[str]
) -> None:
    build(*place)
    change(place[0])
    opened.clear()
    build(*place)
    assert sorted(set(opened)) == seen
    opened.clear()
    build(*place)
    assert opened == [], "what was compared once is not opened again"


def test_a_file_written_just_now_is_opened_again(
    place: tuple[Path, Workspace], opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_JUST_NOW_S", 1e9)
    build(*place)
    opened.clear()
    build(*place)
    assert sorted(opened) == sorted(FILES)


def test_a_file_that_failed_is_tried_again(place: tuple[Path, Workspace], opened: list[str]) -> None:
    write(place[0], {"documents/c.md": b"\x00\x01"})
    build(*place)
    opened.clear()
    assert [entry["path"] for entry in build(*place).failed] == ["documents/c.md"]
    assert opened == ["documents/c.md"]
