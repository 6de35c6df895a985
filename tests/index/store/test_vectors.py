"""The fast copy says what the catalog says, and is made anew when it may not."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.errors import VectorsNotCopied
from index.store import merging
from index.store.catalog import Catalog
from index.store.chroma import Copy, CopyUnusable
from index.store.merging import Merging
from index.store.vectors import VectorIndex
from index.types import Scope
from tests.conftest import ROOT
from tests.fakes import FakeEmbedder
from tests.index.making import AT_ONCE, put, remove, source

QUESTION = FakeEmbedder().embed_question("Que font les bénévoles de la serre ?")
WORDS = "pont serre cave semis bénévole samedi marché graine toit hiver pluie arrosoir lavoir pot atelier".split()
WRITE_ELSEWHERE = """
import sys; from pathlib import Path
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from tests.index.making import put, remove, source
catalog = Catalog.open(Path(sys.argv[1]))
put(catalog, source("ailleurs"), ["Que font les bénévoles de la serre ?"])
VectorIndex(catalog).synchronise()
catalog.close()
"""


MERGE_ELSEWHERE = """
from index.store import merging
from tests.index.making import AT_ONCE
vars(merging).update(AT_ONCE)
"""


def phrases(seed: int, count: int) -> list[str]:
    pick = np.random.default_rng(seed)
    return [" ".join(pick.choice(WORDS, 4)) for _ in range(count)]


@pytest.fixture
def filled(catalog: Catalog) -> Catalog:
    put(catalog, source(), phrases(1, 40))
    put(catalog, source("entretien", "team"), phrases(2, 30))
    return catalog


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits: whatever a run brings is merged."""
    for name, value in AT_ONCE.items():
        monkeypatch.setattr(merging, name, value)


@pytest.fixture
def vectors(filled: Catalog) -> Iterator[VectorIndex]:
    made = VectorIndex(filled)
    made.synchronise()
    yield made
    made.close()


def exact(catalog: Catalog, scope: Scope, limit: int) -> list[float]:
    """The best cosines, computed from the catalog alone."""
    some = [catalog.vectors(one)[1] for one in scope.visibilities]
    best = [float(value) for vectors in some if len(vectors) for value in vectors @ QUESTION]
    return sorted(best, reverse=True)[:limit]


def copies(catalog: Catalog) -> list[str]:
    return sorted(path.name for path in catalog.folder.glob("vectors-*"))


