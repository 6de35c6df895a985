"""Runs: staged sources are invisible, a commit is atomic, and the last commit can be rolled back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index.language.french import terms
from index.store.catalog import Catalog
from index.store.runs import Run, StagedSource, roll_back
from index.types import Scope, Source
from tests.doubles import FakeEmbedder
from tests.index.builders import IDENTITY, entry, passage, put, remove, source


def stage(run: Run, of: Source, *texts: str) -> None:
    run.stage(of, [entry(passage(text, of, order), FakeEmbedder()) for order, text in enumerate(texts)])


def seen(catalog: Catalog) -> list[str]:
    """Return the texts of all live passages, read in every available way."""
    keys = [*catalog.vectors("public")[0], *catalog.vectors("team")[0]]
    found = sorted(passage.text for passage in catalog.passages(keys, Scope.TEAM).values())
    words = terms(" ".join(found))
    assert len(catalog.match(words, Scope.TEAM, 1000)) == len(found) == catalog.passage_count(Scope.TEAM)
    return found


def test_staged_sources_are_invisible(catalog: Catalog) -> None:
    put(catalog, source(), ["Les bénévoles"])
    before = catalog.generation
    stage(Run(catalog, IDENTITY), source("pont"), "Le pont")
    assert seen(catalog) == ["Les bénévoles"]
    assert catalog.frequencies(["pont"], Scope.TEAM) == {"pont": 0}
    assert catalog.generation == before


def test_a_commit_is_atomic(catalog: Catalog) -> None:
    put(catalog, source("a"), ["ancien a"])
    put(catalog, source("b"), ["ancien b"])
    run = Run(catalog, IDENTITY)
    stage(run, source("a", digest="2"), "nouveau a")
    stage(run, source("c"), "nouveau c")
    run.commit(["b"])
    assert seen(catalog) == ["nouveau a", "nouveau c"]


def test_a_reader_sees_one_state_while_commits_go_on(catalog: Catalog) -> None:
    put(catalog, source(), ["état 0"])
    torn: list[tuple[int, int]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            with catalog.snapshot():
                keys, _ = catalog.vectors("public")
                found = catalog.passages(keys, Scope.PUBLIC)
                if len(found) != catalog.passage_count(Scope.PUBLIC) or not catalog.match(["etat"], Scope.PUBLIC, 5):
                    torn.append((len(found), catalog.passage_count(Scope.PUBLIC)))
        catalog.close()

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(1, 40):
        put(catalog, source(digest=str(number)), [f"état {number}"] * 1 + [f"suite {n}" for n in range(number % 4)])
    stop.set()
    thread.join()
    assert torn == []


def test_the_next_run_resumes_from_the_staged_sources(catalog: Catalog) -> None:
    stage(Run(catalog, IDENTITY), source("pont"), "Le pont")
    again = Run(catalog, IDENTITY)
    assert again.staged() == {"pont": StagedSource("digest of pont", "Les Jardins du Pont", 1)}
    again.commit([])
    assert seen(catalog) == ["Le pont"]


def test_sources_staged_under_another_identity_are_dropped(catalog: Catalog) -> None:
    stage(Run(catalog, IDENTITY), source("pont"), "Le pont")
    assert Run(catalog, {**IDENTITY, "chunking": "other"}).staged() == {}


def test_staging_again_replaces(catalog: Catalog) -> None:
    run = Run(catalog, IDENTITY)
    stage(run, source("pont"), "Le pont")
    stage(run, source("pont", digest="2"), "Le pont neuf")
    run.commit([])
    assert seen(catalog) == ["Le pont neuf"]


def test_the_last_commit_can_be_rolled_back_and_restored(catalog: Catalog) -> None:
    put(catalog, source("a"), ["ancien a"])
    put(catalog, source("b"), ["ancien b"])
    run = Run(catalog, IDENTITY)
    stage(run, source("a", digest="2"), "nouveau a")
    stage(run, source("c"), "nouveau c")
    run.commit(["b"], corpus="/ailleurs")
    generations = [catalog.generation]
    for expected, corpus in ((["ancien a", "ancien b"], "/corpus"), (["nouveau a", "nouveau c"], "/ailleurs")) * 2:
        assert roll_back(catalog)
        assert seen(catalog) == expected
        assert catalog.meta("corpus") == corpus
        generations.append(catalog.generation)
    assert len(set(generations)) == len(generations)


def test_the_first_commit_cannot_be_rolled_back(catalog: Catalog) -> None:
    assert not roll_back(catalog)
    put(catalog, source(), ["Les bénévoles"])
    assert not roll_back(catalog)
    assert seen(catalog) == ["Les bénévoles"]


def test_a_change_of_model_is_rolled_back_too(catalog: Catalog) -> None:
    put(catalog, source(), ["Les bénévoles"])
    run = Run(catalog, {**IDENTITY, "model": "other"})
    stage(run, source(), "Les bénévoles")
    run.commit([])
    assert (catalog.meta("model"), catalog.meta("vectors_dirty")) == ("other", "1")
    assert roll_back(catalog)
    assert catalog.meta("model") == IDENTITY["model"]


def test_versions_replaced_two_commits_ago_are_deleted(catalog: Catalog, tmp_path: Path) -> None:
    for word in ("premier", "deuxième", "troisième"):
        put(catalog, source(digest=word), [word])
    with catalog.transaction() as connection:
        kept = [row[0] for row in connection.execute("SELECT text FROM passages ORDER BY key")]
    assert kept == ["deuxième", "troisième"]


def test_a_failure_in_the_commit_changes_nothing(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    put(catalog, source(), ["Les bénévoles"])
    run = Run(catalog, IDENTITY)
    stage(run, source("pont"), "Le pont")

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.store.runs._advance_generation", fail)
    with pytest.raises(OSError, match="No space"):
        run.commit(["jardins"])
    assert seen(catalog) == ["Les bénévoles"]
    assert list(Run(catalog, IDENTITY).staged()) == ["pont"]


def test_removing_the_last_source_leaves_an_empty_index(catalog: Catalog) -> None:
    put(catalog, source(), ["Les bénévoles"])
    remove(catalog, "jardins")
    assert seen(catalog) == []
