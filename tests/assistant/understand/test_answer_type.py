"""Tests of the expected type of an answer, and of its recognition in a text. The texts are invented."""

from __future__ import annotations

import pytest

from assistant.understand.answer_type import AnswerForm, AnswerType, expected_type
from index.language import french
from index.types import Site

SITES = (Site("Brumeval"), Site("Sourcelles"))

ASKED = [
    ("Combien de poules a le jardin ?", AnswerForm.NUMBER),
    ("nombre de bénévoles", AnswerForm.NUMBER),
    ("Nous étions combien à la fête ?", AnswerForm.NUMBER),
    ("Combien de temps dure la visite ?", AnswerForm.DURATION),
    ("la visite a duré combien", AnswerForm.DURATION),
    ("Quelle est la durée du bail ?", AnswerForm.DURATION),
    ("Combien coûte l’adhésion ?", AnswerForm.AMOUNT),
    ("la serre, ça coûte combien ?", AnswerForm.AMOUNT),
    ("Combien gagne une jardinière ?", AnswerForm.AMOUNT),
    ("Quel est le budget du jardin ?", AnswerForm.AMOUNT),
    ("Quelle est la part de femmes ?", AnswerForm.SHARE),
    ("taux de germination", AnswerForm.SHARE),
    ("Quelle est l’adresse mail du jardin ?", AnswerForm.MAIL),
    ("numéro de téléphone de la présidente", AnswerForm.PHONE),
    ("Quelle est l’adresse du jardin ?", AnswerForm.ADDRESS),
    ("Quels sont les horaires du jardin ?", AnswerForm.HOURS),
    ("À quelle heure ouvre la cabane ?", AnswerForm.HOURS),
    ("Quel est le site internet du jardin ?", AnswerForm.LINK),
    ("En quelle année est née l’association ?", AnswerForm.DATE),
    ("date de la fondation", AnswerForm.DATE),
    ("Quand arrose-t-on ?", AnswerForm.TIME),
    ("c'est quand la fête", AnswerForm.TIME),
    ("Qui est la présidente du jardin ?", AnswerForm.NAME),
]
FREE = [
    "Que font les bénévoles quand il pleut ?",
    "Quand même, est-ce utile ?",
    "À qui s’adresse le jardin ?",
    "Est-ce que l’équipe s’écrit par mail ?",
    "Les horaires décalés posent-ils problème ?",
    "Pourquoi la durée du bail inquiète-t-elle ?",
    "De la part de qui vient la demande ?",
    "Qui a fondé le jardin ?",
    "Les rapports avec la mairie",
    "Les gens sont-ils payés ?",
]


@pytest.mark.parametrize(("question", "form"), ASKED)
def test_the_form_is_read(question: str, form: AnswerForm) -> None:
    found = expected_type(" ".join(french.words(question)))
    assert found is not None
    assert found.form is form


@pytest.mark.parametrize("question", FREE)
def test_other_questions_expect_no_form(question: str) -> None:
    assert expected_type(" ".join(french.words(question))) is None


HELD = [
    (AnswerForm.NUMBER, "Elle compte 48 adhérents.", True),
    (AnswerForm.NUMBER, "Elle compte ses adhérents.", False),
    (AnswerForm.NUMBER, "L’association propose trois ateliers.", True),
    (AnswerForm.NUMBER, "Nous ne sommes plus que deux.", True),
    (AnswerForm.SHARE, "Un tiers des graines germe.", True),
    (AnswerForm.SHARE, "42 % des graines germent.", True),
    (AnswerForm.SHARE, "42 graines germent.", False),
    (AnswerForm.AMOUNT, "La serre a coûté 1 200 €.", True),
    (AnswerForm.AMOUNT, "La serre a coûté cher.", False),
    (AnswerForm.DURATION, "La visite prend une demi-journée.", True),
    (AnswerForm.DURATION, "La visite prend deux heures.", True),
    (AnswerForm.DURATION, "La visite est longue.", False),
    (AnswerForm.DATE, "Elle a été fondée en 2014.", True),
    (AnswerForm.DATE, "C’était en février 2020.", True),
    (AnswerForm.DATE, "Le 3/02/2021, tout gelait.", True),
    (AnswerForm.DATE, "C’était un soir, mais lequel ?", False),
    (AnswerForm.TIME, "Ils viennent le samedi matin.", True),
    (AnswerForm.TIME, "Ils viennent après la pluie.", True),
    (AnswerForm.TIME, "Ils viennent.", False),
    (AnswerForm.HOURS, "La cabane ouvre à 9 h.", True),
    (AnswerForm.HOURS, "La cabane ouvre tôt.", False),
    (AnswerForm.PLACE, "On se voit à brumeval.", True),
    (AnswerForm.PLACE, "Les outils restent dans la cabane.", True),
    (AnswerForm.PLACE, "On se voit souvent.", False),
    (AnswerForm.MAIL, "Écrivez à jardin@exemple.fr.", True),
    (AnswerForm.MAIL, "Écrivez au jardin.", False),
    (AnswerForm.PHONE, "Appelez le 01 02 03 04 05.", True),
    (AnswerForm.PHONE, "Appelez vers 12 h 30.", False),
    (AnswerForm.ADDRESS, "Le jardin est au 3, rue des Lavoirs.", True),
    (AnswerForm.ADDRESS, "Le jardin est au bord de l’eau.", False),
    (AnswerForm.LINK, "Voir www.exemple.org.", True),
    (AnswerForm.LINK, "Voir la page.", False),
    (AnswerForm.NAME, "Odalie Perrachou préside.", True),
    (AnswerForm.NAME, "Quelqu’un préside.", False),
]


@pytest.mark.parametrize(("form", "text", "expected"), HELD)
def test_the_form_is_recognised_in_a_text(form: AnswerForm, text: str, expected: bool) -> None:
    assert AnswerType(form).fits(text, SITES) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Combien de poules ?", "Le jardin a douze poules rousses.", True),
        ("Combien de poules ?", "Deux bénévoles nourrissent les poules.", False),
        ("Combien de personnes sont venues ?", "Trente habitants sont venus.", True),
        ("Combien de personnes sont venues ?", "Ils ont parlé trois heures.", False),
        ("on était combien", "Il y avait 17 bénévoles.", True),
        ("Qui est la trésorière ?", "La trésorière change chaque année.", True),
        ("Qui est la trésorière ?", "La caisse est tenue par une voisine.", False),
    ],
)
def test_a_number_counts_what_was_asked(question: str, text: str, expected: bool) -> None:
    found = expected_type(" ".join(french.words(question)))
    assert found is not None
    assert found.fits(text, SITES) is expected


def test_a_list_answers_a_question_of_number() -> None:
    outils, people = expected_type("combien d outils"), expected_type("ils sont combien au bureau")
    assert outils is not None and people is not None
    assert outils.is_answered_by_list("Voici les outils :", ["une bêche", "un seau"])
    assert not outils.is_answered_by_list("Voici les graines :", ["fèves", "pois"])
    assert people.is_answered_by_list("Le bureau", ["Odalie Perrachou", "Firmin Delcambray, trésorier"])
    assert not people.is_answered_by_list("Le bureau", ["une table", "deux chaises"])
    assert not outils.is_answered_by_list("Voici les outils :", [])


def test_only_a_place_is_not_decisive() -> None:
    assert [form for form in AnswerForm if not AnswerType(form).decisive] == [AnswerForm.PLACE]
