"""The table reports the figures, and whether they meet their targets."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.table import lines, table

QUESTION = {
    "answer_ms_p50": 21.5, "answer_ms_p95": 38.0, "answer_over_floor_p50": 1.9, "answer_over_floor_p95": 2.25,
    "floor_ms_p50": 11.3, "floor_ms_p95": 16.9,
}  # fmt: skip
MILLION = {
    "passages": 1000000, "ratio": 1.4, "to_small_s": 0.5, "to_large_s": 0.7, "answer_ms_p50": 80.0,
    "answer_ms_p95": 200.0, "memory_mb": 3200,
}  # fmt: skip


def kept(**parts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"commit": "abc1234", "date": "2026-11-26", "machine": "2 cœurs", "figures": figures}
        for name, figures in parts.items()
    }


def holds(**parts: dict[str, Any]) -> list[bool]:
    return [line.is_met for line in lines(kept(**parts))]


def test_a_target_is_met_within_its_limits_and_missed_beyond_any() -> None:
    assert holds(question=QUESTION) == [True]
    assert holds(question={**QUESTION, "answer_ms_p50": 40.1}) == [False]
    assert holds(question={**QUESTION, "answer_over_floor_p95": 4.1}) == [False]
    assert holds(million=MILLION) == [True, True]
    assert holds(million={**MILLION, "ratio": 2.1}) == [False, True]
    assert holds(million={**MILLION, "memory_mb": 4001}) == [True, False]


def test_quality_must_not_fall_below_its_baseline() -> None:
    before = {"piaf": 0.876, "cnil_faq": 0.776, "servicepublic": 0.916, "auroc": 0.943, "balanced_accuracy": 0.866}
    assert holds(quality=before) == [True] * 5
    assert holds(quality={**before, "piaf": 0.86}) == [False, True, True, True, True]


def test_the_table_writes_french_numbers_and_keeps_all_figures() -> None:
    text = table(kept(million=MILLION))
    assert (
        "| ajouter un entretien à 1\u202f000\u202f000 passages | ≤ 2 × à 1 000 passages | 1,4 × (0,7 et 0,5 s)" in text
    )
    assert "| oui | abc1234 |" in text and '"memory_mb": 3200' in text
    assert "2 cœurs, 2026-11-26" in text
