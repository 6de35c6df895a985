"""The status of each source is found without a model, and is what the next run will do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from index.errors import CorpusUnavailable
from index.indexing.build import build
from index.indexing.status import SourceState, source_statuses
from index.reading import read as reading
from index.store.workspace import Workspace
from tests.doubles import FakeEmbedder, fake_workspace
from tests.index.builders import put, settings, source, write

FILES = {
    "documents/a.md": "Les bénévoles sèment.",
    "documents/c.md": "Le rucher est neuf.",
    "transcripts/b.md": "La serre est ouverte.",
}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakeEmbedder:
    """The model of the test; files count as settled as soon as they are written."""
    monkeypatch.setattr(reading, "_JUST_NOW_S", -1e9)
    return FakeEmbedder()


@pytest.fixture
def place(tmp_path: Path, model: FakeEmbedder) -> tuple[Path, Workspace]:
    found = write(tmp_path / "corpus", FILES), fake_workspace(settings(tmp_path), model)
    build(*found)
    model.passages.clear()
    model.prepared = 0
    return found


def states(place: tuple[Path, Workspace]) -> dict[str, str]:
    root, workspace = place
    with workspace:
        return {status.path: status.state.value for status in source_statuses(workspace, root)}


def test_an_unchanged_source_is_current(place: tuple[Path, Workspace]) -> None:
    assert states(place) == dict.fromkeys(FILES, "current")


@pytest.mark.parametrize(
    ("change", "path", "state"),
    [
        (lambda root: write(root, {"documents/a.md": "Autre chose."}), "documents/a.md", "changed"),
        (lambda root: write(root, {"documents/a.md.meta.toml": 'title = "A"'}), "documents/a.md", "changed"),
        (lambda root: os.utime(root / "transcripts/b.md", (1, 1)), "transcripts/b.md", "changed"),
        (lambda root: write(root, {"documents/d.md": "Neuf."}), "documents/d.md", "new"),
        (lambda root: (root / "documents/c.md").unlink(), "documents/c.md", "gone"),
    ],
)
def test_only_the_changed_source_has_another_status(
    place: tuple[Path, Workspace], change: Callable[[Path], object], path: str, state: str
) -> None:
    change(place[0])
    found = states(place)
    assert found.pop(path) == state
    assert set(found.values()) == {"current"}


def test_no_file_is_opened_and_no_text_embedded(
    place: tuple[Path, Workspace], model: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(root: Path, path: PurePosixPath) -> bytes:
        raise AssertionError(f"{path} was opened")

    write(place[0], {"documents/a.md": "Autre chose.", "documents/d.md": "Neuf."})
    monkeypatch.setattr(reading, "_read_bytes", opened)
    assert sorted(states(place).values()) == ["changed", "current", "current", "new"]
    assert (model.prepared, model.passages) == (0, [])


def test_a_file_indexed_just_after_it_was_written_is_current(
    tmp_path: Path, model: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_JUST_NOW_S", 1e9)
    place = write(tmp_path / "corpus", FILES), fake_workspace(settings(tmp_path), model)
    build(*place)
    assert states(place) == dict.fromkeys(FILES, "current")
    write(place[0], {"documents/a.md": "Autre chose."})
    assert states(place)["documents/a.md"] == "changed"


def test_with_another_model_every_source_is_changed(place: tuple[Path, Workspace], model: FakeEmbedder) -> None:
    model.identity = "other"
    assert set(states(place).values()) == {"changed"}


def test_the_sources_of_an_emptied_folder_are_gone_and_a_missing_folder_is_refused(
    place: tuple[Path, Workspace],
) -> None:
    for path in FILES:
        (place[0] / path).unlink()
    assert set(states(place).values()) == {"gone"}
    with pytest.raises(CorpusUnavailable):
        states((place[0] / "absent", place[1]))


def test_an_excerpt_has_its_own_status_and_passages_are_counted(place: tuple[Path, Workspace]) -> None:
    root, workspace = place
    with workspace:
        put(workspace.catalog, source("extrait-1", path="extraits/extrait-1"), ["Deux mots.", "Trois mots."])
        found = source_statuses(workspace, root)
    assert (found[-1].state, found[-1].passages) == (SourceState.EXCERPT, 2)
    assert {status.passages for status in found[:-1]} == {1}
