"""Tests of the selection of units to quote, and of their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant.answer import select
from assistant.answer.select import Choice
from assistant.understand.coverage import Topic
from assistant.understand.lexicon import Lexicon
from assistant.understand.question import understand
from index.types import Hit, Passage, Scope, Site
from tests.assistant.samples import Lists, hit, passage

SITES = (Site("Brumeval"), Site("Sourcelles"))
NONE = Lists()


def chosen(question: str, hits: Sequence[Hit], lists: Lists = NONE, limit: int = 5, list_limit: int = 20) -> Choice:
    asked = understand(question, SITES, Lexicon())
    topic = Topic.of(asked.topic, {}, ())
    ranked = select.candidates(asked, topic, hits, SITES)
    return select.choose(asked, topic, ranked, lists, Scope.PUBLIC, limit=limit, list_limit=list_limit)


def texts(choice: Choice) -> list[str]:
    return [unit.text for unit in choice.units]


def items(*found: str, context: tuple[str, ...] = ("Les outils", "Voici les outils :")) -> list[Passage]:
    return [
        passage(text, kind="item", heading=context[:1], context=context, order=order)
        for order, text in enumerate(found, 1)
    ]


def test_without_hits_no_unit_is_chosen() -> None:
    assert chosen("Combien de poules ?", []) == Choice((), 0, False)


def test_only_the_sentence_on_the_topic_is_quoted() -> None:
    found = passage("Il a plu. Les poules dorment dans la cabane. Le puits est fermé.")
    assert texts(chosen("poules de la cabane", [hit(found)])) == ["Les poules dorment dans la cabane."]


def test_every_unit_is_a_slice_of_its_passage() -> None:
    found = passage("Les poules dorment. Une poule veille ; « l’autre » rêve.")
    for unit in chosen("poules", [hit(found)]).units:
        assert unit.text == found.text[unit.start : unit.end]


@pytest.mark.parametrize(
    ("question", "fitting"),
    [
        ("Combien de poules ?", "Le jardin a 12 poules."),
        ("Quand viennent les poules ?", "Les poules viennent en mai 2020."),
        ("Quand viennent les poules ?", "Les poules viennent le 3/02/2021."),
        ("Où sont les poules ?", "Les poules sont à Sourcelles."),
    ],
)
def test_a_question_of_fact_is_answered_by_units_that_state_one(question: str, fitting: str) -> None:
    others = [hit(passage("Les poules sont les poules, et les poules rient.", order=1), score=3.0)]
    assert texts(chosen(question, [*others, hit(passage(fitting, order=2), score=2.5)])) == [fitting]


def test_without_the_expected_form_the_best_units_are_quoted() -> None:
    assert texts(chosen("Combien de poules ?", [hit(passage("Les poules rient."))])) == ["Les poules rient."]


def test_a_list_is_quoted_whole_and_in_order_from_two_of_its_items() -> None:
    whole = items("la bêche,", "le râteau,", "le seau,", "la corde.")
    choice = chosen("Quels sont les outils ?", [hit(whole[2]), hit(whole[0])], Lists(whole))
    assert texts(choice) == ["la bêche", "le râteau", "le seau", "la corde."]
    assert choice.whole_list
    assert choice.direct == 4


def test_one_item_alone_does_not_bring_its_list() -> None:
    whole = items("la bêche,", "le râteau,")
    assert texts(chosen("Quels sont les outils ?", [hit(whole[0])], Lists(whole))) == ["la bêche"]


def test_an_open_question_does_not_bring_a_whole_list() -> None:
    whole = items("la bêche,", "le râteau,", "le seau.")
    assert not chosen("Les outils servent-ils ?", [hit(whole[0]), hit(whole[1])], Lists(whole)).whole_list


def test_a_truncated_list_is_not_marked_as_whole() -> None:
    whole = items(*(f"objet {number}," for number in range(8)))
    choice = chosen("Quels sont les outils ?", [hit(item) for item in whole[:2]], Lists(whole), list_limit=3)
    assert len(choice.units) == len(whole) or not choice.whole_list


def test_items_introduced_by_a_colon_follow_in_order() -> None:
    intro = passage("Le jardin propose des ateliers :", heading=("Les ateliers",))
    below = items("le tri", "la taille", context=("Les ateliers", intro.text))
    choice = chosen("Quels ateliers ?", [hit(intro, 3.0)], Lists(below={intro.text: below}))
    assert texts(choice) == [intro.text, "le tri", "la taille"]
    assert choice.direct == 1


def test_units_of_one_list_keep_the_order_of_the_document() -> None:
    context = ("Les ateliers", "Le jardin propose des ateliers :")
    first, *_, last = items("le tri des graines d’atelier,", "le seau,", "les graines d’atelier.", context=context)
    below = replace(first, id="below", text="l’atelier des graines", context=(*context, first.text), order=2)
    choice = chosen("atelier graines", [hit(last, 3.0), hit(first, 2.9), hit(below, 2.8)])
    assert [unit.passage.order for unit in choice.units] == [1, 2, 3]


def test_units_that_speak_of_the_site_come_first() -> None:
    general = hit(passage("Les poules sont gaies.", order=1, heading=("Les poules",)), score=2.6)
    there = hit(passage("À Brumeval, les poules sont rousses.", order=2, heading=("Le jardin",)), score=2.0)
    assert texts(chosen("Comment sont les poules à Brumeval ?", [general, there]))[0].startswith("À Brumeval")


def test_a_fact_asked_of_a_site_is_quoted_for_that_site_alone() -> None:
    here = hit(passage("À Sourcelles, on compte 31 poules.", order=1), score=2.6)
    there = hit(passage("À Brumeval, on compte 48 poules.", order=2), score=2.0)
    assert texts(chosen("Combien de poules à Brumeval ?", [here, there])) == ["À Brumeval, on compte 48 poules."]


def test_units_under_one_heading_stand_together() -> None:
    hits = [
        hit(passage("Les poules dorment.", heading=("A",), order=1), 3.0),
        hit(passage("Les poules mangent.", heading=("B",), order=2), 2.9),
        hit(passage("Les poules chantent.", heading=("A",), order=3), 2.8),
    ]
    headings = [unit.passage.place.heading for unit in chosen("Comment vont les poules ?", hits).units]
    assert headings == [("A",), ("A",), ("B",)]


def test_a_bare_heading_comes_after_a_sentence_but_one_with_a_date_does_not() -> None:
    asked = understand("les poules", SITES, Lexicon())
    topic = Topic.of(asked.topic, {}, ())
    bare, dated = passage("Les poules", kind="heading"), passage("Les poules, mai 2020", kind="heading", order=1)
    sentence = passage("On voit des poules.", order=2)
    ranked = select.candidates(asked, topic, [hit(bare, 1.2), hit(dated, 1.1), hit(sentence)], SITES)
    assert [candidate.unit.passage for candidate in ranked] == [dated, sentence, bare]


def test_the_same_words_are_quoted_once() -> None:
    hits = [hit(passage("Les poules  dorment.", order=1)), hit(passage("LES POULES dorment.", order=2))]
    assert len(chosen("poules", hits).units) == 1


def test_no_more_than_the_limit_is_quoted() -> None:
    hits = [hit(passage(f"Les poules numéro {number} dorment.", order=number)) for number in range(9)]
    choice = chosen("poules", hits, limit=3)
    assert len(choice.units) == choice.direct == 3


def test_a_heading_common_to_all_hits_does_not_discriminate() -> None:
    hits = [hit(passage(f"Phrase {n}.", heading=("Les poules",), order=n)) for n in range(6)]
    asked = understand("poules", SITES, Lexicon())
    ranked = select.candidates(asked, Topic.of("poules", {}, ()), hits, SITES)
    assert {candidate.overall for candidate in ranked} == {0.0}
    alone = select.candidates(asked, Topic.of("poules", {}, ()), hits[:2], SITES)
    assert {candidate.overall for candidate in alone} == {1.0}


def test_a_list_is_limited_to_the_items_that_the_question_singles_out() -> None:
    people = items(
        "Ada (école du Pont)", "Béa (maison du Lac)", "Cléo (école du Pont)", context=("L’équipe", "Voici :")
    )
    hits = [hit(item) for item in people]
    whole = chosen("qui est dans l’équipe", hits, Lists(people))
    assert texts(whole) == [item.text for item in people]
    assert texts(chosen("qui dans l’équipe est de l’école", hits, Lists(people))) == [people[0].text, people[2].text]


def test_a_list_is_limited_to_the_site_of_the_question() -> None:
    places = items("à Brumeval : la serre", "à Sourcelles : le verger", context=("Les terrains", "Les terrains sont :"))
    hits = [hit(item) for item in places]
    assert texts(chosen("quels sont les terrains", hits, Lists(places))) == [item.text for item in places]
    assert texts(chosen("quels terrains à Sourcelles", hits, Lists(places))) == ["à Sourcelles : le verger"]


def test_a_heading_is_not_quoted_beside_a_text_that_covers_as_much() -> None:
    heading = passage("La fête des poules du 3 mai 2019", kind="heading")
    introduced = passage(
        "La fête des poules a eu lieu le 3 mai 2019.", heading=("La fête des poules du 3 mai 2019",), order=1
    )
    assert texts(chosen("quand a eu lieu la fête des poules ?", [hit(heading), hit(introduced)])) == [introduced.text]
    assert texts(chosen("quand a eu lieu la fête des poules ?", [hit(heading)])) == [heading.text]


def test_contradicting_units_come_last_within_the_limit() -> None:
    hits = [
        hit(passage("Les bénévoles du jardin sont payés.", order=1)),
        hit(passage("Les bénévoles du jardin ne sont pas payés.", order=2)),
        hit(passage("Les bénévoles du jardin aiment les poules.", order=3)),
    ]
    choice = chosen("les bénévoles du jardin", hits, limit=3)
    assert texts(choice)[-1] == "Les bénévoles du jardin ne sont pas payés."
    assert choice.against == choice.units[-1:]
    assert choice.direct == 2
    assert len(chosen("les bénévoles du jardin", hits, limit=2).units) == 2


def test_an_item_does_not_come_before_its_introduction() -> None:
    label = passage("Les graines rares :", kind="item", heading=("Le jardin",), context=("Le jardin",), order=1)
    first = passage(
        "le chou", kind="item", heading=("Le jardin",), context=("Le jardin", "Les graines rares :"), order=2
    )
    best = passage("les graines rares de courge", kind="item", heading=("Le jardin",), context=first.context, order=3)
    lists = Lists(below={label.text: [first, best]})
    quoted = texts(chosen("graines rares de courge", [hit(best), hit(label)], lists))
    assert quoted.index("Les graines rares :") < quoted.index("les graines rares de courge")
