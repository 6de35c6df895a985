"""Tests of the explanation of a search to the visitor."""

from __future__ import annotations

import pytest

from assistant.types import Term
from assistant.understand.interpretation import expression, searched_for
from assistant.understand.lexicon import Lexicon
from index.language import french

LEXICON = Lexicon(
    [
        Term("rétribution", "…", ("rétribuer",), ("payé", "payés", "donner un coup de main payé")),
        Term("coopérative", "…", ("SCOP",), ("entreprise coopérative",)),
        Term("bénévole", "…", ("bénévolat",)),
        Term("conseil d’administration", "…", ("CA",)),
    ]
)


@pytest.mark.parametrize(
    ("question", "also"),
    [
        ("Sont-ils payés ?", " (payés → rétribution)"),
        ("Que font les bénévoles ?", ""),  # another form of the word itself
        ("Parle-t-on de coopération ?", ""),  # another word of one stem
        ("Qui siège au conseil d’administration ?", " (conseil d’administration → CA)"),
        ("Qui siège ?", ""),
    ],
)
def test_a_word_is_shown_with_its_meaning(question: str, also: str) -> None:
    assert searched_for(question, LEXICON.expand(question)) == question + also


def test_an_expression_of_close_words_keeps_its_small_words() -> None:
    stems = frozenset(french.terms("gouvernance démocratie"))
    assert expression("gouvernance et démocratie au jardin", stems) == "gouvernance et démocratie"
    assert expression("l’accueil et l’entretien", frozenset(french.terms("accueil"))) == "accueil"
    apart = "la gouvernance est ce qui, ici comme dans les autres jardins, tient lieu de démocratie"
    assert expression(apart, stems) == "gouvernance démocratie"
    assert expression("rien de tel", stems) == ""
