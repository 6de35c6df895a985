"""Tests of the estimate that the corpus answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.settings import AssistantSettings
from assistant.understand.answerability import Evidence, probability, weigh
from assistant.understand.coverage import Topic
from tests.assistant.samples import hit, passage

SHARES = st.floats(0, 1)
LIKENESSES = st.floats(-3, 5)
TOPIC = Topic.of("poules cabane", {"poul": 3.0, "caban": 1.0}, ())


EVIDENCE = st.tuples(LIKENESSES, SHARES, SHARES, st.floats(0, 9))


@given(EVIDENCE, EVIDENCE)
def test_more_evidence_is_never_less_likely(first: tuple[float, ...], second: tuple[float, ...]) -> None:
    low, high = tuple(map(min, first, second)), tuple(map(max, first, second))
    assert probability(Evidence(*low)) <= probability(Evidence(*high))


@given(st.floats(-50, 50), SHARES, SHARES, st.floats(-9, 50))
def test_the_result_is_a_probability(likeness: float, coverage: float, agreement: float, margin: float) -> None:
    assert 0.0 <= probability(Evidence(likeness, coverage, agreement, margin)) <= 1.0


def test_the_threshold_lies_between_no_evidence_and_all_of_it() -> None:
    none, all_of_it = Evidence(0.0, 0.0, 0.0, 0.0), Evidence(1.5, 1.0, 1.0, 3.0)
    assert probability(none) < AssistantSettings().threshold < probability(all_of_it)


def test_no_hit_is_no_evidence() -> None:
    assert weigh(TOPIC, []) == Evidence(0.0, 0.0, 0.0, 0.0)


def test_the_evidence_is_that_of_the_best_hits() -> None:
    hits = [
        hit(passage("Une cabane."), likeness=0.1),
        hit(passage("Rien de tel."), likeness=1.4),
        hit(passage("Ni de loin."), likeness=0.3),
        hit(passage("Des poules."), likeness=0.2),
    ]
    assert weigh(TOPIC, hits) == Evidence(1.4, 0.75, 0.25, 1.0)


def test_words_spread_over_several_hits_do_not_add_up() -> None:
    apart = weigh(TOPIC, [hit(passage("Des poules.")), hit(passage("Une cabane."))])
    together = weigh(TOPIC, [hit(passage("Des poules dans une cabane."))])
    assert apart.coverage < together.coverage == 1.0


def test_headings_count_in_the_coverage() -> None:
    assert weigh(TOPIC, [hit(passage("Elles dorment.", heading=("Les poules", "La cabane")))]).coverage == 1.0


def test_another_hit_never_reduces_the_evidence() -> None:
    on_subject = hit(passage("Des poules."), likeness=0.8)
    alone, beside = weigh(TOPIC, [on_subject]), weigh(TOPIC, [on_subject, hit(passage("Rien."), likeness=-2.0)])
    assert alone == beside


def test_the_first_hit_is_set_against_the_best_on_another_subject() -> None:
    first = hit(passage("Des poules.", heading=("La cour", "Les poules")), score=4.0)
    beside = hit(passage("D’autres poules.", heading=("La cour", "Les poules")), score=3.5)
    elsewhere = [
        hit(passage(text, heading=("La cour", "Le puits")), score=score) for text, score in (("A", 2.5), ("B", 1))
    ]
    assert weigh(TOPIC, [first, beside, *elsewhere]).margin == 1.5
    assert weigh(TOPIC, [first, beside]).margin == 4.0


def test_evidence_without_the_expected_form_is_less_likely_to_answer() -> None:
    hits = [hit(passage("Des poules dans une cabane."), likeness=1.2)]
    assert probability(weigh(TOPIC, hits, in_form=False)) < AssistantSettings().threshold
    assert probability(weigh(TOPIC, hits)) > AssistantSettings().threshold
