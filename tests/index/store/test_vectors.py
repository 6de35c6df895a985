"""The fast copy gives the answers of the catalog, and is rebuilt when it may not be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.errors import VectorsNotCopied
from index.store.catalog import Catalog
from index.store.chroma import CopyUnusable, VectorCopy
from index.store.copy_merging import CopyMerger
from index.store.vectors import VectorIndex
from index.types import Scope
from tests.index.builders import put, remove, source
from tests.index.store.copies import QUESTION, copies, exact, opened_copies


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("limit", [1, 10, 500])
def test_the_copy_answers_as_the_exact_scan_does(
    filled: Catalog, vectors: VectorIndex, scope: Scope, limit: int
) -> None:
    found = vectors.nearest(QUESTION, scope, limit)
    assert [cosine for _, cosine in found] == pytest.approx(exact(filled, scope, limit), abs=1e-5)
    assert len({key for key, _ in found}) == len(found)
    for key, cosine in found:
        found_vectors = (filled.vectors(visibility, [key]) for visibility in scope.visibilities)
        (vector,) = [rows for keys, rows in found_vectors if keys]
        assert cosine == pytest.approx(float(vector[0] @ QUESTION), abs=1e-5)


def test_an_exact_scan_answers_without_a_copy(filled: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_an_unusable_copy_is_replaced_by_a_scan_and_not_retried_at_each_question(
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


def test_a_damaged_copy_is_replaced_by_a_scan_and_serves_again_once_repaired(
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


def test_a_failed_write_of_the_copy_is_reported_and_the_catalog_answers(
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
    assert made.count_differences() == (0, 0)
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


def test_an_outdated_copy_is_completed_by_a_scan_of_the_queue(filled: Catalog, vectors: VectorIndex) -> None:
    put(filled, source("nouveau"), ["Que font les bénévoles de la serre ?"])
    remove(filled, "jardins")
    found = vectors.nearest(QUESTION, Scope.TEAM, 500)
    assert [cosine for _, cosine in found] == pytest.approx(exact(filled, Scope.TEAM, 500), abs=1e-5)


def test_an_up_to_date_copy_is_not_written_again(
    filled: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opened_copies(monkeypatch)
    vectors.synchronise()
    assert opened == []
    assert copies(filled) == ["vectors-1"]


@pytest.mark.parametrize("lost", [1, 70])
def test_a_copy_that_lacks_vectors_after_its_write_is_not_trusted(
    filled: Catalog, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    fill = CopyMerger._fill

    def lose(made: CopyMerger, copy: VectorCopy, lacking: Sequence[Any], gone: Sequence[Any], progress: Any) -> None:
        fill(made, copy, lacking[lost:], gone, progress)

    monkeypatch.setattr(CopyMerger, "_fill", lose)
    made = VectorIndex(filled)
    with pytest.raises(VectorsNotCopied):
        made.synchronise()
    assert filled.meta("vectors_dirty") == "1" and copies(filled) == []
    assert len(made.nearest(QUESTION, Scope.TEAM, 500)) == 70


@pytest.mark.parametrize("trouble", ["dirty", "missing", "garbage"])
def test_a_copy_that_cannot_be_trusted_is_rebuilt(filled: Catalog, vectors: VectorIndex, trouble: str) -> None:
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


def test_closing_after_a_failed_question_touches_only_the_copy(
    filled: Catalog, vectors: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise CopyUnusable

    blanked: list[Path] = []
    vectors.nearest(QUESTION, Scope.TEAM, 5)
    monkeypatch.setattr(VectorCopy, "nearest", fail)
    assert len(vectors.nearest(QUESTION, Scope.TEAM, 500)) == 70
    monkeypatch.setattr("index.store.folder_copies.uninitialised_bytes.zero_uninitialised", blanked.append)
    vectors.close()
    assert blanked == [filled.folder / "vectors-1"]
