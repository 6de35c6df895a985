"""Tests of the form of a question, its topic and its sites."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.types import Term
from assistant.understand.lexicon import Lexicon
from assistant.understand.question import Question, QuestionForm, understand
from index.language.french import fold
from index.types import Site

BRUMEVAL = Site("Brumeval", ("le Jardin des Lavoirs", "Jardin des Lavoirs", "JL"))
SOURCELLES = Site("Sourcelles", ("Serre partagée",))
SITES = (BRUMEVAL, SOURCELLES)
LEXICON = Lexicon(
    [
        Term("serre partagée", "Abri vitré."),
        Term("adhérent", "Personne qui paie sa part.", ("adhérents",), ("participant",)),
    ]
)


def read(text: str) -> Question:
    return understand(text, SITES, LEXICON)


FORMS = [
    ("Qui a fondé l’association ?", QuestionForm.WHO),
    ("Avec qui travaillent les bénévoles ?", QuestionForm.WHO),
    ("Et qui tient la permanence ?", QuestionForm.WHO),
    ("Quelles personnes tiennent la permanence ?", QuestionForm.WHO),
    ("Quels sont les engagements ?", QuestionForm.LIST),
    ("Que cultivent les enfants ?", QuestionForm.LIST),
    ("Qu’est-ce qui a surpris les visiteurs ?", QuestionForm.LIST),
    ("Liste des outils", QuestionForm.LIST),
    ("Lesquels sont en prêt ?", QuestionForm.LIST),
    ("Combien de sachets y a-t-il ?", QuestionForm.NUMBER),
    ("Quel est le nombre de sachets ?", QuestionForm.NUMBER),
    ("Quelle quantité d’eau faut-il ?", QuestionForm.NUMBER),
    ("Quand arrose-t-on ?", QuestionForm.WHEN),
    ("À quelle date ouvre la cabane ?", QuestionForm.WHEN),
    ("En quelle année est né le projet ?", QuestionForm.WHEN),
    ("Où est la grainothèque ?", QuestionForm.WHERE),
    ("D’où vient l’eau ?", QuestionForm.WHERE),
    ("Dans quelle ville se trouve la cabane ?", QuestionForm.WHERE),
    ("À quel endroit sont les outils ?", QuestionForm.WHERE),
    ("C’est quoi une grainothèque ?", QuestionForm.DEFINITION),
    ("Qu’est-ce qu’un compost ?", QuestionForm.DEFINITION),
    ("Qu’est-ce que le compagnonnage ?", QuestionForm.DEFINITION),
    ("Que signifie PAJEP ?", QuestionForm.DEFINITION),
    ("Que veut dire paillage ?", QuestionForm.DEFINITION),
    ("Définition de paillage", QuestionForm.DEFINITION),
    ("Pourquoi le jardin ferme-t-il ?", QuestionForm.REASON),
    ("Pour quelle raison le jardin ferme-t-il ?", QuestionForm.REASON),
    ("Que pensent les adhérents du jardin ?", QuestionForm.OPINION),
    ("les gens ils en pensent quoi du jardin", QuestionForm.OPINION),
    ("Quel est le ressenti des adhérents ?", QuestionForm.OPINION),
    ("À quoi servent les bénévoles ?", QuestionForm.ROLE),
    ("Que font les bénévoles ?", QuestionForm.ROLE),
    ("Comment se règlent les désaccords ?", QuestionForm.OPEN),
    ("Quel est le rôle des bénévoles ?", QuestionForm.ROLE),
    ("rôle des bénévoles", QuestionForm.ROLE),
]


@pytest.mark.parametrize(("text", "asked"), FORMS)
def test_the_form_is_read(text: str, asked: QuestionForm) -> None:
    assert read(text).form is asked


@pytest.mark.parametrize(("text", "asked"), [form for form in FORMS if not form[0].startswith(("D’où", "À quel "))])
def test_the_form_is_read_as_typed_on_a_phone(text: str, asked: QuestionForm) -> None:
    typed = fold(text).rstrip(" ?").replace("’", " ")
    assert read(typed).form is asked


@pytest.mark.parametrize("text", ["les poules ou les canards", "La cabane ferme ou reste ouverte ?"])
def test_the_conjunction_ou_does_not_ask_where(text: str) -> None:
    assert read(text).form is QuestionForm.OPEN


def test_a_new_line_and_many_spaces_change_nothing() -> None:
    assert read("  Qui\n tient\u00a0la   permanence ? ") == read("Qui tient la permanence ?")


def test_a_decomposed_question_has_the_same_form() -> None:
    assert read(unicodedata.normalize("NFD", "Et où est la cabane ?")).form is QuestionForm.WHERE


def test_which_is_the_date_asks_when() -> None:
    assert read("Quelle est la date de la fondation ?").form is QuestionForm.WHEN


@pytest.mark.parametrize("text", ["Le puits est-il définitivement fermé ?", "Y a-t-il une baisse significative ?"])
def test_adverbs_and_adjectives_do_not_ask_for_a_definition(text: str) -> None:
    assert read(text).form is QuestionForm.OPEN


def test_a_question_about_actions_is_not_a_definition() -> None:
    assert read("Qu’est-ce que les bénévoles font le dimanche ?").form is not QuestionForm.DEFINITION


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Quel est le rôle des bénévoles à Brumeval ?", "bénévoles"),
        ("role des benevoles", "benevoles"),
        ("Qu’est-ce qui a surpris les visiteurs ?", "surpris visiteurs"),
        ("Qui fait partie du Conseil ?", "Conseil"),
        ("Que disent les entretiens de la fatigue ?", "entretiens fatigue"),
        ("Quand a eu lieu l’atelier de Compostage ?", "atelier Compostage"),
        ("Selon le rapport, pourquoi des poules ?", "poules"),
        ("Bonjour, je voudrais savoir où sont les outils svp", "outils"),
        ("À quoi sert la citerne ?", "citerne"),
    ],
)
def test_the_topic_keeps_words_as_typed_without_interrogative_words(text: str, topic: str) -> None:
    assert read(text).topic == topic


@pytest.mark.parametrize("name", ["Brumeval", "brumeval", "le Jardin des Lavoirs", "Jardin des lavoirs", "JL"])
def test_a_site_is_found_under_each_name_and_leaves_the_topic(name: str) -> None:
    question = read(f"Combien de poules, {name} ?")
    assert question.sites == (BRUMEVAL,)
    assert question.topic == "poules"


def test_a_short_alias_needs_its_capitals() -> None:
    assert read("combien de poules jl").sites == ()


def test_a_site_inside_a_longer_word_is_not_found() -> None:
    assert read("les Brumevalois").sites == ()


def test_a_site_named_by_a_term_of_the_lexicon_stays_in_the_topic() -> None:
    question = read("Qui a monté la Serre partagée ?")
    assert question.sites == (SOURCELLES,)
    assert question.topic == "monté Serre partagée"


def test_a_word_that_the_lexicon_expands_stays_in_the_topic() -> None:
    assert read("Combien de participants arrosent ?").topic == "participants arrosent"
    assert understand("Combien de participants arrosent ?", (), Lexicon()).topic == "arrosent"


@pytest.mark.parametrize("text", ["À quel endroit ?", "Pourquoi ?", "Quel est le rôle ?", "Qui ?", "?", "🌻"])
def test_a_question_of_weak_words_alone_still_has_a_topic_unless_it_has_no_word(text: str) -> None:
    assert bool(read(text).topic) == any(char.isalpha() for char in text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Les poules à Brumeval ?", "à Brumeval"),
        ("Les poules de brumeval", "de brumeval"),
        ("Et pour Brumeval, des poules ?", "pour Brumeval"),
        ("Des poules au Jardin des Lavoirs ?", "au Jardin des Lavoirs"),
        ("Des poules dans le Jardin des Lavoirs ?", "dans le Jardin des Lavoirs"),
        ("Le Jardin des Lavoirs a-t-il des poules ?", "au sujet du Jardin des Lavoirs"),
        ("Brumeval a-t-elle des poules ?", "au sujet de Brumeval"),
    ],
)
def test_a_site_is_named_as_in_the_question(text: str, named: str) -> None:
    assert read(text).named == (named,)


def test_each_site_has_its_own_way_of_being_named() -> None:
    question = read("Les poules de Sourcelles et celles qui sont à Brumeval ?")
    assert dict(zip(question.sites, question.named, strict=True)) == {
        BRUMEVAL: "à Brumeval",
        SOURCELLES: "de Sourcelles",
    }


def test_au_sujet_de_is_elided_before_a_vowel() -> None:
    assert understand("Ormeval a-t-elle des poules ?", [Site("Ormeval")], Lexicon()).named == ("au sujet d’Ormeval",)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_any_text_is_understood(text: str) -> None:
    question = read(text)
    assert question.text == " ".join(text.split())
    assert len(question.named) == len(question.sites)