def opened_copies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make any opening of a copy fail, and note it."""
    opened: list[str] = []

    def refuse(folder: Path) -> None:
        opened.append(folder.name)
        raise CopyUnusable

    monkeypatch.setattr("index.store.folders.open_folder", refuse)
    return opened


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("limit", [1, 10, 500])
def test_the_copy_gives_what_the_exact_scan_gives(
    filled: Catalog, vectors: VectorIndex, scope: Scope, limit: int
) -> None:
    found = vectors.nearest(QUESTION, scope, limit)
    assert [cosine for _, cosine in found] == pytest.approx(exact(filled, scope, limit), abs=1e-5)
    assert len({key for key, _ in found}) == len(found)
    for key, cosine in found:
        (vector,) = [filled.vectors(one, [key])[1] for one in scope.visibilities if filled.vectors(one, [key])[0]]
        assert cosine == pytest.approx(float(vector[0] @ QUESTION), abs=1e-5)


def test_without_a_copy_the_scan_answers(filled: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = opened_copies(monkeypatch)
    found = VectorIndex(filled).nearest(QUESTION, Scope.TEAM, 10)
    assert opened == []
    assert [cosine for _, cosine in found] == pytest.approx(exact(filled, Scope.TEAM, 10), abs=1e-6)


def test_the_public_copy_holds_no_vector_of_the_team(filled: Catalog, vectors: VectorIndex) -> None:
    keys = {key for key, _ in vectors.nearest(QUESTION, Scope.PUBLIC, 500)}
    assert keys == set(filled.vectors("public")[0])
    assert len(vectors.nearest(QUESTION, Scope.TEAM, 500)) == 70


def test_a_clean_copy_is_opened(filled: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = opened_copies(monkeypatch)
    vectors.nearest(QUESTION, Scope.PUBLIC, 1)
    assert opened == ["vectors-1"]


def test_a_copy_that_cannot_be_opened_is_not_needed_nor_tried_at_each_question(
    filled: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opened_copies(monkeypatch)
    for _ in range(3):
        found = vectors.nearest(QUESTION, Scope.TEAM, 10)
        assert [cosine for _, cosine in found] == pytest.approx(exact(filled, Scope.TEAM, 10), abs=1e-6)
    assert opened == ["vectors-1"]
    monkeypatch.undo()
    monkeypatch.setattr("index.store.vectors._RETRY_S", 0.0)
    vectors.nearest(QUESTION, Scope.TEAM, 10)
    assert vectors._copy is not None, "it is tried again later"


def test_a_damaged_copy_is_not_needed_and_serves_again_once_mended(
    filled: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.vectors._RETRY_S", 0.0)
    file = filled.folder / "vectors-1" / "chroma.sqlite3"
    whole = file.read_bytes()
    file.write_bytes(b"\x00" * len(whole))
    reader = VectorIndex(filled)
    assert len(reader.nearest(QUESTION, Scope.TEAM, 500)) == 70
    assert reader._copy is None
    file.write_bytes(whole)
    assert len(reader.nearest(QUESTION, Scope.TEAM, 500)) == 70
    assert reader._copy is not None
    reader.close()


def test_a_copy_that_cannot_be_written_says_so_and_leaves_the_catalog_answering(
    filled: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_copies(monkeypatch)
    made = VectorIndex(filled)
    with pytest.raises(VectorsNotCopied, match="assistant index") as refused:
        made.synchronise()
    assert "réponses sont exactes" in refused.value.reason
    assert copies(filled) == []
    monkeypatch.undo()
    made.synchronise()
    assert made.compare() == (0, 0)
    made.close()


@pytest.mark.parametrize("trouble", ["dirty", "missing"])
def test_a_copy_that_cannot_be_trusted_is_not_opened(
    filled: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    if trouble == "dirty":
        filled.set_meta(vectors_dirty="1")
    else:
        (filled.folder / "vectors-1").rename(filled.folder / "elsewhere")
    opened = opened_copies(monkeypatch)
    found = vectors.nearest(QUESTION, Scope.TEAM, 10)
    assert opened == []
    assert [cosine for _, cosine in found] == pytest.approx(exact(filled, Scope.TEAM, 10), abs=1e-6)


def test_a_copy_that_has_not_followed_yet_is_completed_by_a_scan(filled: Catalog, vectors: VectorIndex) -> None:
    put(filled, source("nouveau"), ["Que font les bénévoles de la serre ?"])
    remove(filled, "jardins")
    found = vectors.nearest(QUESTION, Scope.TEAM, 500)
    assert [cosine for _, cosine in found] == pytest.approx(exact(filled, Scope.TEAM, 500), abs=1e-5)


def test_a_copy_that_is_whole_is_not_written_again(
    filled: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opened_copies(monkeypatch)
    vectors.synchronise()
    assert opened == []
    assert copies(filled) == ["vectors-1"]


@pytest.mark.parametrize("lost", [1, 70])
def test_a_copy_that_was_written_and_lacks_something_is_not_trusted(
    filled: Catalog, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    fill = Merging._fill

    def lose(made: Merging, copy: Copy, lacking: Sequence[Any], gone: Sequence[Any], progress: Any) -> None:
        fill(made, copy, lacking[lost:], gone, progress)

    monkeypatch.setattr(Merging, "_fill", lose)
    made = VectorIndex(filled)
    with pytest.raises(VectorsNotCopied):
        made.synchronise()
    assert filled.meta("vectors_dirty") == "1" and copies(filled) == []
    assert len(made.nearest(QUESTION, Scope.TEAM, 500)) == 70


@pytest.mark.parametrize("trouble", ["dirty", "missing", "garbage"])
def test_a_copy_that_cannot_be_trusted_is_made_anew(filled: Catalog, vectors: VectorIndex, trouble: str) -> None:
    if trouble == "missing":
        (filled.folder / "vectors-1").rename(filled.folder / "elsewhere")
    else:
        filled.set_meta(vectors_dirty="1")
    if trouble == "garbage":
        vectors.close()
        (filled.folder / "vectors-1" / "chroma.sqlite3").write_bytes(b"rien")
    vectors.synchronise()
    assert copies(filled) == [filled.meta("vectors_folder")]
    assert filled.meta("vectors_dirty") == "0"
    found = vectors.nearest(QUESTION, Scope.TEAM, 500)
    assert [cosine for _, cosine in found] == pytest.approx(exact(filled, Scope.TEAM, 500), abs=1e-5)


def test_the_dirty_mark_stands_while_the_copy_is_written(filled: Catalog) -> None:
    seen: list[str] = []
    VectorIndex(filled).synchronise(lambda done, total: seen.append(filled.meta("vectors_dirty")))
    assert set(seen) == {"1"}


@pytest.mark.usefixtures("at_once")
def test_a_merge_that_is_interrupted_leaves_the_copy_that_was_there(filled: Catalog, vectors: VectorIndex) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    put(filled, source("nouveau"), ["Que font les bénévoles de la serre ?"])
    with pytest.raises(KeyboardInterrupt):
        vectors.synchronise(interrupt)
    assert (filled.meta("vectors_dirty"), filled.meta("vectors_folder")) == ("0", "vectors-1")
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 1)[0][1] == pytest.approx(1.0, abs=1e-5)
    vectors.synchronise()
    assert copies(filled) == ["vectors-2"] and vectors.waiting() == 0
    assert len(vectors.nearest(QUESTION, Scope.TEAM, 500)) == 71


def test_a_first_copy_that_is_interrupted_is_made_anew_the_next_time(filled: Catalog) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    made = VectorIndex(filled)
    with pytest.raises(KeyboardInterrupt):
        made.synchronise(interrupt)
    assert filled.meta("vectors_dirty") == "1"
    assert len(made.nearest(QUESTION, Scope.TEAM, 500)) == 70
    made.synchronise()
    assert copies(filled) == ["vectors-1"] and filled.meta("vectors_dirty") == "0"


@pytest.mark.parametrize("merged", [True, False])
def test_what_was_removed_does_not_come_back(
    filled: Catalog, vectors: VectorIndex, request: pytest.FixtureRequest, merged: bool
) -> None:
    request.getfixturevalue("at_once") if merged else None
    gone = set(filled.vectors("public")[0])
    vectors.nearest(QUESTION, Scope.TEAM, 1)  # opens the copy
    remove(filled, "jardins")
    assert not gone & {key for key, _ in vectors.nearest(QUESTION, Scope.TEAM, 500)}
    vectors.synchronise()
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 500) == []
    put(filled, source("jardins"), phrases(3, 5))
    vectors.synchronise()
    found = {key for key, _ in vectors.nearest(QUESTION, Scope.TEAM, 500)}
    assert not gone & found
    assert len(found) == 35


@pytest.mark.parametrize("merged", [True, False])
def test_what_became_the_teams_leaves_the_public_copy(
    filled: Catalog, vectors: VectorIndex, request: pytest.FixtureRequest, merged: bool
) -> None:
    request.getfixturevalue("at_once") if merged else None
    put(filled, source(visibility="team"), phrases(1, 40), replaces="jardins")
    vectors.synchronise()
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 500) == []
    assert len(vectors.nearest(QUESTION, Scope.TEAM, 500)) == 70


@pytest.mark.usefixtures("at_once")
def test_changes_are_added_to_the_copy_that_is_there(filled: Catalog, vectors: VectorIndex) -> None:
    done: list[tuple[int, int]] = []
    put(filled, source("nouveau"), phrases(4, 3))
    vectors.synchronise(lambda some, total: done.append((some, total)))
    assert done[-1][0] == 3  # of 73: only what is new
    assert copies(filled) == ["vectors-2"]  # made beside, so that the other answers meanwhile
    assert vectors.compare() == (0, 0)


def test_what_another_process_wrote_becomes_visible(filled: Catalog, vectors: VectorIndex) -> None:
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 1)[0][1] < 0.99
    subprocess.run([sys.executable, "-c", WRITE_ELSEWHERE, str(filled.folder)], cwd=ROOT, check=True, timeout=120)
    assert copies(filled) == ["vectors-1"]
    assert vectors.waiting() == 1
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 1)[0][1] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.usefixtures("at_once")
def test_what_another_process_merged_becomes_visible(filled: Catalog, vectors: VectorIndex) -> None:
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 1)[0][1] < 0.99
    subprocess.run(
        [sys.executable, "-c", MERGE_ELSEWHERE + WRITE_ELSEWHERE, str(filled.folder)], cwd=ROOT, check=True, timeout=120
    )
    assert copies(filled) == ["vectors-2"]
    assert filled.meta("vectors_generation") == filled.meta("generation")
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 1)[0][1] == pytest.approx(1.0, abs=1e-5)
    assert vectors._opened[0] == "vectors-2"


@pytest.mark.parametrize("merged", [True, False])
def test_threads_search_while_the_copy_changes(
    filled: Catalog, vectors: VectorIndex, request: pytest.FixtureRequest, merged: bool
) -> None:
    request.getfixturevalue("at_once") if merged else None
    reader = VectorIndex(filled)
    stop = threading.Event()
    failed: list[BaseException] = []
    answers: list[int] = []

    def search() -> None:
        try:
            while not stop.is_set():
                found = reader.nearest(QUESTION, Scope.TEAM, 10)
                answers.append(len(found))
        except BaseException as error:
            failed.append(error)
        finally:
            filled.close()

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(6):
        put(filled, source(f"n{number}"), phrases(number, 5))
        vectors.synchronise()
    stop.set()
    for thread in threads:
        thread.join()
    reader.close()
    assert failed == []
    assert answers
    assert set(answers) == {10}


def test_closing_after_a_question_that_failed_touches_the_copy_alone(
    filled: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise CopyUnusable

    blanked: list[Path] = []
    vectors.nearest(QUESTION, Scope.TEAM, 5)
    monkeypatch.setattr(Copy, "nearest", fail)
    assert len(vectors.nearest(QUESTION, Scope.TEAM, 500)) == 70
    monkeypatch.setattr("index.store.folders.leftovers.blank", blanked.append)
    vectors.close()
    assert blanked == [filled.folder / "vectors-1"]
