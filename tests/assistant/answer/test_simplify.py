"""Tests of the simpler form of an answer: no rewording, no change of meaning. The association is invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import write
from assistant.answer.select import Choice
from assistant.answer.simplify import abridge, readability, simplify
from assistant.answer.verify import badges
from assistant.types import Answer, Badge, Term
from assistant.understand.lexicon import Lexicon
from assistant.understand.question import understand
from index.language import french
from tests.assistant.samples import passage, unit

LONG = (
    "Les bénévoles tiennent la cabane, avec l’aide des voisins et des enfants du quartier, pendant la belle saison et "
    "les vacances, et ils reçoivent des graines."
)
PIECES = [
    "Les bénévoles tiennent la cabane",
    "avec l’aide des voisins et de toute la rue",
    "pendant la belle saison et les vacances",
    "sans jamais rien demander",
    "à moins de 12 euros",
    "et ils reçoivent des graines",
    "(comme tout le monde le sait dans le quartier)",
    "(est-ce bien le cas ?)",
    "dans la cabane du fond : la petite",
    "sur le toit",
]
TURNING = {"sans", "jamais", "rien", "moins", "12", "ne", "pas", "plus"}
LEXICON = Lexicon([Term("bénévole", "Personne qui aide sans être payée."), Term("cabane", "Petit abri.")])


def answer(*quotes: str) -> Answer:
    units = [unit(passage(quote, order=number)) for number, quote in enumerate(quotes)]
    cited = write.cite(units)
    asked = understand("Que reçoivent les bénévoles ?", (), Lexicon())
    text = "".join(write.blocks(asked, cited, Choice(tuple(units), len(units), False), ())).strip()
    terms = tuple(LEXICON.find(*quotes))
    return Answer(asked.text, asked.text, text, cited, terms, (), False, "extractive", 0.1)


def test_a_complement_inside_a_long_sentence_is_cut() -> None:
    short = abridge(LONG, frozenset({"grain"}))
    assert short == "Les bénévoles tiennent la cabane, […] et ils reçoivent des graines."
    assert badges(short, LONG) == (Badge.ABRIDGED,)


@pytest.mark.parametrize(
    "text",
    [
        "Une phrase courte, avec un complément.",
        LONG.replace("avec l’aide", "sans l’aide").replace("pendant la", "sauf pendant la"),
        LONG.replace("avec l’aide des voisins", "avec 12 voisins").replace("les vacances", "plus jamais"),
        "Un très long début qui se lit bien et qui ne finit pas, " * 3,
        "",
    ],
)
def test_a_modifier_of_meaning_is_never_cut(text: str) -> None:
    assert abridge(text, frozenset()) == text


def test_the_words_of_the_question_are_never_cut() -> None:
    assert "voisins" in abridge(LONG, frozenset(french.terms("voisins")))


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), min_size=3, max_size=9), st.sampled_from([", ", " ; ", " "]))
def test_no_claim_is_added_or_lost(pieces: list[str], between: str) -> None:
    quote = between.join(pieces) + "."
    short = abridge(quote, frozenset(french.terms("graines")))
    assert badges(short, quote)
    before, after = french.words(quote), french.words(short)
    for word in TURNING | {"graines", "cas"}:
        assert before.count(word) == after.count(word)
    assert set(after) <= set(before)


def test_an_answer_keeps_its_passages_and_explains_its_words_where_they_are() -> None:
    full = answer(LONG, "La cabane est ouverte.")
    simple = simplify(full, LEXICON)
    assert [citation.number for citation in simple.citations] == [1, 2]
    assert [citation.badges for citation in simple.citations] == [(Badge.ABRIDGED,), (Badge.VERBATIM,)]
    assert [citation.unit for citation in simple.citations] == [citation.unit for citation in full.citations]
    assert "[…] et ils reçoivent des graines.\u00a0» [1]\n  - *bénévole*\u00a0: Personne" in write.unescape(simple.text)
    assert simple.text.count("Petit abri.") == 1
    assert simple.terms == ()
    assert simple.notices[-1].startswith("Plus facile à lire")


def test_words_are_explained_under_the_item_that_holds_them() -> None:
    full = answer("La cabane est ouverte.")
    nested = replace(full, text=full.text.replace("- «", "- Avant\n  - «"))
    assert "\n  - «\u00a0La cabane est ouverte.\u00a0» [1]\n    - *cabane*" in simplify(nested, LEXICON).text


def test_an_answer_that_is_already_simple_is_unchanged() -> None:
    plain = answer("Le puits est fermé.")
    assert simplify(plain, LEXICON) == plain


def test_short_words_in_short_sentences_read_better() -> None:
    assert readability("Il pleut. On rit.") > readability("L’institutionnalisation organisationnelle se développe.")
    assert readability("") == readability("… 12 !") == 0.0
    # Four words in one sentence, and of five syllables by this count: le, chat, dort, i-ci.
    assert readability("Le chat dort ici.") == pytest.approx(207 - 1.015 * 4 - 73.6 * 5 / 4)


def test_the_words_of_an_answer_that_a_model_wrote_are_explained_under_it() -> None:
    lexicon = Lexicon([Term("grainothèque", "Armoire de graines à partager.")])
    cited = replace(
        answer("La grainothèque est ouverte."), text="La grainothèque est ouverte.\u00a0[1]", engine="model"
    )
    simple = simplify(replace(cited, terms=(lexicon.find("grainothèque")[0],)), lexicon)
    assert simple.text == (
        "La grainothèque est ouverte.\u00a0[1]\n\n- *grainothèque*\u00a0: Armoire de graines à partager."
    )
    assert simple.terms == ()
