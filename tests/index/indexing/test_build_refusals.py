"""Index runs refuse some folders and files, and a refusal changes nothing else. The corpora are invented."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from index.errors import BadMetadata, CorpusUnavailable, DataFolderRefused, IndexBusy, ModelUnavailable, TooManyRemoved
from index.indexing.build import build, roll_back_run
from index.settings import IndexSettings
from index.store import lock
from index.store.catalog import Catalog
from index.store.workspace import Workspace
from index.types import Scope
from tests.doubles import FakeEmbedder, fake_workspace
from tests.index.builders import put, source, write
from tests.index.run_reports import FILES, indexed_passages, report_paths

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


# — files that fail —


def test_a_bad_file_hides_no_other(corpus: Path, wanted: Workspace) -> None:
    bad: dict[str, str | bytes] = {
        "a.pdf": b"%PDF",
        "documents/binaire.txt": b"\x00\x01\x02",
        "documents/tete.md": "---\nvisibility: tous\n---\nTexte.",
        "documents/vide.md": "",
    }
    report = build(write(corpus, bad), wanted)
    assert report_paths(report) == {"added": sorted(FILES), "failed": sorted(bad)}
    for line in report.failed:
        assert line["reason"]
        assert line["remedy"]
        assert "\n" not in f"{line['reason']}{line['remedy']}"


@pytest.mark.parametrize("content", [b"\x00", "", "---\nvisibility: tous\n---\nTexte."])
def test_a_file_that_fails_keeps_its_source(corpus: Path, wanted: Workspace, content: str | bytes) -> None:
    build(corpus, wanted)
    before = indexed_passages(wanted)
    write(corpus, {"documents/pont.txt": content, "documents/neuf.txt": "Une neuvième parcelle."})
    report = build(corpus, wanted)
    assert report_paths(report)["failed"] == ["documents/pont.txt"]
    assert report_paths(report)["added"] == ["documents/neuf.txt"]
    assert "removed" not in report_paths(report)
    assert indexed_passages(wanted)["documents/pont.txt"] == before["documents/pont.txt"]


def test_when_every_file_fails_nothing_is_created(tmp_path: Path, wanted: Workspace) -> None:
    report = build(write(tmp_path / "corpus", {"documents/a.pdf": "x"}), wanted)
    assert report_paths(report) == {"failed": ["documents/a.pdf"]}
    assert report.passages == 0
    assert not wanted.data_dir.exists()


def test_a_date_that_does_not_exist_hides_no_other_file(corpus: Path, wanted: Workspace) -> None:
    report = build(write(corpus, {"documents/a.md": "---\ndate: 2024-02-30\n---\nTexte."}), wanted)
    assert report_paths(report) == {"added": sorted(FILES), "failed": ["documents/a.md"]}


def test_a_file_name_that_is_no_utf8_hides_no_other_file(corpus: Path, wanted: Workspace) -> None:
    Path(os.fsdecode(os.fsencode(corpus) + b"/documents/caf\xe9.txt")).write_text("Le café du jardin.")
    report = build(corpus, wanted)
    assert set(FILES) <= set(report_paths(report)["added"])


def test_half_a_character_in_a_title_hides_no_other_file(corpus: Path, wanted: Workspace) -> None:
    report = build(write(corpus, {"documents/a.md": '---\ntitle: "\\ud800"\n---\nTexte.'}), wanted)
    assert set(FILES) <= set(report_paths(report)["added"])


# — runs that are refused —


@pytest.mark.parametrize("name", ["absent", "vide", "corpus/documents/pont.txt"])
def test_a_corpus_that_cannot_be_listed_creates_nothing(corpus: Path, wanted: Workspace, name: str) -> None:
    (corpus.parent / "vide").mkdir()
    with pytest.raises(CorpusUnavailable):
        build(corpus.parent / name, wanted)
    assert not wanted.data_dir.exists()


def test_a_bad_description_creates_nothing(corpus: Path, wanted: Workspace) -> None:
    with pytest.raises(BadMetadata):
        build(write(corpus, {"corpus.toml": "title = "}), wanted)
    assert not wanted.data_dir.exists()


def test_a_model_that_is_not_there_creates_nothing(corpus: Path, wanted: Workspace, embedder: FakeEmbedder) -> None:
    embedder.refusal = ModelUnavailable("Le modèle manque.", "Installez-le.")
    with pytest.raises(ModelUnavailable):
        build(corpus, wanted)
    assert not wanted.data_dir.exists()


def test_a_folder_of_something_else_is_left_as_it_was(corpus: Path, wanted: Workspace) -> None:
    write(wanted.data_dir, {"photo.jpg": "x"})
    with pytest.raises(DataFolderRefused, match="--data-dir"):
        build(corpus, wanted)
    assert [path.name for path in wanted.data_dir.iterdir()] == ["photo.jpg"]


def test_the_corpus_itself_is_no_data_folder(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(DataFolderRefused):
        build(corpus, fake_workspace(IndexSettings(data_dir=corpus, models_dir=tmp_path)))
    assert sorted(path.name for path in corpus.iterdir()) == ["documents", "transcripts"]


def test_another_corpus_is_refused_and_changes_nothing(corpus: Path, wanted: Workspace, tmp_path: Path) -> None:
    build(corpus, wanted)
    before = indexed_passages(wanted)
    other = write(tmp_path / "autre", {"documents/a.txt": "Un tout autre sujet.", "documents/pont.txt": "Un pont."})
    with pytest.raises(DataFolderRefused, match="autre corpus") as refused:
        build(other, wanted)
    assert str(corpus) in refused.value.reason
    assert "--data-dir" in refused.value.remedy
    assert indexed_passages(wanted) == before
    assert report_paths(build(corpus, wanted)) == {"unchanged": sorted(FILES)}


def test_a_moved_corpus_is_accepted_and_recorded(corpus: Path, wanted: Workspace, tmp_path: Path) -> None:
    build(corpus, wanted)
    moved = corpus.rename(tmp_path / "ailleurs")
    (moved / "documents/pont.txt").unlink()
    write(moved, {"documents/neuf.txt": "Une neuvième parcelle."})
    assert report_paths(build(moved, wanted)).keys() == {"added", "removed", "unchanged"}
    catalog = Catalog.open(wanted.data_dir)
    assert catalog.meta("corpus") == str(moved)
    catalog.close()


@pytest.mark.parametrize("key", ["model", "chunking", "words"])
def test_an_index_made_another_way_is_rebuilt(corpus: Path, wanted: Workspace, key: str) -> None:
    build(corpus, wanted)
    catalog = Catalog.open(wanted.data_dir)
    catalog.set_meta(**{key: "autre"})
    report = build(corpus, wanted)
    assert len(report.changed) == len(indexed_passages(wanted))
    assert report.unchanged == [] and catalog.meta(key) != "autre"
    catalog.close()


def test_removing_more_than_a_tenth_asks_first(corpus: Path, wanted: Workspace) -> None:
    write(corpus, {f"documents/note-{number}.txt": f"La note {number} parle du pont." for number in range(10)})
    build(corpus, wanted)
    before = indexed_passages(wanted)
    for number in range(3):
        (corpus / f"documents/note-{number}.txt").unlink()
    with pytest.raises(TooManyRemoved, match="--yes"):
        build(corpus, wanted)
    assert indexed_passages(wanted) == before
    assert len(build(corpus, wanted, confirmed=True).removed) == 3


def test_the_last_run_can_be_rolled_back(corpus: Path, wanted: Workspace) -> None:
    build(corpus, wanted)
    before = indexed_passages(wanted)
    write(corpus, {"documents/neuf.txt": "Une neuvième parcelle."})
    build(corpus, wanted)
    after = indexed_passages(wanted)
    assert roll_back_run(wanted) and indexed_passages(wanted) == before
    assert roll_back_run(wanted) and indexed_passages(wanted) == after != before


def test_a_second_run_is_refused_and_changes_nothing(corpus: Path, wanted: Workspace) -> None:
    build(corpus, wanted)
    before = indexed_passages(wanted)
    write(corpus, {"documents/neuf.txt": "Une neuvième parcelle."})
    with lock.only_run(wanted.data_dir / "index.lock"), pytest.raises(IndexBusy):
        build(corpus, wanted)
    assert indexed_passages(wanted) == before


def test_a_concurrent_run_on_a_new_folder_leaves_the_index_of_the_first(
    corpus: Path, wanted: Workspace, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as first_run:

        def prepare(progress: object) -> None:  # long the first time: meanwhile another run has begun
            catalog = Catalog.create(wanted.data_dir, {"corpus": str(corpus.resolve())})
            first_run.enter_context(lock.only_run(wanted.data_dir / "index.lock"))
            put(catalog, source(), ["Le pont."])
            catalog.close()

        monkeypatch.setattr(embedder, "prepare", prepare)
        with pytest.raises((IndexBusy, DataFolderRefused)):
            build(corpus, wanted)
    catalog = Catalog.open(wanted.data_dir)
    count = catalog.passage_count(Scope.TEAM)
    catalog.close()
    assert count == 1
