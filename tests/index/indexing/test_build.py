"""Index runs: their effects and their reports. The corpora are invented."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from index.embedding import calibration
from index.indexing import staging
from index.indexing.build import build
from index.progress import Step
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.store.workspace import Workspace
from index.types import Scope
from tests.doubles import FakeEmbedder
from tests.index.builders import write
from tests.index.run_reports import FILES, indexed_passages, report_paths

# llama-index warns of its own past when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_a_first_run_adds_all_and_a_second_nothing(corpus: Path, wanted: Workspace, embedder: FakeEmbedder) -> None:
    first = build(corpus, wanted)
    assert report_paths(first) == {"added": sorted(FILES)}
    assert first.passages == 4
    assert first.added[0] == {"path": "documents/jardins.md", "title": "Les Jardins", "passages": 2}
    prepared, embedded = embedder.prepared, len(embedder.passages)
    second = build(corpus, wanted)
    assert report_paths(second) == {"unchanged": sorted(FILES)}
    assert second.passages == 4
    assert (embedder.prepared, len(embedder.passages)) == (prepared, embedded)


def test_the_scale_of_the_model_is_written_even_where_no_file_changed(corpus: Path, wanted: Workspace) -> None:
    build(corpus, wanted)
    catalog = Catalog.open(wanted.data_dir)
    scale = catalog.meta(calibration.KEY)
    assert scale
    catalog.set_meta(**{calibration.KEY: ""})
    assert report_paths(build(corpus, wanted)) == {"unchanged": sorted(FILES)}
    assert catalog.meta(calibration.KEY) == scale
    catalog.close()


def test_the_index_can_be_searched(corpus: Path, wanted: Workspace, embedder: FakeEmbedder) -> None:
    build(corpus, wanted)
    catalog = Catalog.open(wanted.data_dir)
    vectors = VectorIndex(catalog)
    assert catalog.meta("vectors_dirty") == "0"
    assert catalog.meta("vectors_generation") == catalog.meta("generation")
    ((key, cosine),) = vectors.nearest(embedder.embed_question("Le pont enjambe la rivière."), Scope.PUBLIC, 1)
    assert catalog.passages([key], Scope.PUBLIC)[key].text == "Le pont enjambe la rivière."
    assert cosine == pytest.approx(1.0, abs=1e-3)
    assert len(catalog.match(["benevol"], Scope.TEAM, 5)) == 1
    assert catalog.match(["benevol"], Scope.PUBLIC, 5) == []
    vectors.close()
    catalog.close()


def test_one_change_costs_one_file(corpus: Path, wanted: Workspace, embedder: FakeEmbedder) -> None:
    build(corpus, wanted)
    before = indexed_passages(wanted)
    embedder.passages.clear()
    write(corpus, {"documents/jardins.md": "# Les Jardins\n\n- semer\n- arroser\n- récolter"})
    report = build(corpus, wanted)
    assert report_paths(report) == {
        "changed": ["documents/jardins.md"],
        "unchanged": ["documents/pont.txt", "transcripts/entretien.txt"],
    }
    assert len(embedder.passages) == 3
    after = indexed_passages(wanted)
    assert after["documents/jardins.md"][:2] == before["documents/jardins.md"]
    assert after["documents/jardins.md"][2][1] == "récolter"
    assert after["documents/pont.txt"] == before["documents/pont.txt"]


def test_a_change_of_metadata_alone_is_a_change(corpus: Path, wanted: Workspace) -> None:
    build(corpus, wanted)
    write(corpus, {"documents/pont.txt.meta.toml": 'visibility = "team"'})
    assert report_paths(build(corpus, wanted))["changed"] == ["documents/pont.txt"]
    catalog = Catalog.open(wanted.data_dir)
    assert [source.path for source in catalog.sources(Scope.PUBLIC)] == ["documents/jardins.md"]
    assert catalog.match(["pont"], Scope.PUBLIC, 5) == []
    catalog.close()


def test_a_renamed_file_keeps_its_passages(corpus: Path, wanted: Workspace, embedder: FakeEmbedder) -> None:
    build(corpus, wanted)
    before = indexed_passages(wanted)
    prepared = embedder.prepared
    (corpus / "documents/pont.txt").rename(corpus / "documents/passerelle.txt")
    report = build(corpus, wanted)
    assert report.renamed == [{"path": "documents/passerelle.txt", "from": "documents/pont.txt"}]
    assert report_paths(report).keys() == {"renamed", "unchanged"}
    assert indexed_passages(wanted)["documents/passerelle.txt"] == before["documents/pont.txt"]
    assert embedder.prepared == prepared


def test_a_title_that_was_the_name_of_the_file_follows_it(corpus: Path, wanted: Workspace) -> None:
    build(corpus, wanted)
    for name, other in (("pont.txt", "passerelle.txt"), ("jardins.md", "parcelles.md")):
        (corpus / "documents" / name).rename(corpus / "documents" / other)
    build(corpus, wanted)
    catalog = Catalog.open(wanted.data_dir)
    titles = {source.path: source.title for source in catalog.sources(Scope.PUBLIC)}
    catalog.close()
    assert titles == {"documents/passerelle.txt": "passerelle", "documents/parcelles.md": "Les Jardins"}


def test_a_new_file_may_take_the_name_of_one_that_moved(corpus: Path, wanted: Workspace) -> None:
    build(corpus, wanted)
    before = indexed_passages(wanted)
    (corpus / "documents/pont.txt").rename(corpus / "documents/passerelle.txt")
    build(corpus, wanted)
    write(corpus, {"documents/pont.txt": "Un autre pont."})
    assert report_paths(build(corpus, wanted))["added"] == ["documents/pont.txt"]
    after = indexed_passages(wanted)
    assert after["documents/passerelle.txt"] == before["documents/pont.txt"]
    assert [text for _, text in after["documents/pont.txt"]] == ["Un autre pont."]


def test_two_files_that_change_places_are_two_changes(corpus: Path, wanted: Workspace) -> None:
    build(corpus, wanted)
    write(corpus, {"documents/jardins.md": "Le pont.", "documents/pont.txt": "Les jardins."})
    assert report_paths(build(corpus, wanted))["changed"] == ["documents/jardins.md", "documents/pont.txt"]
    assert [text for _, text in indexed_passages(wanted)["documents/pont.txt"]] == ["Les jardins."]


def test_a_file_that_leaves_the_public_folder_is_no_longer_public(corpus: Path, wanted: Workspace) -> None:
    build(corpus, wanted)
    (corpus / "documents/pont.txt").rename(corpus / "transcripts/pont.txt")
    report = build(corpus, wanted)
    assert report_paths(report)["added"] == ["transcripts/pont.txt"]
    assert report_paths(report)["removed"] == ["documents/pont.txt"]
    catalog = Catalog.open(wanted.data_dir)
    assert catalog.match(["pont"], Scope.PUBLIC, 5) == []
    catalog.close()


def test_two_identical_files_are_two_sources_and_go_at_once(corpus: Path, wanted: Workspace) -> None:
    write(corpus, {"documents/double.txt": FILES["documents/pont.txt"]})
    build(corpus, wanted)
    twins = ["documents/double.txt", "documents/pont.txt"]
    assert {text for name in twins for _, text in indexed_passages(wanted)[name]} == {"Le pont enjambe la rivière."}
    for name in twins:
        (corpus / name).unlink()
    report = build(corpus, wanted, confirmed=True)
    assert report_paths(report)["removed"] == twins
    assert sorted(indexed_passages(wanted)) == ["documents/jardins.md", "transcripts/entretien.txt"]


def test_one_of_two_identical_files_may_be_renamed(corpus: Path, wanted: Workspace) -> None:
    write(corpus, {"documents/double.txt": FILES["documents/pont.txt"]})
    build(corpus, wanted)
    (corpus / "documents/double.txt").rename(corpus / "documents/copie.txt")
    report = build(corpus, wanted)
    assert report.renamed == [{"path": "documents/copie.txt", "from": "documents/double.txt"}]
    assert "removed" not in report_paths(report)


def test_a_removed_file_is_gone_from_everywhere(corpus: Path, wanted: Workspace, embedder: FakeEmbedder) -> None:
    build(corpus, wanted)
    (corpus / "documents/pont.txt").unlink()
    report = build(corpus, wanted)
    assert report.removed == [{"path": "documents/pont.txt", "title": "pont"}]
    catalog = Catalog.open(wanted.data_dir)
    assert catalog.match(["pont"], Scope.TEAM, 5) == []
    vectors = VectorIndex(catalog)
    near = vectors.nearest(embedder.embed_question("pont rivière"), Scope.TEAM, 10)
    assert len(catalog.passages([key for key, _ in near], Scope.TEAM)) == len(near) == 3
    vectors.close()
    catalog.close()


def test_progress_is_in_french_and_reaches_its_end(corpus: Path, wanted: Workspace) -> None:
    steps: dict[str, list[Step]] = {}
    report = build(corpus, wanted, lambda step: steps.setdefault(step.name, []).append(step))
    assert list(steps) == [
        "Lecture des fichiers",
        "Préparation du modèle",
        "Indexation",
        "Enregistrement",
        "Copie des vecteurs",
    ]
    for each in steps.values():
        assert each[-1].done == each[-1].total
    first, last = steps["Indexation"][0], steps["Indexation"][-1]
    assert (first.done, first.passages, first.total) == (0, 0, len(FILES))
    assert last.passages == last.expected == report.passages


def test_progress_counts_files_kept_and_passages_embedded(
    corpus: Path, wanted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.batches._BATCH_TEXTS", 4)
    write(corpus, {f"documents/{name}.txt": "\n\n".join(f"Le geste {name} {n}." for n in range(30)) for name in "abc"})
    write(corpus, {"documents/vide.txt": ""})
    steps: list[Step] = []
    report = build(corpus, wanted, steps.append)
    indexing = [step for step in steps if step.name == "Indexation"]
    passages = [step.passages for step in indexing]
    assert passages == sorted(passages) and passages[-1] == report.passages == 94
    assert max(after - before for before, after in pairwise(passages)) <= 4
    assert all(step.done <= 1 for step in indexing if step.passages < 94), "a file is not done before it is kept"
    assert (indexing[-1].done, indexing[-1].total) == (7, 7), "one that failed is done with"
    assert all(step.expected >= step.passages for step in indexing)


def test_headings_are_embedded_with_their_passages(corpus: Path, wanted: Workspace, embedder: FakeEmbedder) -> None:
    build(corpus, wanted)
    assert embedder.passages[:2] == ["Les Jardins\nsemer", "Les Jardins\narroser"]


def test_a_failed_run_changes_nothing_and_the_next_resumes_from_its_staged_files(
    corpus: Path, wanted: Workspace, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_GROUP_CHARS", 10)
    embed, calls = embedder.embed_passages, 0

    def fail_at_the_third(texts: list[str]) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return embed(texts)

    monkeypatch.setattr(embedder, "embed_passages", fail_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        build(corpus, wanted)
    assert indexed_passages(wanted) == {}
    read_again = len(embedder.passages)
    report = build(corpus, wanted)  # goes on where it stopped
    assert report_paths(report) == {
        "added": ["documents/jardins.md", "documents/pont.txt", "transcripts/entretien.txt"]
    }
    assert embedder.passages[read_again:] != []
    assert not any("semer" in text for text in embedder.passages[read_again:])
