"""Tests of the score of golden questions."""

from __future__ import annotations

import pytest

from assistant.team import evaluation
from assistant.team.evaluation import Score, Share
from assistant.team.question_files import Golden
from tests.assistant.evaluation_samples import DUCKS, GEESE, GOATS, HENS, REFUSED, answer, four, scored


def whys(score: Score) -> list[str]:
    return [failure.why for failure in score.failures]


# — one question —


def test_any_one_of_the_answers_cited_first_is_right() -> None:
    for quote in (HENS, DUCKS):
        score = scored(Golden("a", "qui ?", (HENS, DUCKS)), answer(quote, GEESE))
        assert (score.first, score.first_three, score.wrongly_refused) == (Share(1, 1), Share(1, 1), Share(0, 1))
        assert (score.refusals, score.notices, score.failures) == (Share(0, 0), Share(0, 0), ())


@pytest.mark.parametrize(("place", "three"), [(1, 1), (2, 1), (3, 0)])
def test_the_right_passage_counts_within_the_first_three(place: int, three: int) -> None:
    quotes = [DUCKS, GEESE, GOATS]
    quotes.insert(place, HENS)
    score = scored(Golden("a", "qui ?", (HENS,)), answer(*quotes))
    assert (score.first, score.first_three) == (Share(0, 1), Share(three, 1))
    (failure,) = score.failures
    assert failure.why == (evaluation.NOT_FIRST if three else evaluation.ABSENT)
    assert (failure.id, failure.question, failure.expected, failure.cited) == ("a", "qui ?", (HENS,), tuple(quotes))


@pytest.mark.parametrize(
    ("excerpt", "quote", "found"),
    [
        ("l’eau dort", "À midi, l'eau\u00a0 dort.", True),
        ("« l'eau »", "il dit «\u00a0l’eau\u00a0»", True),
        ("poules dorment", "Les **poules** dorment.", True),
        ("poules", "Les poulets dorment.", False),
        ("le poulet", "Les poulets dorment.", False),
        ("Les poules dorment bien", "Les poules dorment", False),
        ("poules dorment", "Poules Dorment", False),
    ],
)
def test_an_excerpt_must_stand_letter_for_letter_in_the_quotation(excerpt: str, quote: str, found: bool) -> None:
    assert scored(Golden("a", "qui ?", (excerpt,)), answer(quote)).first == Share(int(found), 1)


def test_a_list_needs_all_its_answers_in_any_citation() -> None:
    golden = Golden("a", "qui ?", (HENS, GOATS), whole=True)
    score = scored(golden, answer(HENS, DUCKS, GEESE, GOATS))
    assert (score.first, score.first_three, score.failures) == (Share(1, 1), Share(1, 1), ())
    score = scored(golden, answer(HENS, DUCKS))
    assert (score.first, score.first_three, whys(score)) == (Share(1, 1), Share(0, 1), [evaluation.INCOMPLETE])
    assert score.failures[0].expected == (GOATS,), "what was missing"
    score = scored(golden, answer(DUCKS, HENS, GOATS))
    assert (score.first, score.first_three, whys(score)) == (Share(0, 1), Share(1, 1), [evaluation.NOT_FIRST])


def test_one_quotation_may_hold_a_whole_list() -> None:
    assert scored(Golden("a", "qui ?", (HENS, GOATS), whole=True), answer(f"{HENS} {GOATS}")).first_three.value == 1


def test_an_answerable_question_must_not_be_refused() -> None:
    score = scored(Golden("a", "qui ?", (HENS,)), REFUSED)
    assert (score.first, score.first_three, score.wrongly_refused) == (Share(0, 1), Share(0, 1), Share(1, 1))
    assert (whys(score), score.failures[0].cited) == ([evaluation.WRONGLY_REFUSED], ())


def test_a_question_without_an_answer_must_be_refused() -> None:
    golden = Golden("a", "qui ?", refused=True)
    score = scored(golden, REFUSED)
    assert (score.first, score.wrongly_refused, score.refusals, score.failures) == (
        Share(0, 0),
        Share(0, 0),
        Share(1, 1),
        (),
    )
    score = scored(golden, answer(HENS))
    assert (score.refusals, whys(score), score.failures[0].expected) == (Share(0, 1), [evaluation.ANSWERED], ())


def test_a_definition_without_citation_is_not_a_refusal() -> None:
    assert scored(Golden("a", "qui ?", refused=True), answer()).refusals == Share(0, 1)
    assert whys(scored(Golden("a", "qui ?", (HENS,)), answer())) == [evaluation.ABSENT]


def test_an_expected_notice_is_found_in_any_notice_in_any_case() -> None:
    golden = Golden("a", "qui ?", (HENS,), notice="à l’étang")
    score = scored(golden, answer(HENS, notices=["Autre chose.", "Rien ne parle de poules À\u00a0l'étang."]))
    assert (score.notices, score.failures) == (Share(1, 1), ())
    score = scored(golden, answer(HENS, notices=["Autre chose."]))
    assert (score.first, score.notices) == (Share(1, 1), Share(0, 1))
    assert (whys(score), score.failures[0].expected) == ([f"{evaluation.NO_NOTICE} (à l’étang)"], ())


def test_a_question_fails_once_with_every_reason() -> None:
    golden = Golden("a", "qui ?", (HENS,), notice="étang")
    assert whys(scored(golden, REFUSED)) == [f"{evaluation.WRONGLY_REFUSED}\u00a0; {evaluation.NO_NOTICE} (étang)"]


@pytest.mark.parametrize(
    ("whole", "corpus", "reported"),
    [(False, {HENS}, False), (False, set(), True), (True, {HENS}, True), (True, {HENS, DUCKS}, False)],
)
def test_an_excerpt_missing_from_the_corpus_is_reported(whole: bool, corpus: set[str], reported: bool) -> None:
    golden = Golden("a", "qui ?", (HENS, DUCKS), whole=whole)
    score = evaluation.score([golden], lambda question: answer(GOATS), corpus.__contains__)
    assert (evaluation.UNKNOWN in whys(score)[0]) is reported


# — a whole file —


def test_each_share_is_over_the_questions_it_is_about() -> None:
    score = four()
    assert (score.questions, score.seconds) == (4, 1.0)
    assert (score.first, score.first_three, score.wrongly_refused) == (Share(1, 3), Share(2, 3), Share(1, 3))
    assert (score.refusals, score.notices) == (Share(1, 1), Share(1, 1))
    assert [failure.id for failure in score.failures] == ["deuxième", "refusée"]


@pytest.mark.parametrize(
    ("first_three", "refusals", "short"),
    [(0.66, 1, False), (0.67, 1, True), (2 / 3, 1, False), (0, 0, False)],
)
def test_a_share_is_compared_with_its_minimum(first_three: float, refusals: float, short: bool) -> None:
    assert evaluation.is_short(four(), first_three, refusals) is short


def test_a_share_that_cannot_be_measured_is_below_any_minimum() -> None:
    score = scored(Golden("a", "qui ?", (HENS,)), answer(HENS))
    assert evaluation.is_short(score, 1, 0.1)
    assert not evaluation.is_short(score, 1, 0)
