"""Tests of the correction of misspelt questions, over an invented corpus and the words of French."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understand import spelling
from index.language import french


class Words:
    """Vocabulary of a corpus that holds these words."""

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
def test_a_misspelt_word_is_corrected(typed: str, meant: str) -> None:
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
def test_a_correct_question_is_unchanged(text: str) -> None:
    assert spelling.correct(text, JARDIN) == text


def test_ca_without_its_cedilla_is_not_an_acronym() -> None:
    assert spelling.correct("est-ce que ca marche", JARDIN) == "est-ce que ça marche"


def test_a_name_is_not_replaced_by_a_similar_word() -> None:
    assert spelling.correct("Qui est Bénévila ?", JARDIN) == "Qui est Bénévila ?"
    assert spelling.correct("qui est bénévila ?", JARDIN) == "qui est bénévoles ?"


@pytest.mark.parametrize(
    ("first", "second"),
    [("atelier", "atelié"), ("comment", "coment"), ("temps", "tant"), ("quel", "kel"), ("salarié", "salarier"),
     ("pharmacie", "farmacie"), ("grainothèque", "grainoteque"), ("cent", "sans"), ("eau", "aux")],
)  # fmt: skip
def test_homophones_have_the_same_sound(first: str, second: str) -> None:
    assert spelling.sound_of(french.fold(first)) == spelling.sound_of(french.fold(second))


@pytest.mark.parametrize(("first", "second"), [("poule", "poulie"), ("semer", "aimer"), ("commence", "comment")])
def test_words_that_are_not_homophones_have_different_sounds(first: str, second: str) -> None:
    assert spelling.sound_of(first) != spelling.sound_of(second)


@given(st.text(alphabet="abcdefghijlmnopqrstuvxyz éèà'’-?", max_size=40))
def test_any_text_may_be_corrected(text: str) -> None:
    assert isinstance(spelling.correct(text, Words()), str)
