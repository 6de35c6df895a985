"""A run killed at any moment leaves the index as before or as after, never a mixture; the next run finishes.

SIGKILL at each step that a run names and at random instants: a few in the lane `test`, REPEATS of each kind with the
slow lane. What the texts say is invented."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest

from index.indexing.build import build
from index.language.french import terms
from index.search.search import Query, Searcher
from index.settings import IndexSettings
from index.store import copy_merging
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.types import Scope
from tests.doubles import FakeEmbedder, fake_workspace
from tests.forked import ForkedProgram
from tests.index.builders import AT_ONCE
from tests.lanes import REPEATS, first_of

pytestmark = pytest.mark.process

STEPS = (
    "begin", "Lecture des fichiers", "Préparation du modèle", "Indexation", "Enregistrement 0", "Enregistrement 1",
    "Chroma", "Copie des vecteurs", "Chroma written", "end",
)  # fmt: skip
WORDS = "semer arroser biner tailler greffer pailler repiquer butter éclaircir récolter".split()
QUESTIONS = ("Qui sait greffer ?", "Où récolter la parcelle 7 ?", "nouvelle")

State = tuple[tuple[str, ...], ...]


def write_corpus(root: Path, version: int) -> None:
    """Forty files of thirty paragraphs; the second version changes some, adds some, moves one and takes one away."""
    (root / "documents").mkdir(parents=True)
    for number in range(40 if version == 1 else 45):
        new = version == 2 and (number % 4 == 0 or number >= 40)
        lines = [
            f"Parcelle {number}, geste {line} : {WORDS[(number + line) % 10]} puis {WORDS[(number * line) % 10]}"
            f"{' à la nouvelle saison' if new else ''}."
            for line in range(30)
        ]
        name = f"parcelle-{number}" if not (version == 2 and number == 7) else "parcelle-sept"
        if not (version == 2 and number == 9):
            (root / "documents" / f"{name}.md").write_text("\n\n".join(lines), encoding="utf-8")


def state(data: Path) -> State:
    """Return all that a reader can find: every live passage by the catalog and by words, and the hits of each
    question."""
    catalog = Catalog.open(data)
    vectors = VectorIndex(catalog)
    settings = IndexSettings(data_dir=data)
    searcher = Searcher(catalog, vectors, FakeEmbedder(), settings, [])
    try:
        keys, _ = catalog.vectors("public")
        live = catalog.passages(keys, Scope.TEAM)
        by_words = [key for key, _ in catalog.match(terms("parcelle"), Scope.TEAM, 10_000)]
        assert sorted(by_words) == sorted(keys), "full text and passages differ"
        paths = tuple(source.path for source in catalog.sources(Scope.TEAM))
        found = []
        for question in QUESTIONS:
            vector = FakeEmbedder().embed_question(question)
            cosines = [round(cosine, 4) for _, cosine in vectors.nearest(vector, Scope.TEAM, 20)]
            exact = sorted(
                (round(float(product), 4) for product in catalog.vectors("public")[1] @ vector), reverse=True
            )[:20]
            if catalog.meta("vectors_dirty") == "1":  # then the catalog itself answers, exactly
                assert cosines == pytest.approx(exact, abs=2e-4), "the scan is not exact"
            near = [expected for expected in exact if any(abs(expected - cosine) < 2e-4 for cosine in cosines)]
            assert len(near) >= 16, "the nearest are not those of the catalog"  # of 20: Chroma's graph is approximate
            hits = searcher.search(Query(question), Scope.TEAM, 5)
            found.append(tuple(f"{hit.score:.3f} {hit.passage.text}" for hit in hits))
        return (tuple(sorted(passage.text for passage in live.values())), paths, *found)
    finally:
        vectors.close()
        catalog.close()


def finish(corpus: Path, data: Path) -> None:
    build(corpus, fake_workspace(IndexSettings(data_dir=data)), confirmed=True)


def merge_at_once(patch: pytest.MonkeyPatch) -> None:
    """Make a run merge its vectors, however few."""
    for name, value in AT_ONCE.items():
        patch.setattr(copy_merging, name, value)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, State, State]:
    """A folder with the corpus at its second version and the index of its first, and the states of both indexes."""
    folder = tmp_path_factory.mktemp("killed")
    patch = pytest.MonkeyPatch()
    merge_at_once(patch)
    write_corpus(folder / "first", 1)
    write_corpus(folder / "second", 2)
    shutil.copytree(folder / "first", folder / "corpus")
    finish(folder / "corpus", folder / "before")
    before = state(folder / "before")
    shutil.rmtree(folder / "corpus")
    shutil.copytree(folder / "second", folder / "corpus")
    shutil.copytree(folder / "before", folder / "after")
    finish(folder / "corpus", folder / "after")
    after = state(folder / "after")
    patch.undo()
    assert before != after
    return folder, before, after


def run_and_kill(folder: Path, data: Path, at: str, delay_s: float) -> list[str]:
    """Start a run, kill it `delay_s` after it prints a step; returns the steps it printed."""
    process = ForkedProgram("tests.index.indexing.killed_run", str(folder / "corpus"), str(data))
    steps = []
    for line in process.stdout:
        steps.append(line.strip())
        if steps[-1] == at:
            time.sleep(delay_s)
            break
    process.kill()
    out, err = process.communicate()
    assert err == ""
    return steps + out.split("\n")


def check(
    scene: tuple[Path, State, State], data: Path, at: str, delay_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, before, after = scene
    shutil.copytree(folder / "before", data)
    steps = run_and_kill(folder, data, at, delay_s)
    assert at in steps
    left = state(data)
    assert left in (before, after), f"a mixture, killed {delay_s:.3f} s after « {at} »"
    if "Enregistrement 1" in steps:
        assert left == after, "what was committed was lost"
    merge_at_once(monkeypatch)
    finish(folder / "corpus", data)
    assert state(data) == after
    catalog = Catalog.open(data)
    assert catalog.meta("vectors_dirty") == "0"
    assert catalog.meta("vectors_generation") == catalog.meta("generation")
    catalog.close()


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_step(
    scene: tuple[Path, State, State], tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(scene, tmp_path / "data", step, 0.0, monkeypatch)


@pytest.mark.parametrize("seed", first_of(range(REPEATS), 2))
def test_killed_at_a_random_instant(
    scene: tuple[Path, State, State], tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(scene, tmp_path / "data", "begin", random.Random(seed).uniform(0.0, 2.0), monkeypatch)


@pytest.mark.parametrize("seed", first_of(range(REPEATS), 2))
def test_killed_while_chroma_is_written(
    scene: tuple[Path, State, State], tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(scene, tmp_path / "data", "Chroma", random.Random(seed).uniform(0.0, 0.4), monkeypatch)


@pytest.mark.parametrize("delay_ms", first_of(range(2, 62, max(1, 60 // REPEATS)), 2))
def test_killed_while_it_commits(
    scene: tuple[Path, State, State], tmp_path: Path, delay_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(scene, tmp_path / "data", "Enregistrement 0", delay_ms / 1000, monkeypatch)
