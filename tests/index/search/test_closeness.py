"""Closeness of the wording of a passage to a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.french import stem
from index.search.closeness import wording_closeness

ASKED = ["benevoles", "arrosent", "semis"]
RARITY = {stem(word): 1.0 for word in ASKED}


def close(text: str) -> tuple[float, float]:
    return wording_closeness(ASKED, RARITY, text)


def test_the_question_itself_is_closest() -> None:
    assert close("Les bénévoles arrosent les semis.") == (1.0, 1.0)


def test_another_form_of_a_word_is_not_the_same_form() -> None:
    forms, together = close("Une bénévole arrosent les semis.")
    assert 0.0 < forms < 1.0
    assert together == 1.0


def test_words_far_apart_are_not_together() -> None:
    assert close("Les semis lèvent enfin et demain matin les voisins arrosent.")[1] == 0.0


def test_the_order_counts() -> None:
    assert close("Semis, arrosent, bénévoles")[1] == 0.0


@pytest.mark.parametrize("asked", [[], ["les", "de"], ["arrosent"]])
def test_a_question_of_few_words(asked: list[str]) -> None:
    forms, together = wording_closeness(asked, RARITY, "Les bénévoles arrosent.")
    assert forms == (1.0 if asked == ["arrosent"] else 0.0)
    assert together == 0.0


@given(st.text(max_size=60))
def test_shares_lie_between_0_and_1(text: str) -> None:
    assert all(0.0 <= share <= 1.0 + 1e-9 for share in close(text))
