"""Fusion formulas, on values computed by hand."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from index.search.ranking import fuse, standardise_dense, standardise_lexical

FloatArray = npt.NDArray[np.float32]
NOTHING: FloatArray = np.empty(0, dtype=np.float32)


def test_dense_scores_are_standardised_by_the_sample() -> None:
    typical = np.array([0.8, 0.9, 0.8, 0.9], dtype=np.float32)  # mean .85, deviation .05
    assert standardise_dense({1: 0.95, 2: 0.85, 3: 0.8}, typical) == pytest.approx({1: 2.0, 2: 0.0, 3: -1.0}, abs=1e-4)


@pytest.mark.parametrize("typical", [NOTHING, np.array([0.1], dtype=np.float32)], ids=["none", "one"])
def test_without_a_sample_dense_scores_are_standardised_among_themselves(typical: FloatArray) -> None:
    assert standardise_dense({1: 0.9, 2: 0.7}, typical) == pytest.approx({1: 1.0, 2: -1.0}, abs=1e-4)


def test_dense_scores_that_are_all_alike_are_finite() -> None:
    assert standardise_dense({1: 0.5}, NOTHING) == {1: 0.0}
    assert standardise_dense({}, NOTHING) == {}
    found = standardise_dense({1: 0.6}, np.full(4, 0.5, dtype=np.float32))
    assert math.isfinite(found[1])
    assert found[1] > 0


def test_lexical_scores_count_the_passages_that_have_none() -> None:
    # scores 6, 2, 0, 0: mean 2, variance (16 + 0 + 4 + 4) / 4 = 6
    found = standardise_lexical([(1, 6.0), (2, 2.0)], 4)
    assert found == pytest.approx({1: 4 / math.sqrt(6), 2: 0.0})


def test_lexical_scores_of_nothing_are_nothing() -> None:
    assert standardise_lexical([], 10) == {}
    assert standardise_lexical([(1, 2.0)], 0) == {}


def test_a_passage_alone_in_its_corpus_has_a_finite_score() -> None:
    assert standardise_lexical([(1, 2.0)], 1) == {1: 0.0}


def test_fused_scores_are_weighted_sums() -> None:
    assert fuse({1: 2.0, 2: 1.0}, {1: 1.0, 2: 3.0}, 0.75) == pytest.approx({1: 1.75, 2: 1.5})


def test_a_passage_that_no_word_found_has_the_least_lexical_score() -> None:
    assert fuse({1: 1.0}, {2: -0.5, 3: 2.0}, 0.5) == pytest.approx({1: 0.25, 2: -0.25, 3: 1.0})


def test_a_passage_that_no_word_found_gains_nothing_from_high_scores_of_others() -> None:
    assert fuse({1: 1.0}, {2: 0.5}, 0.5)[1] == 0.5


def test_without_words_the_dense_order_is_kept() -> None:
    fused = fuse({1: 0.5, 2: 1.5}, {}, 0.7)
    assert sorted(fused, key=lambda key: -fused[key]) == [2, 1]
