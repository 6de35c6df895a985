"""Whether the corpus answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.settings import AssistantSettings
from assistant.understand.coverage import Topic
from assistant.understand.judge import Evidence, probability, weigh
from tests.assistant.samples import hit, passage

SHARES = st.floats(0, 1)
MARGINS = st.floats(-3, 5)
TOPIC = Topic.of("poules cabane", {"poul": 3.0, "caban": 1.0}, ())


@given(SHARES, SHARES, MARGINS)
def test_more_coverage_is_never_less_likely(one: float, other: float, margin: float) -> None:
    low, high = sorted((one, other))
    assert probability(Evidence(low, margin)) <= probability(Evidence(high, margin))


@given(MARGINS, MARGINS, SHARES)
def test_more_margin_is_never_less_likely(one: float, other: float, coverage: float) -> None:
    low, high = sorted((one, other))
    assert probability(Evidence(coverage, low)) <= probability(Evidence(coverage, high))


@given(SHARES, st.floats(-50, 50))
def test_it_is_a_probability(coverage: float, margin: float) -> None:
    assert 0.0 <= probability(Evidence(coverage, margin)) <= 1.0


def test_the_threshold_lies_between_no_evidence_and_all_of_it() -> None:
    assert probability(Evidence(0.0, 0.0)) < AssistantSettings().threshold < probability(Evidence(1.0, 1.0))


def test_no_hit_is_no_evidence() -> None:
    assert weigh(TOPIC, []) == Evidence(0.0, 0.0)


def test_the_evidence_is_that_of_the_best_hits() -> None:
    hits = [
        hit(passage("Rien de tel."), margin=1.4),
        hit(passage("Des poules."), margin=0.2),
        hit(passage("Une cabane."), margin=0.1),
    ]
    assert weigh(TOPIC, hits) == Evidence(0.75, 1.4)


def test_words_spread_over_several_hits_do_not_add_up() -> None:
    apart = weigh(TOPIC, [hit(passage("Des poules.")), hit(passage("Une cabane."))])
    together = weigh(TOPIC, [hit(passage("Des poules dans une cabane."))])
    assert apart.coverage < together.coverage == 1.0


def test_headings_count() -> None:
    assert weigh(TOPIC, [hit(passage("Elles dorment.", heading=("Les poules", "La cabane")))]).coverage == 1.0


def test_another_hit_never_takes_evidence_away() -> None:
    one = hit(passage("Des poules."), margin=0.8)
    alone, beside = weigh(TOPIC, [one]), weigh(TOPIC, [one, hit(passage("Rien."), margin=-2.0)])
    assert alone == beside
