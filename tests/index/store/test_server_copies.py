"""Copy of the vectors on a Chroma server: the same answers as a local copy, and exact answers without it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.settings import ChromaServer
from index.store import copy_merging, erase
from index.store.backup import back_up, restore
from index.store.catalog import Catalog
from index.store.chroma import VectorCopy, open_server
from index.store.vectors import VectorIndex
from index.types import Passage, Scope, Source
from tests.chroma_server import ChromaProcess
from tests.conftest import ROOT
from tests.index.builders import put, remove, source
from tests.index.store.copies import QUESTION, copies, phrases
from tests.index.store.test_vector_queue import is_exact

pytestmark = pytest.mark.process

WRITE_ELSEWHERE = """
import sys; from pathlib import Path
from index.settings import ChromaServer
from index.store import copy_merging
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from tests.index.builders import AT_ONCE, put, remove, source
vars(copy_merging).update(AT_ONCE)
catalog = Catalog.open(Path(sys.argv[1]))
put(catalog, source("ailleurs"), ["Que font les bénévoles de la serre ?"])
remove(catalog, "entretien")
VectorIndex(catalog, ChromaServer(url=sys.argv[2])).synchronise()
catalog.close()
"""


@contextmanager
def copied(catalog: Catalog, server: ChromaServer) -> Iterator[VectorIndex]:
    made = VectorIndex(catalog, server)
    made.synchronise()
    yield made
    made.close()


@contextmanager
def looked_at(catalog: Catalog, server: ChromaServer) -> Iterator[VectorCopy]:
    """Open the copy that a catalog names, as the server holds it."""
    copy = open_server(server, catalog.meta("vectors_folder"), 30.0)
    yield copy
    copy.close()


def collections_of(catalog: Catalog, server: ChromaServer) -> list[str]:
    """Return the collections of an index on a server."""
    with looked_at(catalog, server) as copy:
        mine = catalog.meta("vectors_folder").rpartition("-")[0]
        return sorted([*copy.other_collections(mine), *(copy._collection_names.values() if copy.exists() else ())])


def test_a_server_copy_answers_as_a_folder_copy_does(filled: Catalog, server: ChromaProcess) -> None:
    in_folder = VectorIndex(filled)
    in_folder.synchronise()
    before = {scope: in_folder.nearest(QUESTION, scope, 10) for scope in Scope}
    in_folder.close()
    with copied(filled, server.settings) as vectors:
        assert copies(filled) == [], "the copy of before is not left behind"
        for scope in Scope:
            found = vectors.nearest(QUESTION, scope, 10)
            assert [key for key, _ in found] == [key for key, _ in before[scope]]
            assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in before[scope]], abs=1e-5)
        assert vectors._copy is not None and vectors.is_up_to_date() and vectors.count_differences() == (0, 0)
        assert is_exact(filled, vectors)


def test_without_the_setting_the_folder_answers_again(filled: Catalog, server: ChromaProcess) -> None:
    with copied(filled, server.settings):
        pass
    alone = VectorIndex(filled)
    assert not alone.is_up_to_date() and is_exact(filled, alone) and alone._copy is None
    alone.synchronise()
    assert copies(filled) == ["vectors-1"] and alone.is_up_to_date() and is_exact(filled, alone)
    alone.close()


def test_few_changes_wait_and_many_are_merged_into_the_collections_in_use(
    filled: Catalog, server: ChromaProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    with copied(filled, server.settings) as vectors:
        name = filled.meta("vectors_folder")
        put(filled, source("neuf"), phrases(3, 5))
        vectors.synchronise()
        assert (vectors.queued_count(), is_exact(filled, vectors)) == (5, True)
        monkeypatch.setattr(copy_merging, "_MIN_QUEUED", 0)
        remove(filled, "entretien")
        vectors.synchronise()
        assert (vectors.queued_count(), is_exact(filled, vectors), vectors.count_differences()) == (0, True, (0, 0))
        put(filled, source("autre"), phrases(4, 5))
        vectors.synchronise()
        assert (vectors.queued_count(), is_exact(filled, vectors), vectors.count_differences()) == (0, True, (0, 0))
        last = filled.meta("vectors_folder")
        assert collections_of(filled, server.settings) == [f"{last}-public", f"{last}-team"]
        assert last.rpartition("-")[0] == name.rpartition("-")[0]


def test_withdrawn_vectors_leave_the_server_at_the_next_synchronisation(filled: Catalog, server: ChromaProcess) -> None:
    with copied(filled, server.settings) as vectors:
        before = filled.meta("vectors_folder")

        def left(source: Source, passages: list[Passage]) -> tuple[str, list[Passage]]:
            return ("", []) if source.id == "entretien" else (source.title, list(passages))

        erase.apply(filled, erase.plan(filled, left), None)  # type: ignore[arg-type]
        erase.finish(filled)
        assert vectors.nearest(QUESTION, Scope.TEAM, 500) and is_exact(filled, vectors)
        vectors.synchronise()
        after = filled.meta("vectors_folder")
        assert before != after and collections_of(filled, server.settings) == [f"{after}-public", f"{after}-team"]
        assert vectors.count_differences() == (0, 0) and is_exact(filled, vectors)


def test_two_indexes_share_a_server_without_interference(
    filled: Catalog, server: ChromaProcess, tmp_path: Path
) -> None:
    other = Catalog.create(tmp_path / "other", {"corpus": "/autre", "model": "fake-64"})
    put(other, source("voisin"), phrases(7, 20))
    with copied(filled, server.settings) as vectors, copied(other, server.settings) as neighbours:
        filled.set_meta(vectors_dirty="1")
        vectors.synchronise()
        assert neighbours.count_differences() == (0, 0) and is_exact(other, neighbours)
        assert vectors.count_differences() == (0, 0) and is_exact(filled, vectors)
        assert len(collections_of(filled, server.settings)) == len(collections_of(other, server.settings)) == 2
    other.close()


def test_a_restored_folder_does_not_touch_the_copy_of_the_original(
    filled: Catalog, server: ChromaProcess, tmp_path: Path
) -> None:
    with copied(filled, server.settings) as vectors:
        back_up(filled.folder, tmp_path / "file", {})
        restore(tmp_path / "file", tmp_path / "restored")
        again = Catalog.open(tmp_path / "restored")
        with copied(again, server.settings) as restored:
            assert is_exact(again, restored) and again.meta("vectors_identity") != filled.meta("vectors_identity")
        assert vectors.count_differences() == (0, 0)
        again.close()


def test_the_server_receives_only_keys_and_vectors_and_public_ones_separately(
    filled: Catalog, server: ChromaProcess
) -> None:
    with copied(filled, server.settings), looked_at(filled, server.settings) as copy:
        copy.load_collections()
        assert copy.all_names("public") == {f"{key}-0" for key in filled.vectors("public")[0]}
        assert copy.all_names("team") == {f"{key}-0" for key in filled.vectors("team")[0]}
        for collection in copy._collections.values():
            held = collection.get(include=["documents", "metadatas", "uris"])
            assert not any(held["documents"]) and not any(held["metadatas"]) and not any(held["uris"])
            assert not collection.metadata
    received = [path.read_bytes() for path in server.folder.rglob("*") if path.is_file()]
    for word in ("bénévole", "arrosoir", "jardins", str(filled.folder)):
        assert not any(word.encode() in content for content in received), word


@pytest.mark.usefixtures("no_queue")
def test_readers_see_the_changes_of_another_process(filled: Catalog, server: ChromaProcess) -> None:
    with copied(filled, server.settings) as vectors, copied(filled, server.settings) as second:
        assert vectors.nearest(QUESTION, Scope.TEAM, 1)[0][1] < 0.99
        command = [sys.executable, "-c", WRITE_ELSEWHERE, str(filled.folder), server.settings.url]
        subprocess.run(command, cwd=ROOT, check=True, timeout=120)
        assert vectors.queued_count() == 0
        found = [reader.nearest(QUESTION, Scope.TEAM, 500) for reader in (vectors, second)]
        assert found[0] == found[1] and len(found[0]) == 41 and found[0][0][1] == pytest.approx(1.0, abs=1e-5)
        assert vectors._opened == second._opened and vectors._copy is not None


def test_every_vector_index_of_the_product_is_given_its_server_setting() -> None:
    calls: list[tuple[Path, Any]] = []
    for path in [*(ROOT / "index").rglob("*.py"), *(ROOT / "assistant").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "VectorIndex":
                calls.append((path, node))
    assert calls
    assert [path for path, call in calls if len(call.args) != 2] == []
