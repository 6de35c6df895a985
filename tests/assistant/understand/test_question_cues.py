"""The marks of a role, a reason and an opinion. The associations of these texts are invented."""

from __future__ import annotations

import pytest

from assistant.understand.question import Asked
from assistant.understand.question_cues import suits


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (Asked.ROLE, "Les bénévoles accueillent les nouveaux venus."),
        (Asked.ROLE, "Elle s’occupe des poules."),
        (Asked.ROLE, "La permanence sert à prêter les outils."),
        (Asked.REASON, "Le portail ferme parce que des outils ont disparu."),
        (Asked.REASON, "Il a été fermé pour protéger les poules."),
        (Asked.REASON, "Ce qui a poussé à ouvrir le jardin."),
        (Asked.OPINION, "Moi, je trouve ça trop loin."),
        (Asked.OPINION, "Selon elle, le jardin est bien tenu."),
    ],
)
def test_a_mark_is_seen(asked: Asked, text: str) -> None:
    assert suits(asked, text, is_speech=False)


@pytest.mark.parametrize("asked", [Asked.ROLE, Asked.REASON, Asked.OPINION, Asked.OPEN, Asked.WHO])
def test_a_text_without_a_mark_has_none(asked: Asked) -> None:
    assert not suits(asked, "Le jardin a deux portails.", is_speech=False)


def test_an_opinion_is_told_by_whoever_speaks() -> None:
    assert suits(Asked.OPINION, "Trop loin.", is_speech=True)
    assert not suits(Asked.REASON, "Trop loin.", is_speech=True)
