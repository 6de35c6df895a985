"""Copies that were damaged, or lost some of their vectors, are rebuilt however few changes wait."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from index.store import copy_health
from index.store.catalog import Catalog
from index.store.chroma import open_folder
from index.store.vectors import VectorIndex
from index.types import Scope
from tests.chroma_server import ChromaProcess
from tests.conftest import ROOT
from tests.index.builders import put, source
from tests.index.store.copies import QUESTION, copies, opened_copies, phrases
from tests.index.store.test_server_copies import copied, looked_at
from tests.index.store.test_vector_queue import is_exact

pytestmark = pytest.mark.process

RUN = """
import sys; from pathlib import Path
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
catalog = Catalog.open(Path(sys.argv[1]))
VectorIndex(catalog).synchronise()
catalog.close()
"""


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every check of a copy be due, as in a new process."""
    monkeypatch.setattr(copy_health, "_RECHECK_S", -1.0)


def names(catalog: Catalog) -> list[str]:
    """Return the names of some of the public vectors."""
    return [f"{key}-0" for key in catalog.vectors("public")[0][:3]]


@pytest.mark.parametrize("more", [True, False])
def test_a_copy_that_does_not_open_is_rebuilt_by_the_next_run(filled: Catalog, more: bool) -> None:
    VectorIndex(filled).synchronise()
    (filled.folder / "vectors-1" / "chroma.sqlite3").write_bytes(b"rien")
    if more:
        put(filled, source("neuf"), phrases(3, 5))
    subprocess.run([sys.executable, "-c", RUN, str(filled.folder)], cwd=ROOT, check=True, timeout=120)
    vectors = VectorIndex(filled)
    assert copies(filled) == ["vectors-2"] and vectors.count_differences() == (0, 0) and is_exact(filled, vectors)
    assert vectors._copy is not None
    vectors.close()


@pytest.mark.usefixtures("later")
def test_a_copy_that_lost_vectors_is_rebuilt_by_a_run_without_changes(filled: Catalog) -> None:
    VectorIndex(filled).synchronise()
    copy = open_folder(filled.folder / "vectors-1")
    copy.load_collections()
    copy.remove("public", names(filled))
    copy.close()
    vectors = VectorIndex(filled)
    assert len(vectors.nearest(QUESTION, Scope.TEAM, 500)) == 67
    vectors.close()
    vectors.synchronise()
    assert copies(filled) == ["vectors-2"] and vectors.count_differences() == (0, 0) and is_exact(filled, vectors)
    vectors.close()


@pytest.mark.usefixtures("later")
def test_a_server_that_lost_vectors_gets_them_again(filled: Catalog, server: ChromaProcess) -> None:
    with copied(filled, server.settings) as vectors:
        before = filled.meta("vectors_folder")
        with looked_at(filled, server.settings) as copy:
            copy.load_collections()
            copy.remove("public", names(filled))
        vectors.synchronise()
        assert filled.meta("vectors_folder") != before
        assert vectors.count_differences() == (0, 0) and is_exact(filled, vectors)


@pytest.mark.usefixtures("later")
def test_adding_an_interview_does_not_count_the_copy(filled: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    VectorIndex(filled).synchronise()
    counted: list[Path] = []
    monkeypatch.setattr("index.store.chroma.VectorCopy.load_collections", lambda copy: counted.append(filled.folder))
    put(filled, source("neuf"), phrases(3, 5))
    VectorIndex(filled).synchronise()
    assert counted == [] and copies(filled) == ["vectors-1"]


def test_a_process_that_checked_the_copy_does_not_open_it_again(
    filled: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    VectorIndex(filled).synchronise()
    opened = opened_copies(monkeypatch)
    for number in range(2):
        put(filled, source(f"n{number}"), phrases(number, 2))
        VectorIndex(filled).synchronise()
        VectorIndex(filled).synchronise()
    assert opened == []


@pytest.mark.usefixtures("later")
def test_a_copy_without_recorded_counts_is_kept(filled: Catalog) -> None:
    VectorIndex(filled).synchronise()
    with sqlite3.connect(filled.folder / "catalog.db") as database:
        database.execute("DELETE FROM meta WHERE key IN ('vectors_held', 'vectors_followed')")
    database.close()
    VectorIndex(filled).synchronise()
    VectorIndex(filled).synchronise()
    assert copies(filled) == ["vectors-1"]
