"""What goes against the rest is found by its words. The associations and people of these texts are invented."""

from __future__ import annotations

import pytest

from assistant.answer.contradictions import contradict, contradicting
from index.types import Unit
from tests.assistant.samples import passage, unit

NUMBER = iter(range(1000))


def said(text: str) -> Unit:
    return unit(passage(text, order=next(NUMBER)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Les bénévoles sont payés.", "Les bénévoles ne sont pas payés."),
        ("On se réunit tous les mois, et le portail ferme le soir.", "Le portail ne ferme jamais le soir."),
        ("Je fais confiance au trésorier.", "Je ne fais plus confiance au trésorier."),
        ("Les salariés décident avec le bureau.", "Les salariés décident sans le bureau."),
        ("L’association compte 48 adhérents.", "L’association compte 60 adhérents."),
    ],
)
def test_what_one_denies_of_the_other_is_seen_both_ways(one: str, other: str) -> None:
    assert contradict(said(one), said(other))
    assert contradict(said(other), said(one))


@pytest.mark.parametrize(
    ("one", "other"),
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
def test_what_goes_the_same_way_or_is_not_said_does_not(one: str, other: str) -> None:
    assert not contradict(said(one), said(other))


def test_the_first_quoted_stands_and_what_denies_it_goes_against_it() -> None:
    paid, unpaid, hens = (
        said("Les bénévoles sont payés."),
        said("Les bénévoles ne sont pas payés."),
        said("Les poules dorment."),
    )
    assert contradicting([paid, hens, unpaid], []) == (unpaid,)
    assert contradicting([unpaid, hens, paid], []) == (paid,)
    assert contradicting([paid, hens], [unpaid]) == (unpaid,)
    assert contradicting([paid, hens], []) == ()
    assert contradicting([], [unpaid]) == ()


def test_a_passage_does_not_go_against_itself() -> None:
    made = passage("Les bénévoles sont payés. Enfin, les bénévoles ne sont pas payés.")
    one, other = unit(made, "Les bénévoles sont payés."), unit(made, "les bénévoles ne sont pas payés.")
    assert contradict(one, other)
    assert contradicting([one, other], []) == ()
