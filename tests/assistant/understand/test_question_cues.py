"""Tests of the cues of a role, a reason and an opinion. The associations of these texts are invented."""

from __future__ import annotations

import pytest

from assistant.understand.question import QuestionForm
from assistant.understand.question_cues import suits


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (QuestionForm.ROLE, "Les bénévoles accueillent les nouveaux venus."),
        (QuestionForm.ROLE, "Elle s’occupe des poules."),
        (QuestionForm.ROLE, "La permanence sert à prêter les outils."),
        (QuestionForm.REASON, "Le portail ferme parce que des outils ont disparu."),
        (QuestionForm.REASON, "Il a été fermé pour protéger les poules."),
        (QuestionForm.REASON, "Ce qui a poussé à ouvrir le jardin."),
        (QuestionForm.OPINION, "Moi, je trouve ça trop loin."),
        (QuestionForm.OPINION, "Selon elle, le jardin est bien tenu."),
    ],
)
def test_a_cue_is_recognised(asked: QuestionForm, text: str) -> None:
    assert suits(asked, text, is_speech=False)


@pytest.mark.parametrize(
    "asked", [QuestionForm.ROLE, QuestionForm.REASON, QuestionForm.OPINION, QuestionForm.OPEN, QuestionForm.WHO]
)
def test_a_text_without_a_cue_is_not_recognised(asked: QuestionForm) -> None:
    assert not suits(asked, "Le jardin a deux portails.", is_speech=False)


def test_a_speech_turn_suits_a_question_of_opinion() -> None:
    assert suits(QuestionForm.OPINION, "Trop loin.", is_speech=True)
    assert not suits(QuestionForm.REASON, "Trop loin.", is_speech=True)
