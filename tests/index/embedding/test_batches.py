"""Batches: how texts are grouped into them, and how vectors return to their passages."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedding.batches import _BATCH_TEXTS, _BATCHES_AHEAD, LocalBackend, PassageGroup, VectorCache, split_batches
from index.errors import ModelUnavailable
from index.types import Passage
from tests.doubles import FakeEmbedder
from tests.index.builders import passage


@given(st.lists(st.text(max_size=40), max_size=300), st.integers(0, 3))
def test_batches_hold_each_text_once_longest_first(texts: list[str], times: int) -> None:
    texts = texts * times
    found = split_batches(texts)
    assert sorted(number for part in found for number in part) == list(range(len(texts)))
    assert all(0 < len(part) <= _BATCH_TEXTS for part in found)
    lengths = [len(texts[number]) for part in found for number in part]
    assert len(texts) <= _BATCH_TEXTS or lengths == sorted(lengths, reverse=True)
    assert found == split_batches(list(texts)), "the same texts give the same batches"


@pytest.mark.parametrize("passages", [0, 1, 3, 200])
def test_vectors_are_returned_to_their_passages(passages: int) -> None:
    cuts: list[list[tuple[Passage, list[str]]]] = [
        [(passage(f"p{n}"), [f"Le geste {n}" + " encore" * (n % 7), f"n{n}"][: 1 + n % 2]) for n in range(passages)],
        [],
        [(passage("la fin"), ["la fin"])],
    ]
    embedder = FakeEmbedder()
    group = PassageGroup(cuts)
    done = []
    for vectors in LocalBackend(embedder).embed(group.batches(), lambda: None):
        assert not group.is_complete
        group.add_vectors(vectors)
        done.append(group.embedded)
    assert group.is_complete and done == sorted(done) and done[-1] == group.passages == passages + 1
    for cut, (made, vectors_of) in zip(cuts, group.vectors_by_source(), strict=True):
        assert made == [cut_passage for cut_passage, _ in cut]
        for (_, windows), found in zip(cut, vectors_of, strict=True):
            np.testing.assert_array_equal(found, embedder.embed_passages(windows))


def test_a_group_without_texts_is_complete_at_once() -> None:
    group = PassageGroup([[], []])
    assert group.is_complete and list(group.batches()) == [] and list(group.vectors_by_source()) == [([], []), ([], [])]


def test_the_local_backend_pulls_few_batches_ahead() -> None:
    asked = []

    def batches() -> Iterator[Sequence[str]]:
        for number in range(9):
            asked.append(number)
            yield [f"texte {number}"]

    embedder = FakeEmbedder()
    for number, vectors in enumerate(LocalBackend(embedder).embed(batches(), lambda: None)):
        assert len(asked) == min(9, number + 1 + _BATCHES_AHEAD)
        np.testing.assert_array_equal(vectors, embedder.embed_passages([f"texte {number}"]))


def test_an_error_of_the_model_is_raised_in_order() -> None:
    class Failing(FakeEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
            if texts[0] == "texte 2":
                raise ModelUnavailable("Le modèle manque.", "Installez-le.")
            return super().embed_passages(texts)

    came = []
    with pytest.raises(ModelUnavailable):
        for vectors in LocalBackend(Failing()).embed(iter([f"texte {n}"] for n in range(9)), lambda: None):
            came.append(vectors)
    assert len(came) == 2


def test_stopping_a_run_waits_for_no_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embedding.batches.POLL_S", 0.01)
    go_on, asked = threading.Event(), []

    class Slow(FakeEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
            asked.append(texts)
            assert go_on.wait(60)
            return super().embed_passages(texts)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        next(LocalBackend(Slow()).embed(iter([f"texte {n}"] for n in range(9)), stop))
    assert not go_on.is_set() and len(asked) <= _BATCHES_AHEAD
    go_on.set()


def test_a_text_is_computed_once_in_a_group_and_in_the_next() -> None:
    embedder, remembered = FakeEmbedder(), VectorCache()
    repeated = [(passage(f"p{n}"), [f"n{n}", "D’accord."]) for n in range(4)]
    first, second = PassageGroup([repeated[:2], repeated[2:3]], remembered), PassageGroup([repeated[1:]], remembered)
    assert sorted(text for batch in first.batches() for text in batch) == ["D’accord.", "n0", "n1", "n2"]
    for batch in first.batches():
        first.add_vectors(embedder.embed_passages(batch))

    third = PassageGroup([repeated[1:]], remembered)
    assert [list(batch) for batch in third.batches()] == [["n3"]]
    third.add_vectors(embedder.embed_passages(["n3"]))
    for batch in second.batches():  # cut before the first was computed: it has all of its own
        second.add_vectors(embedder.embed_passages(batch))
    for group in (second, third):
        [(_, vectors)] = group.vectors_by_source()
        for found, (_, windows) in zip(vectors, repeated[1:], strict=True):
            np.testing.assert_array_equal(found, embedder.embed_passages(windows))

    known = PassageGroup([repeated], remembered)
    assert known.is_complete and list(known.batches()) == [] and known.embedded == known.passages == 4


def test_the_least_recently_used_texts_are_evicted() -> None:
    remembered = VectorCache(2)
    remembered.add(["un", "deux"], np.eye(2, dtype=np.float32))
    assert list(remembered.get(["un", "trois"])) == ["un"]
    remembered.add(["trois"], np.ones((1, 2), dtype=np.float32))
    assert set(remembered.get(["un", "deux", "trois"])) == {"un", "trois"}
    np.testing.assert_array_equal(remembered.get(["un"])["un"], [1, 0])
