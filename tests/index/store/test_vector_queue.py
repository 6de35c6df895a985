"""Queue of changes: they wait until there are enough to merge, and are found meanwhile all the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from index.errors import VectorsNotCopied
from index.store import copy_merging
from index.store.catalog import Catalog
from index.store.chroma import CopyUnusable
from index.store.runs import roll_back
from index.store.vector_scan import dot_products, nearest_passages
from index.store.vectors import VectorIndex
from index.types import Scope, Visibility
from tests.index.builders import put, remove, source
from tests.index.store.copies import QUESTION, copies, exact, opened_copies, phrases


@pytest.fixture
def vectors(catalog: Catalog) -> Iterator[VectorIndex]:
    """Yield the index of two sources, one of them the team's, after a first question."""
    put(catalog, source(), phrases(1, 40))
    put(catalog, source("entretien", "team"), phrases(2, 30))
    made = VectorIndex(catalog)
    made.synchronise()
    made.nearest(QUESTION, Scope.TEAM, 5)
    yield made
    made.close()


def read_keys(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the growing list of the keys whose vectors are read from now on."""
    seen: list[int] = []
    read = catalog.vectors

    def recording_read(visibility: Visibility, keys: Sequence[int] | None = None) -> Any:
        seen.extend(keys or ())
        return read(visibility, keys)

    monkeypatch.setattr(catalog, "vectors", recording_read)
    return seen


def is_exact(catalog: Catalog, vectors: VectorIndex) -> bool:
    """Return whether the answers equal those of an exact scan."""
    for scope in Scope:
        found = [cosine for _, cosine in vectors.nearest(QUESTION, scope, 500)]
        assert found == pytest.approx(exact(catalog, scope, 500), abs=1e-5)
    return True


def test_few_changes_wait_without_writing_or_reopening_the_copy(
    catalog: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opened_copies(monkeypatch)
    for number in range(3):
        put(catalog, source(f"n{number}", "team" if number % 2 else "public"), phrases(number, 5))
        vectors.synchronise()
        assert vectors.is_up_to_date() and is_exact(catalog, vectors)
    assert (opened, copies(catalog), vectors.queued_count()) == ([], ["vectors-1"], 15)


def test_only_new_vectors_are_read(catalog: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    put(catalog, source("a"), phrases(3, 5))
    vectors.nearest(QUESTION, Scope.TEAM, 5)
    seen = read_keys(catalog, monkeypatch)
    for number in range(3):
        put(catalog, source(f"n{number}"), phrases(number, 5))
        before = len(seen)
        for _ in range(2):
            vectors.nearest(QUESTION, Scope.TEAM, 5)
        assert len(seen) == before + 5
    assert len(set(seen)) == 15


def test_queued_passages_that_are_rolled_back_are_not_found(catalog: Catalog, vectors: VectorIndex) -> None:
    put(catalog, source("a"), ["Que font les bénévoles de la serre ?"])
    assert is_exact(catalog, vectors) and vectors.nearest(QUESTION, Scope.PUBLIC, 1)[0][1] == pytest.approx(1, abs=1e-5)
    assert roll_back(catalog)
    assert is_exact(catalog, vectors) and vectors.nearest(QUESTION, Scope.PUBLIC, 1)[0][1] < 0.99
    assert roll_back(catalog)
    assert is_exact(catalog, vectors)
    remove(catalog, "a")
    remove(catalog, "jardins")
    assert is_exact(catalog, vectors) and vectors.nearest(QUESTION, Scope.PUBLIC, 5) == []
    assert roll_back(catalog)  # what the copy holds and had to give up is to be found again
    assert is_exact(catalog, vectors)


def test_too_long_a_queue_is_merged(catalog: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_merging, "_MIN_QUEUED", 10)
    for number, waiting in enumerate((4, 8, 0, 4)):
        put(catalog, source(f"n{number}"), phrases(number, 4))
        vectors.synchronise()
        assert vectors.queued_count() == waiting and is_exact(catalog, vectors)
    assert copies(catalog) == ["vectors-2"]
    assert vectors.count_differences() == (0, 0)
    remove(catalog, "jardins")  # 40 vectors to give up are as many to look out for
    vectors.synchronise()
    assert vectors.queued_count() == 0 and is_exact(catalog, vectors) and vectors.count_differences() == (0, 0)


def test_the_queue_is_limited_by_the_cost_of_a_question(
    catalog: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_merging, "_MIN_QUEUED", 1)
    monkeypatch.setattr(copy_merging, "_QUEUED_SHARE", 0.5)
    put(catalog, source("a"), phrases(3, 30))  # of 100
    assert vectors.is_up_to_date()
    monkeypatch.setattr(copy_merging, "_MAX_QUEUED", 20)
    assert not vectors.is_up_to_date()


def test_a_snapshot_keeps_the_queue_of_its_state(catalog: Catalog, vectors: VectorIndex) -> None:
    put(catalog, source("a"), phrases(3, 5))
    with catalog.snapshot():
        before = vectors.nearest(QUESTION, Scope.TEAM, 500)

        def change() -> None:
            remove(catalog, "a")
            put(catalog, source("b"), ["Que font les bénévoles de la serre ?"])
            assert is_exact(catalog, vectors)
            catalog.close()

        other = threading.Thread(target=change)
        other.start()
        other.join()
        assert vectors.nearest(QUESTION, Scope.TEAM, 500) == before
    assert is_exact(catalog, vectors) and len(vectors.nearest(QUESTION, Scope.TEAM, 500)) == 71


def test_a_question_begun_before_a_merge_is_answered_in_its_own_state(
    catalog: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    with catalog.snapshot():
        before = vectors.nearest(QUESTION, Scope.TEAM, 500)

        def merge() -> None:
            monkeypatch.setattr(copy_merging, "_MIN_QUEUED", 0)
            remove(catalog, "jardins")
            vectors.synchronise()
            assert is_exact(catalog, vectors) and vectors._opened[0] != "vectors-1"
            catalog.close()

        other = threading.Thread(target=merge)
        other.start()
        other.join()
        during = vectors.nearest(QUESTION, Scope.TEAM, 500)
        assert dict(during) == pytest.approx(dict(before), abs=1e-5)
    assert vectors._opened[0] != "vectors-1", "what is open is not let go for a state that is no more"


def test_a_failed_merge_leaves_the_previous_copy(
    catalog: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_merging, "_MIN_QUEUED", 0)
    put(catalog, source("a"), phrases(3, 5))

    def full(*_: object) -> None:
        raise CopyUnusable from OSError(28, "")

    with monkeypatch.context() as patch:
        patch.setattr("index.store.folder_copies.shutil.copytree", full)
        patch.setattr("index.store.folder_copies.open_folder", full)
        with pytest.raises(VectorsNotCopied, match="disque est plein"):
            vectors.synchronise()
    assert (catalog.meta("vectors_dirty"), copies(catalog)) == ("0", ["vectors-1"])
    assert not vectors.is_up_to_date() and is_exact(catalog, vectors)
    vectors.synchronise()
    assert vectors.is_up_to_date() and vectors.count_differences() == (0, 0)


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_nearest_passages_are_ranked_by_their_best_window(limit: int) -> None:
    chance = np.random.default_rng(limit)
    keys = np.repeat(chance.permutation(40), chance.integers(1, 4, 40))
    vectors = chance.normal(size=(len(keys), 8)).astype(np.float32)
    vector = vectors[3] * 2
    best: dict[int, float] = {}
    for key, product in zip(keys.tolist(), (vectors @ vector).tolist(), strict=True):
        best[key] = max(product, best.get(key, -99.0))
    wanted = sorted(best.items(), key=lambda pair: -pair[1])[:limit]
    found = nearest_passages(keys, vectors, vector, limit)
    assert [key for key, _ in found] == [key for key, _ in wanted]
    assert [product for _, product in found] == pytest.approx([product for _, product in wanted], abs=1e-5)
    assert dot_products(vectors, vector) == pytest.approx(vectors @ vector, abs=1e-5)
    assert nearest_passages(keys[:0], vectors[:0], vector, limit) == []
