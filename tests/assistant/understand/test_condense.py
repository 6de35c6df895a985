"""Tests of the completion of follow-up questions. The association of these questions is invented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.understand.condense import condense
from assistant.understand.lexicon import Lexicon
from index.types import Site

SITES = (Site("Brumeval", ("le Jardin des Lavoirs", "JL")), Site("Sourcelles", ("Serre partagée",)))
ROLE = "Quel est le rôle des bénévoles à Brumeval ?"


def whole(question: str, *before: str) -> str:
    return condense(question, before, SITES, Lexicon()).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("et à Sourcelles ?", "Quel est le rôle des bénévoles à Sourcelles ?"),
        ("Et Sourcelles", "Quel est le rôle des bénévoles à Sourcelles ?"),
        ("et dans la Serre partagée ?", "Quel est le rôle des bénévoles dans la Serre partagée ?"),
        ("et les salariés ?", "Quel est le rôle des salariés à Brumeval ?"),
        ("pourquoi ?", "pourquoi (bénévoles à Brumeval) ?"),
        ("Combien sont-ils ?", "Combien sont-ils (bénévoles à Brumeval) ?"),
        ("Que font-ils des graines ?", "Que font-ils des graines (bénévoles à Brumeval) ?"),
        ("tu peux m'en dire plus ?", "tu peux m'en dire plus (bénévoles à Brumeval) ?"),
        ("qui à Sourcelles ?", "qui à Sourcelles (bénévoles) ?"),
    ],
)
def test_a_follow_up_is_completed_from_the_previous_question(question: str, expected: str) -> None:
    assert whole(question, ROLE) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Où sont les outils ?",
        "Combien y a-t-il de poules ?",
        "Les adhérents et leurs enfants, que font-ils ?",
        "Qui tient la cabane à Sourcelles ?",
        "merci",
        "ok merci beaucoup",
        "",
    ],
)
def test_a_complete_question_is_unchanged(question: str) -> None:
    assert whole(question, ROLE) == question


def test_a_follow_up_may_follow_another() -> None:
    assert whole("pourquoi ?", ROLE, "et à Sourcelles ?") == "pourquoi (bénévoles à Sourcelles) ?"
    assert whole("et l'eau ?", "D'où viennent les graines ?", "Merci") == "D'où viennent l'eau ?"


def test_a_comparison_goes_on_with_another_subject() -> None:
    before = "Quelles différences entre Brumeval et Sourcelles pour l’eau ?"
    assert whole("et pour les outils ?", before) == "Quelles différences entre Brumeval et Sourcelles pour les outils ?"


def test_a_site_joins_a_question_without_one() -> None:
    assert whole("et à Sourcelles ?", "Combien d’adhérents ?") == "Combien d’adhérents à Sourcelles ?"


def test_a_vague_question_without_a_topic_before_is_unchanged() -> None:
    assert whole("pourquoi ?") == whole("pourquoi ?", "et alors ?") == "pourquoi ?"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=8))
def test_any_conversation_is_read(question: str, before: list[str]) -> None:
    assert len(condense(question, before, SITES, Lexicon())) <= sum(map(len, before)) + 2 * len(question) + 40
