"""What an answer must hold, and whether a text holds it. What is said is invented."""

from __future__ import annotations

import pytest

from assistant.understand.answer_type import Expected, Form, expected
from index.language import french
from index.types import Site

SITES = (Site("Brumeval"), Site("Sourcelles"))

ASKED = [
    ("Combien de poules a le jardin ?", Form.NUMBER),
    ("nombre de bénévoles", Form.NUMBER),
    ("Nous étions combien à la fête ?", Form.NUMBER),
    ("Combien de temps dure la visite ?", Form.DURATION),
    ("la visite a duré combien", Form.DURATION),
    ("Quelle est la durée du bail ?", Form.DURATION),
    ("Combien coûte l’adhésion ?", Form.AMOUNT),
    ("la serre, ça coûte combien ?", Form.AMOUNT),
    ("Combien gagne une jardinière ?", Form.AMOUNT),
    ("Quel est le budget du jardin ?", Form.AMOUNT),
    ("Quelle est la part de femmes ?", Form.SHARE),
    ("taux de germination", Form.SHARE),
    ("Quelle est l’adresse mail du jardin ?", Form.MAIL),
    ("numéro de téléphone de la présidente", Form.PHONE),
    ("Quelle est l’adresse du jardin ?", Form.ADDRESS),
    ("Quels sont les horaires du jardin ?", Form.HOURS),
    ("À quelle heure ouvre la cabane ?", Form.HOURS),
    ("Quel est le site internet du jardin ?", Form.LINK),
    ("En quelle année est née l’association ?", Form.DATE),
    ("date de la fondation", Form.DATE),
    ("Quand arrose-t-on ?", Form.TIME),
    ("c'est quand la fête", Form.TIME),
    ("Qui est la présidente du jardin ?", Form.NAME),
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
def test_the_form_is_read(question: str, form: Form) -> None:
    found = expected(" ".join(french.words(question)))
    assert found is not None
    assert found.form is form


@pytest.mark.parametrize("question", FREE)
def test_other_questions_expect_no_form(question: str) -> None:
    assert expected(" ".join(french.words(question))) is None


HELD = [
    (Form.NUMBER, "Elle compte 48 adhérents.", True),
    (Form.NUMBER, "Elle compte ses adhérents.", False),
    (Form.NUMBER, "L’association propose trois ateliers.", True),
    (Form.NUMBER, "Nous ne sommes plus que deux.", True),
    (Form.SHARE, "Un tiers des graines germe.", True),
    (Form.SHARE, "42 % des graines germent.", True),
    (Form.SHARE, "42 graines germent.", False),
    (Form.AMOUNT, "La serre a coûté 1 200 €.", True),
    (Form.AMOUNT, "La serre a coûté cher.", False),
    (Form.DURATION, "La visite prend une demi-journée.", True),
    (Form.DURATION, "La visite prend deux heures.", True),
    (Form.DURATION, "La visite est longue.", False),
    (Form.DATE, "Elle a été fondée en 2014.", True),
    (Form.DATE, "C’était en février 2020.", True),
    (Form.DATE, "Le 3/02/2021, tout gelait.", True),
    (Form.DATE, "C’était un soir, mais lequel ?", False),
    (Form.TIME, "Ils viennent le samedi matin.", True),
    (Form.TIME, "Ils viennent après la pluie.", True),
    (Form.TIME, "Ils viennent.", False),
    (Form.HOURS, "La cabane ouvre à 9 h.", True),
    (Form.HOURS, "La cabane ouvre tôt.", False),
    (Form.PLACE, "On se voit à brumeval.", True),
    (Form.PLACE, "Les outils restent dans la cabane.", True),
    (Form.PLACE, "On se voit souvent.", False),
    (Form.MAIL, "Écrivez à jardin@exemple.fr.", True),
    (Form.MAIL, "Écrivez au jardin.", False),
    (Form.PHONE, "Appelez le 01 02 03 04 05.", True),
    (Form.PHONE, "Appelez vers 12 h 30.", False),
    (Form.ADDRESS, "Le jardin est au 3, rue des Lavoirs.", True),
    (Form.ADDRESS, "Le jardin est au bord de l’eau.", False),
    (Form.LINK, "Voir www.exemple.org.", True),
    (Form.LINK, "Voir la page.", False),
    (Form.NAME, "Odalie Perrachou préside.", True),
    (Form.NAME, "Quelqu’un préside.", False),
]


@pytest.mark.parametrize(("form", "text", "held"), HELD)
def test_the_form_is_seen_in_a_text(form: Form, text: str, held: bool) -> None:
    assert Expected(form).fits(text, SITES) is held


@pytest.mark.parametrize(
    ("question", "text", "held"),
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
def test_a_number_counts_what_was_asked(question: str, text: str, held: bool) -> None:
    found = expected(" ".join(french.words(question)))
    assert found is not None
    assert found.fits(text, SITES) is held


def test_a_list_tells_how_many_there_are() -> None:
    outils, people = expected("combien d outils"), expected("ils sont combien au bureau")
    assert outils is not None and people is not None
    assert outils.is_told_by("Voici les outils :", ["une bêche", "un seau"])
    assert not outils.is_told_by("Voici les graines :", ["fèves", "pois"])
    assert people.is_told_by("Le bureau", ["Odalie Perrachou", "Firmin Delcambray, trésorier"])
    assert not people.is_told_by("Le bureau", ["une table", "deux chaises"])
    assert not outils.is_told_by("Voici les outils :", [])


def test_only_a_place_is_not_decisive() -> None:
    assert [form for form in Form if not Expected(form).decisive] == [Form.PLACE]
