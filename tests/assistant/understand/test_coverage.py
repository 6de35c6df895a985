"""Tests of the share of a topic that a text covers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.compose.parts import Components
from assistant.types import Term
from assistant.understand.coverage import Topic
from assistant.understand.lexicon import Lexicon
from index.types import Scope

LEXICON = Lexicon(
    [
        Term("CA", "Ceux qui dirigent.", ("conseil d’administration",)),
        Term("grainothèque", "Meuble à graines.", (), ("échange de semences",)),
    ]
)
WORDS = ["poules", "tomates", "cabane", "citerne", "bénévoles"]


def topic(words: str, weights: dict[str, float] | None = None, question: str = "") -> Topic:
    return Topic.of(words, weights or {}, LEXICON.expand(question or words))


def test_a_text_covers_the_words_it_holds_in_any_form() -> None:
    asked = topic("poules bénévoles")
    assert asked.share(asked.covered("Une poule et un BENEVOLE")) == 1.0
    assert asked.share(asked.covered("Une poule")) == 0.5
    assert asked.share(asked.covered("Une cabane")) == 0.0


def test_rare_words_weigh_more() -> None:
    asked = topic("poules cabane", {"poul": 3.0, "caban": 1.0})
    assert asked.share(asked.covered("les poules")) == 0.75


def test_a_word_that_is_everywhere_keeps_a_minimum_weight() -> None:
    asked = topic("poules", {"poul": 0.0})
    assert asked.share(asked.covered("les poules")) == 1.0


def test_words_are_kept_as_the_question_writes_them() -> None:
    assert set(topic("Poules bénévoles").words.values()) == {"Poules", "bénévoles"}


def test_a_topic_without_words_has_no_coverage() -> None:
    asked = topic("le la les")
    assert asked.total == 0
    assert asked.share(asked.covered("le la les")) == 0.0


def test_a_term_is_covered_by_its_other_forms() -> None:
    asked = topic("conseil administration", question="le conseil d’administration")
    assert asked.share(asked.covered("Le CA décide.")) == 1.0


def test_a_plain_word_is_covered_by_the_term_it_leads_to() -> None:
    asked = topic("échange semences", question="échange de semences")
    assert asked.share(asked.covered("La grainothèque est ouverte.")) == 1.0
    assert asked.share(asked.covered("La cabane est ouverte.")) == 0.0


def test_a_part_of_another_form_covers_nothing() -> None:
    assert topic("CA").covered("un conseil de jardinier") == frozenset()


@pytest.mark.parametrize("question", ["le CA", "le conseil d’administration"])
def test_an_acronym_is_not_covered_by_a_word_that_sounds_like_it(question: str) -> None:
    assert topic(question.replace("d’", ""), question=question).covered("Ça pousse, et ça me plaît.") == frozenset()


@given(st.lists(st.sampled_from(WORDS)), st.lists(st.sampled_from(WORDS)))
def test_more_text_never_covers_less(some: list[str], more: list[str]) -> None:
    asked = topic(" ".join(WORDS), {"poul": 4.0, "tomat": 2.0})
    less, all_of_it = asked.covered(" ".join(some)), asked.covered(" ".join(some + more))
    assert less <= all_of_it
    assert 0.0 <= asked.share(less) <= asked.share(all_of_it) <= 1.0 + 1e-9


def test_words_unknown_to_the_corpus_weigh_most(jardins: Components) -> None:
    rarity = jardins.searcher.rarity("jardin grainothèque xylofrane", Scope.PUBLIC)
    assert 0 < rarity["jardin"] < rarity["grainothequ"] < rarity["xylofran"]


def test_a_team_only_word_has_the_rarity_of_an_unknown_word(jardins: Components) -> None:
    rarity = jardins.searcher.rarity("zibeline xylofrane", Scope.PUBLIC)
    assert len(set(rarity.values())) == 1


def test_a_word_of_similar_spelling_counts_in_part() -> None:
    asked = topic("reconnaissance poules")
    assert asked.nearness("On reconnait la poule.") > asked.share(asked.covered("On reconnait la poule."))
    assert asked.nearness("une poule et la reconnaissance") == 1.0
    assert asked.nearness("un mur") == 0.0
    assert topic("").nearness("un mur") == 0.0


def test_names_and_numbers_absent_from_the_corpus_weigh_the_most() -> None:
    weights = {"atel": 1.0, "2019": 3.0, "sourcel": 3.0, "jour": 3.0}
    asked = Topic.of("ateliers 2019 Sourcelles jours", weights, (), {"2019", "sourcel", "jour"})
    assert asked.weights["2019"] == asked.weights["sourcel"] == 3.0
    assert asked.weights["jour"] < 1.0


@pytest.mark.parametrize(
    ("heading", "named"), [("Les poules", True), ("Les poules et le puits", False), ("Le puits", False)]
)
def test_a_heading_may_be_exactly_the_topic(heading: str, named: bool) -> None:
    assert topic("poules").is_named_by(heading) is named
