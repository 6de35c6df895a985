"""Batches: how texts are cut into them, and that vectors come back to the passages they are of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.flow import Group, OneProcess, parts
from index.types import Passage
from tests.fakes import FakeEmbedder
from tests.index.making import passage


@given(st.lists(st.text(max_size=40), max_size=300))
def test_batches_hold_each_text_once_longest_first(texts: list[str]) -> None:
    found = parts(texts)
    assert sorted(number for part in found for number in part) == list(range(len(texts)))
    assert all(0 < len(part) <= 64 for part in found)
    lengths = [len(texts[number]) for part in found for number in part]
    assert len(texts) <= 64 or lengths == sorted(lengths, reverse=True)
    assert found == parts(list(texts)), "the same texts give the same batches"


@pytest.mark.parametrize("passages", [0, 1, 3, 200])
def test_vectors_come_back_to_their_passages(passages: int) -> None:
    cuts: list[list[tuple[Passage, list[str]]]] = [
        [(passage(f"p{n}"), [f"Le geste {n}" + " encore" * (n % 7), f"n{n}"][: 1 + n % 2]) for n in range(passages)],
        [],
        [(passage("la fin"), ["la fin"])],
    ]
    embedder = FakeEmbedder()
    group = Group(cuts)
    done = []
    for vectors in OneProcess(embedder).embed(group.batches(), lambda: None):
        assert not group.is_whole
        group.take(vectors)
        done.append(group.embedded)
    assert group.is_whole and done == sorted(done) and done[-1] == group.passages == passages + 1
    for cut, (made, vectors_of) in zip(cuts, group.made(), strict=True):
        assert made == [one for one, _ in cut]
        for (_, windows), found in zip(cut, vectors_of, strict=True):
            np.testing.assert_array_equal(found, embedder.embed_passages(windows))


def test_a_group_without_texts_is_whole_at_once() -> None:
    group = Group([[], []])
    assert group.is_whole and list(group.batches()) == [] and list(group.made()) == [([], []), ([], [])]


def test_one_process_asks_for_a_batch_when_the_last_is_done_with() -> None:
    asked = []

    def batches() -> Iterator[Sequence[str]]:
        for number in range(3):
            asked.append(number)
            yield [f"texte {number}"]

    for number, _ in enumerate(OneProcess(FakeEmbedder()).embed(batches(), lambda: None)):
        assert asked == list(range(number + 1))
