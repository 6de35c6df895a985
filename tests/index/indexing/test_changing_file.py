"""A file that changes while it is read is indexed as it was at one moment, under the description of that moment, or
not at all; the next run takes in what it is by then. The texts are invented."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from index.indexing.build import build
from index.reading import read as reading
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.workspace import Workspace
from index.types import Scope, Visibility
from tests.doubles import fake_workspace
from tests.index.builders import settings, write
from tests.index.run_reports import indexed_passages, report_paths

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
NAME = "documents/serre.md"
OTHER = "documents/pont.md"
FIRST = "La serre est ouverte le samedi."
THEN = "La serre est fermée cet hiver."

Change = Callable[[Path], object]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write(tmp_path / "corpus", {NAME: FIRST, OTHER: "Le pont enjambe la rivière."})


@pytest.fixture
def wanted(tmp_path: Path) -> Workspace:
    return fake_workspace(settings(tmp_path))


def change_after(monkeypatch: pytest.MonkeyPatch, *changes: Change) -> list[int]:
    """Change the corpus each time that the bytes of the file have been read, as long as there are changes to make."""
    waiting: Iterator[Change] = iter(changes)
    read_bytes, times = reading._read_bytes, [0]

    def then_changed(root: Path, path: PurePosixPath) -> bytes:
        data = read_bytes(root, path)
        if str(path) == NAME:
            times[0] += 1
            change = next(waiting, None)
            if change is not None:
                change(root)
        return data

    monkeypatch.setattr(reading, "_read_bytes", then_changed)
    return times


def says(text: str) -> Change:
    return lambda root: write(root, {NAME: text})


def grows(root: Path) -> None:
    with (root / NAME).open("a", encoding="utf-8") as file:
        file.write("\n\nUne ligne de plus.")


def goes(root: Path) -> None:
    (root / NAME).unlink()


def becomes_a_folder(root: Path) -> None:
    goes(root)
    (root / NAME).mkdir()


def texts(wanted: Workspace) -> list[str]:
    return [text for _, text in indexed_passages(wanted).get(NAME, [])]


def same_as_fresh(corpus: Path, wanted: Workspace, tmp_path: Path) -> bool:
    """Return whether an index says what one made of the folder as it now is says."""
    fresh = fake_workspace(IndexSettings(data_dir=tmp_path / "fresh", models_dir=wanted.settings.models_dir))
    shutil.rmtree(fresh.data_dir, ignore_errors=True)
    build(corpus, fresh)
    return digests(fresh) == digests(wanted) and indexed_passages(fresh) == indexed_passages(wanted)


def digests(wanted: Workspace) -> dict[str, tuple[str, Visibility]]:
    catalog = Catalog.open(wanted.data_dir)
    found = {source.path: (source.digest, source.visibility) for source in catalog.sources(Scope.TEAM)}
    catalog.close()
    return found


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_file_rewritten_meanwhile_is_read_again_until_it_is_stable(
    corpus: Path, wanted: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    change_after(monkeypatch, *[says(f"{THEN} ({number})") for number in range(times)])
    report = build(corpus, wanted)
    assert report_paths(report) == {"added": [OTHER, NAME]}
    assert texts(wanted) == [f"{THEN} ({times - 1})"]
    assert same_as_fresh(corpus, wanted, tmp_path)


def test_a_file_that_is_never_stable_is_reported_and_keeps_its_source(
    corpus: Path, wanted: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, wanted)
    write(corpus, {NAME: THEN})
    times = change_after(monkeypatch, *[grows] * 50)
    report = build(corpus, wanted)
    assert times[0] < 20
    (failed,) = report.failed
    assert "change pendant" in str(failed["reason"]) and "Relancez" in str(failed["remedy"])
    assert texts(wanted) == [FIRST]
    monkeypatch.undo()
    assert report_paths(build(corpus, wanted))["changed"] == [NAME]
    assert len(texts(wanted)) == 1 + times[0]
    assert same_as_fresh(corpus, wanted, tmp_path)


@pytest.mark.parametrize("change", [goes, becomes_a_folder])
def test_a_file_removed_while_it_is_read_is_reported_and_gone_at_the_next_run(
    corpus: Path, wanted: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    build(corpus, wanted)
    write(corpus, {NAME: THEN})
    change_after(monkeypatch, change)
    report = build(corpus, wanted)
    assert report_paths(report) == {"unchanged": [OTHER], "failed": [NAME]}
    assert texts(wanted) == [FIRST]
    assert report_paths(build(corpus, wanted, confirmed=True))["removed"] == [NAME]
    assert same_as_fresh(corpus, wanted, tmp_path)


def test_a_text_is_never_shown_under_the_description_of_another(
    corpus: Path, wanted: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "---\nvisibility: team\n---\nUne confidence."
    change_after(monkeypatch, says(secret))
    build(corpus, wanted)
    assert texts(wanted) == ["Une confidence."]
    assert digests(wanted)[NAME][1] == "team"
    assert same_as_fresh(corpus, wanted, tmp_path)


def test_a_description_that_changes_meanwhile_counts_from_this_run_or_the_next(
    corpus: Path, wanted: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_after(monkeypatch, lambda root: write(root, {f"{NAME}.meta.toml": 'visibility = "team"'}))
    build(corpus, wanted)
    build(corpus, wanted)
    assert digests(wanted)[NAME][1] == "team"
    assert same_as_fresh(corpus, wanted, tmp_path)


def test_a_change_after_a_file_was_read_is_indexed_by_the_next_run(
    corpus: Path, wanted: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_after(monkeypatch, lambda root: None, says(THEN))  # opened, then read, then changed
    build(corpus, wanted)
    assert texts(wanted) == [FIRST]
    assert report_paths(build(corpus, wanted))["changed"] == [NAME]
    assert texts(wanted) == [THEN]
    assert same_as_fresh(corpus, wanted, tmp_path)


def test_no_stamp_hides_a_change_made_while_the_file_was_opened(
    corpus: Path, wanted: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, wanted)
    monkeypatch.setattr(reading, "_JUST_NOW_S", -1e9)  # files count as settled as soon as they are written
    change_after(monkeypatch, says(THEN))  # it is only opened: its content is what the index holds
    assert report_paths(build(corpus, wanted)) == {"unchanged": [OTHER, NAME]}
    assert report_paths(build(corpus, wanted))["changed"] == [NAME]
    assert same_as_fresh(corpus, wanted, tmp_path)
