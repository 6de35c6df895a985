"""Changes are merged into a copy made beside, while the previous one answers."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.types import Scope
from tests.conftest import ROOT
from tests.index.builders import put, remove, source
from tests.index.store.copies import QUESTION, copies, phrases

pytestmark = pytest.mark.process

WRITE_ELSEWHERE = """
import sys; from pathlib import Path
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from tests.index.builders import put, remove, source
catalog = Catalog.open(Path(sys.argv[1]))
put(catalog, source("ailleurs"), ["Que font les bénévoles de la serre ?"])
VectorIndex(catalog).synchronise()
catalog.close()
"""
MERGE_ELSEWHERE = """
from index.store import copy_merging
from tests.index.builders import AT_ONCE
vars(copy_merging).update(AT_ONCE)
"""


def test_the_copy_is_marked_dirty_while_it_is_first_written(filled: Catalog) -> None:
    seen: list[str] = []
    VectorIndex(filled).synchronise(lambda done, total: seen.append(filled.meta("vectors_dirty")))
    assert set(seen) == {"1"}


@pytest.mark.usefixtures("no_queue")
def test_an_interrupted_merge_leaves_the_previous_copy(filled: Catalog, vectors: VectorIndex) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    put(filled, source("nouveau"), ["Que font les bénévoles de la serre ?"])
    with pytest.raises(KeyboardInterrupt):
        vectors.synchronise(interrupt)
    assert (filled.meta("vectors_dirty"), filled.meta("vectors_folder")) == ("0", "vectors-1")
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 1)[0][1] == pytest.approx(1.0, abs=1e-5)
    vectors.synchronise()
    assert copies(filled) == ["vectors-2"] and vectors.queued_count() == 0
    assert len(vectors.nearest(QUESTION, Scope.TEAM, 500)) == 71


def test_an_interrupted_first_copy_is_rebuilt_the_next_time(filled: Catalog) -> None:
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
def test_removed_passages_do_not_come_back(
    filled: Catalog, vectors: VectorIndex, request: pytest.FixtureRequest, merged: bool
) -> None:
    request.getfixturevalue("no_queue") if merged else None
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
def test_passages_made_team_only_leave_the_public_copy(
    filled: Catalog, vectors: VectorIndex, request: pytest.FixtureRequest, merged: bool
) -> None:
    request.getfixturevalue("no_queue") if merged else None
    put(filled, source(visibility="team"), phrases(1, 40), replaces="jardins")
    vectors.synchronise()
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 500) == []
    assert len(vectors.nearest(QUESTION, Scope.TEAM, 500)) == 70


@pytest.mark.usefixtures("no_queue")
def test_only_changes_are_added_to_the_existing_copy(filled: Catalog, vectors: VectorIndex) -> None:
    done: list[tuple[int, int]] = []
    put(filled, source("nouveau"), phrases(4, 3))
    vectors.synchronise(lambda some, total: done.append((some, total)))
    assert done[-1][0] == 3  # of 73: only what is new
    assert copies(filled) == ["vectors-2"]  # made beside, so that the other answers meanwhile
    assert vectors.count_differences() == (0, 0)


def test_passages_written_by_another_process_become_visible(filled: Catalog, vectors: VectorIndex) -> None:
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 1)[0][1] < 0.99
    subprocess.run([sys.executable, "-c", WRITE_ELSEWHERE, str(filled.folder)], cwd=ROOT, check=True, timeout=120)
    assert copies(filled) == ["vectors-1"]
    assert vectors.queued_count() == 1
    assert vectors.nearest(QUESTION, Scope.PUBLIC, 1)[0][1] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.usefixtures("no_queue")
def test_a_copy_merged_by_another_process_becomes_visible(filled: Catalog, vectors: VectorIndex) -> None:
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
    request.getfixturevalue("no_queue") if merged else None
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
