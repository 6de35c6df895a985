"""Measures of the retrieval benchmark, against figures computed by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.benchmarks.retrieval import measures_of, read_gold, score


def test_measures_of_two_gold_ids() -> None:
    ndcg, recall, mrr = measures_of(["x", "a", "y"], {"a": 1.0, "b": 1.0})
    assert ndcg == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert (recall, mrr) == (0.5, 0.5)


def test_no_gold_found_measures_zero() -> None:
    assert measures_of(["x"], {"a": 1.0}) == (0.0, 0.0, 0.0)
    assert measures_of([], {"a": 1.0}) == (0.0, 0.0, 0.0)


def test_gold_and_results_count_by_the_part_before_the_mark(tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_text("query-id\tcorpus-id\tscore\nq\tf#1\t1\nq\tf#2\t1\nq\tg#1\t0\n", encoding="utf-8")
    gold = read_gold(path)
    assert gold == {"q": {"f": 1.0}}
    figures = score(lambda question: ["g#1", "g#2", "f#2", "f#1"], [("une question", gold["q"])])
    assert (figures["ndcg10"], figures["recall10"], figures["mrr10"]) == (round(1 / math.log2(3), 4), 1.0, 0.5)
