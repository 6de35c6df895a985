"""Tests of the split of a model's text into sentences, and of their check. The association of these texts is
invented."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.sentences import DraftSentence, check, sentences
from index.types import Unit
from tests.assistant.samples import passage, unit

TEXT = (
    "<think>Le passage [1] dit cela.</think>**Réponse :** Les bénévoles aident. [1] Ils sont 12 [2, 3].\n"
    "- Le jardin ouvre.[4] M. Dutour vient [5] !\n1. Elle finit<|im_end|>"
)
SENTENCES = [
    DraftSentence("Les bénévoles aident.", (1,), False),
    DraftSentence("Ils sont 12.", (2, 3), False),
    DraftSentence("Le jardin ouvre.", (4,), True),
    DraftSentence("M. Dutour vient !", (5,), False),
    DraftSentence("Elle finit", (), True),
]


@given(st.lists(st.integers(0, len(TEXT))))
def test_the_sentences_are_the_same_however_the_text_is_cut(cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[start:end] for start, end in pairwise(bounds)]
    assert list(sentences(pieces)) == SENTENCES


def test_a_copied_passage_header_is_removed() -> None:
    written = "[2] (Rapport inventé — Le jardin — En signant, chacun s’engage à :) fermer le portail"
    assert list(sentences([written])) == [DraftSentence("fermer le portail", (2,), False)]


def test_a_sentence_comes_as_soon_as_the_next_begins() -> None:
    heard: list[str] = []

    pieces = ["Les bénévoles ", "aident", ".", " [1", "]", " Ils", " sont 12 [2].", "\n", "Fin"]

    def listening() -> Iterator[str]:
        for piece in pieces:
            heard.append(piece)
            yield piece

    found = sentences(listening())
    assert next(found).numbers == (1,)
    assert heard[-1] == " Ils"
    assert next(found).words == "Ils sont 12."
    assert heard[-1] == "\n"


@pytest.mark.parametrize("text", ["", "   \n\n", "[1] [2]", "…", "<think>Je réfléchis [1]", "<|im_start|>\n<|im_end|>"])
def test_a_text_without_words_has_no_sentence(text: str) -> None:
    assert list(sentences([text])) == []


COUNT = unit(passage("L’association compte 48 adhérents.", order=1))
GATE = unit(passage("Le portail ferme à 19 heures en été.", order=2))
NUMBERED: dict[int, Unit] = {1: COUNT, 2: GATE}


def shown(words: str, *numbers: int, nearness: float = 1.0) -> tuple[Unit, ...]:
    return check(DraftSentence(words, numbers, False), NUMBERED, lambda first, second: nearness, 0.9)


def test_a_supported_sentence_returns_its_supporting_units() -> None:
    assert shown("L’association compte 48 adhérents.", 1) == (COUNT,)
    assert shown("L’association compte 48 adhérents, le portail ferme à 19 heures.", 1, 2) == (COUNT, GATE)


def test_a_citation_that_does_not_support_is_left_out() -> None:
    assert shown("L’association compte 48 adhérents.", 2, 1) == (COUNT,)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("L’association compte 48 adhérents.", ()),  # cites nothing
        ("L’association compte 48 adhérents.", (3,)),  # cites what it was not given
        ("L’association compte 48 adhérents.", (1, 9)),
        ("L’association compte 48 adhérents.", (2,)),  # cites another passage
        ("L’association compte 84 adhérents.", (1,)),
        ("L’association ne compte pas 48 adhérents.", (1,)),
        ("Le portail ferme à 48 heures.", (1, 2)),
    ],
)
def test_an_unsupported_sentence_is_not_shown(words: str, numbers: tuple[int, ...]) -> None:
    assert shown(words, *numbers) == ()


def test_a_sentence_far_in_meaning_from_its_units_is_not_shown() -> None:
    assert shown("Adhérents 48 association compte.", 1, nearness=0.89) == ()
