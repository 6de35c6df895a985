"""Questions typed in haste, over an invented corpus and the words of French."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understand import spelling
from index.language import french


class Words:
    """The vocabulary of a corpus that holds these words."""

    def __init__(self, *words: str) -> None:
        self._written = {french.stem(french.fold(word)): word for word in words}

    def has(self, stem: str) -> bool:
        return stem in self._written

    def stems(self) -> Sequence[str]:
        return tuple(self._written)

    def written(self, stem: str) -> str:
        return self._written[stem]


JARDIN = Words("grainothèque", "bénévoles", "compostage", "atelier", "Sourcelles", "commencé", "leadership", "CA")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kel son compostagge", "quel son compostage"),
        ("c ki les benevolle", "c'est qui les bénévoles"),
        ("ces quoi la grainoteque", "c'est quoi la grainothèque"),
        ("cété quand latelier", "c'était quand l'atelier"),
        ("sa a duré combien de temp", "ça a duré combien de temps"),
        ("on réagit coment", "on réagit comment"),
        ("y a til un lidership", "y a-t-il un leadership"),
        ("raport dificile", "rapport difficile"),
        ("le compostaje", "le compostage"),
        ("qui va a sourselle", "qui va a Sourcelles"),
    ],
)
def test_what_was_meant_is_found(typed: str, meant: str) -> None:
    assert spelling.correct(typed, JARDIN) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Quel est le rôle des bénévoles ?",
        "les tantes dans la forêt",
        "Qui est Firmin Delcambray ?",
        "La neurologie et la périodicité",
        "que dit Rydz de Lara Croft",
        "la dalle et la lame, les livres et les loups",
        "le CA décide",
        "le ca décide",
        "PAJEP et SCIC",
        "sa maison, son jardin",
        "57h d’entretiens en 2023",
        "",
    ],
)
def test_what_is_well_written_is_left_alone(text: str) -> None:
    assert spelling.correct(text, JARDIN) == text


def test_ca_without_its_cedilla_is_no_acronym() -> None:
    assert spelling.correct("est-ce que ca marche", JARDIN) == "est-ce que ça marche"


def test_a_name_is_not_taken_for_a_word_that_looks_like_it() -> None:
    assert spelling.correct("Qui est Bénévila ?", JARDIN) == "Qui est Bénévila ?"
    assert spelling.correct("qui est bénévila ?", JARDIN) == "qui est bénévoles ?"


@pytest.mark.parametrize(
    ("one", "other"),
    [("atelier", "atelié"), ("comment", "coment"), ("temps", "tant"), ("quel", "kel"), ("salarié", "salarier"),
     ("pharmacie", "farmacie"), ("grainothèque", "grainoteque"), ("cent", "sans"), ("eau", "aux")],
)  # fmt: skip
def test_what_sounds_the_same_is_heard_the_same(one: str, other: str) -> None:
    assert spelling.sound_of(french.fold(one)) == spelling.sound_of(french.fold(other))


@pytest.mark.parametrize(("one", "other"), [("poule", "poulie"), ("semer", "aimer"), ("commence", "comment")])
def test_what_sounds_otherwise_is_heard_otherwise(one: str, other: str) -> None:
    assert spelling.sound_of(one) != spelling.sound_of(other)


@given(st.text(alphabet="abcdefghijlmnopqrstuvxyz éèà'’-?", max_size=40))
def test_any_text_may_be_corrected(text: str) -> None:
    assert isinstance(spelling.correct(text, Words()), str)
