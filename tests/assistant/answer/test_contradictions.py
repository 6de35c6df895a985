"""Tests of contradictions between passages. The associations and people of these texts are invented."""

from __future__ import annotations

import pytest

from assistant.answer.contradictions import contradict, contradicting
from index.types import Unit
from tests.assistant.samples import passage, unit

NUMBER = iter(range(1000))


def spoken_unit(text: str) -> Unit:
    return unit(passage(text, order=next(NUMBER)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Les bénévoles sont payés.", "Les bénévoles ne sont pas payés."),
        ("On se réunit tous les mois, et le portail ferme le soir.", "Le portail ne ferme jamais le soir."),
        ("Je fais confiance au trésorier.", "Je ne fais plus confiance au trésorier."),
        ("Les salariés décident avec le bureau.", "Les salariés décident sans le bureau."),
        ("L’association compte 48 adhérents.", "L’association compte 60 adhérents."),
    ],
)
def test_a_contradiction_is_found_in_both_directions(first: str, second: str) -> None:
    assert contradict(spoken_unit(first), spoken_unit(second))
    assert contradict(spoken_unit(second), spoken_unit(first))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Les bénévoles sont payés.", "Les bénévoles sont payés le vendredi."),
        ("Les bénévoles sont payés.", "Les salariés ne sont pas payés."),
        ("Les bénévoles ne sont pas payés.", "Les bénévoles ne sont jamais payés."),
        ("Les bénévoles sont payés.", "Les bénévoles sont-ils payés, ou pas ?"),
        ("Les bénévoles sont payés.", "Si la mairie refuse, les bénévoles ne sont pas payés."),
        ("À Brumeval, l’association compte 48 adhérents.", "À Sourcelles, l’association compte 31 adhérents."),
        ("L’association compte 48 adhérents.", "L’association compte 12 poules."),
        ("Le portail ferme.", "Il ne pleut pas."),
    ],
)
def test_agreement_and_unrelated_clauses_are_not_contradictions(first: str, second: str) -> None:
    assert not contradict(spoken_unit(first), spoken_unit(second))


def test_the_first_quoted_unit_is_kept_and_its_contradiction_is_returned() -> None:
    paid, unpaid, hens = (
        spoken_unit("Les bénévoles sont payés."),
        spoken_unit("Les bénévoles ne sont pas payés."),
        spoken_unit("Les poules dorment."),
    )
    assert contradicting([paid, hens, unpaid], []) == (unpaid,)
    assert contradicting([unpaid, hens, paid], []) == (paid,)
    assert contradicting([paid, hens], [unpaid]) == (unpaid,)
    assert contradicting([paid, hens], []) == ()
    assert contradicting([], [unpaid]) == ()


def test_a_passage_does_not_contradict_itself() -> None:
    made = passage("Les bénévoles sont payés. Enfin, les bénévoles ne sont pas payés.")
    first, second = unit(made, "Les bénévoles sont payés."), unit(made, "les bénévoles ne sont pas payés.")
    assert contradict(first, second)
    assert contradicting([first, second], []) == ()
