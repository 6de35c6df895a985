"""Tests of the whole pipeline of a question, over the invented corpus and with the real embedding model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.answer import write
from assistant.compose.parts import Components
from assistant.settings import AssistantSettings
from assistant.types import Answer
from index.language import french
from index.search.search import Query
from index.store.runs import Run
from index.types import Scope
from tests.assistant.conftest import MakeParts
from tests.assistant.questions import QUESTIONS
from tests.conftest import JARDINS

pytestmark = pytest.mark.long

TEAM, PUBLIC = Scope.TEAM, Scope.PUBLIC
LIMITS = AssistantSettings()


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_keeps_its_promises(jardins: Components, question: str) -> None:
    *pieces, answer = jardins.engine.stream(question, TEAM)
    assert isinstance(answer, Answer)
    assert "".join(str(piece) for piece in pieces).strip() == answer.text
    assert re.findall(r"(?<!\\)\[(\d+)\]", answer.text) == [str(citation.number) for citation in answer.citations]
    assert len(answer.citations) <= LIMITS.list_citations
    assert len(set(map(str.casefold, quotes(answer)))) == len(answer.citations)
    assert answer.question == question
    assert answer.engine == "extractive"
    if answer.refused:
        assert answer.text.startswith(write.REFUSAL)
        assert (answer.citations, answer.terms) == ((), ())


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quotation_is_in_its_file_letter_for_letter(jardins: Components, question: str) -> None:
    for citation in jardins.engine.ask(question, TEAM).citations:
        assert citation.verified
        assert citation.quote == citation.passage.text[citation.unit.start : citation.unit.end]
        assert letters(citation.quote) in letters((JARDINS / citation.source.path).read_text(encoding="utf-8"))


def letters(text: str) -> str:
    """Return a text without white space and Markdown mark-up."""
    return re.sub(r"<[^>]*>|[\s*_`#\\]", "", text)


def test_the_questions_include_answers_and_refusals(jardins: Components) -> None:
    refused = [question for question in QUESTIONS if jardins.engine.ask(question, TEAM).refused]
    assert {"Quelle est la capitale de l’Australie ?", "Quel est le prix du gaz en Norvège ?"} <= set(refused)
    assert len(refused) < len(QUESTIONS) / 2


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Qui fait partie du CA ?", "Odalie Perrachou, présidente"),
        ("qui fait partie du conseil d'administration", "Odalie Perrachou, présidente"),
        ("Combien d’adhérents à Brumeval ?", "À Brumeval, l’association compte 48 adhérents"),
        ("combien de membres a sourcelles", "À Sourcelles, elle compte 31 adhérents."),
        ("quand a eu lieu le premier atelier de compostage", "Le premier atelier de compostage a eu lieu le 14 mai"),
        ("Où est la grainothèque ?", "La grainothèque est installée dans la cabane de Brumeval."),
        ("Qu’est-ce qui a surpris les participants ?", "le calme du lieu"),
        ("Que fixe le PAJEP ?", "Le PAJEP fixe les cultures"),
        ("Les chiens sont-ils admis ?", "Les chiens sont admis"),
    ],
)
def test_the_answer_is_the_first_quotation(jardins: Components, question: str, first: str) -> None:
    answer = jardins.engine.ask(question, PUBLIC)
    assert quotes(answer)[0].startswith(first)
    assert not answer.notices


def test_a_list_is_given_whole(jardins: Components) -> None:
    answer = jardins.engine.ask("Quels outils en prêt ?", PUBLIC)
    assert quotes(answer) == ["la grelinette", "le sécateur à long manche", "la brouette à deux roues."]


def test_a_definition_comes_from_the_lexicon_and_the_corpus(jardins: Components) -> None:
    answer = jardins.engine.ask("c est quoi une grainotheque", PUBLIC)
    assert answer.text.startswith("Le lexique de l’étude l’explique ainsi")
    assert answer.terms[0].word == "grainothèque"
    assert quotes(answer)[0].startswith("La grainothèque")


def test_a_term_absent_from_the_corpus_is_defined_with_a_notice(jardins: Components) -> None:
    answer = jardins.engine.ask("C’est quoi le compagnonnage ?", PUBLIC)
    assert not answer.refused
    assert not answer.citations
    assert "planter ensemble" in answer.text
    assert "Aucun passage du corpus n’emploie ce mot" in answer.notices[0]


def test_a_term_used_by_the_corpus_gets_no_absence_notice(jardins: Components) -> None:
    answer = jardins.engine.ask("Qu’est-ce que les adhérents pensent de l’Australie ?", PUBLIC)
    assert not any("Aucun passage du corpus n’emploie ce mot" in notice for notice in answer.notices)


def test_expanded_terms_are_shown_once_in_the_searched_question(jardins: Components) -> None:
    answer = jardins.engine.ask("Combien de membres, ou de cotisants ?", PUBLIC)
    assert answer.searched_for == "Combien de membres, ou de cotisants ? (membres, cotisants → adhérent)"


def test_a_site_without_passages_gets_a_notice(jardins: Components) -> None:
    answer = jardins.engine.ask("Quel est le rôle des bénévoles à Sourcelles ?", PUBLIC)
    assert answer.citations
    assert answer.notices[0].startswith(
        "Aucun passage trouvé ne parle de «\u00a0bénévoles\u00a0» à Sourcelles en particulier"
    )


def test_a_site_with_passages_gets_no_notice(jardins: Components) -> None:
    assert not jardins.engine.ask("Combien d’adhérents à Sourcelles ?", PUBLIC).notices


def test_a_missing_number_gets_a_notice(jardins: Components) -> None:
    answer = jardins.engine.ask("Combien de poules ?", PUBLIC)
    assert answer.refused
    assert "aucun ne donne de nombre" in answer.text


def test_a_refusal_names_the_nearest_subjects(jardins: Components) -> None:
    answer = jardins.engine.ask("Quelle est la capitale de l’Australie ?", PUBLIC)
    assert answer.refused
    assert "Ce qui s’en approche le plus dans le corpus" in answer.text
    assert "aucun ne donne" not in answer.text


def test_a_number_in_words_gets_no_notice(jardins: Components) -> None:
    answer = jardins.engine.ask("Combien d’ateliers propose l’association ?", PUBLIC)
    assert "trois ateliers" in answer.text
    assert not answer.notices


def test_a_place_in_plain_words_gets_no_notice(jardins: Components) -> None:
    answer = jardins.engine.ask("Où restent les outils ?", PUBLIC)
    assert "dans la cabane" in answer.text
    assert not answer.notices


def test_names_missing_from_the_quotations_get_a_notice(jardins: Components) -> None:
    answer = jardins.engine.ask("Les enfants de l’école de Xylofrane cultivent-ils des radis ?", PUBLIC)
    assert "Les passages cités ne parlent pas de\u00a0: Xylofrane." in answer.notices


def test_a_word_with_possible_synonyms_gets_no_notice(jardins: Components) -> None:
    answer = jardins.engine.ask("Les enfants de l’école font-ils pousser des radis ?", PUBLIC)
    assert answer.citations
    assert not answer.notices


def test_a_reformulated_source_is_marked_as_one(jardins: Components) -> None:
    (citation, *_) = jardins.engine.ask("Qu’est-ce qui a surpris les participants ?", PUBLIC).citations
    assert citation.source.nature == "reformulation"


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u00a0\u2009"])
def test_a_blank_question_is_asked_for(jardins: Components, question: str) -> None:
    answer = jardins.engine.ask(question, TEAM)
    assert (answer.refused, answer.text, answer.citations) == (True, write.EMPTY, ())


@pytest.mark.parametrize("question", ["x" * 100_000, "les poules de Sourcelles " * 4_000, "? " * 50_000])
def test_a_very_long_question_is_answered_or_refused(jardins: Components, question: str) -> None:
    answer = jardins.engine.ask(question, PUBLIC)
    assert len(answer.citations) <= LIMITS.list_citations
    assert len(answer.searched_for) < 5_000


ODD = [
    "?", "🌻", "🌻🌻🌻 ?", "\x00", "\x1b[31m", "\u202e", "\u200f", "\ufeff", "*", "%", "_", "-", '"', '""', '" OR *',
    "NEAR(", "^x", "{a b}", "text : *", "AND", "OR", "AND OR NOT", "'; DROP TABLE passages; --", "(((", "le",
    "la les des", "²", "İ", "{{x}}",
]  # fmt: skip


@pytest.mark.parametrize("question", ODD, ids=ascii)
def test_odd_characters_alone_match_no_passage(jardins: Components, question: str) -> None:
    answer = jardins.engine.ask(question, TEAM)
    assert answer.refused
    hits = jardins.searcher.search(Query(question), TEAM, 50)
    assert {hit.found_by for hit in hits} <= {"dense"}


@pytest.mark.parametrize(
    "around", ["🌻 {} 🌻", "\u200f{}", "{}\u0301", '"{}" OR *', "NEAR({}, 2)", "-{}", "text:{}", "{}*", "<b>{}</b>"]
)
def test_odd_characters_around_a_word_match_that_word_alone(jardins: Components, around: str) -> None:
    question = around.format("bénévoles")
    found = [hit for hit in jardins.searcher.search(Query(question), PUBLIC, 50) if hit.found_by != "dense"]
    assert found
    for hit in found:
        assert "benevol" in french.terms(" ".join((*hit.passage.context, hit.passage.text)))


@pytest.mark.parametrize("question", ["\ud800", "bénévoles \udcff"], ids=ascii)
def test_a_lone_surrogate_is_answered_or_refused(jardins: Components, question: str) -> None:
    assert isinstance(jardins.engine.ask(question, PUBLIC), Answer)


def test_an_index_left_empty_refuses(parts_over: MakeParts, tmp_path: Path) -> None:
    parts = parts_over({"documents/a.md": "# A\n\nLes poules dorment.\n"})
    (source,) = parts.catalog.sources(TEAM)
    Run(parts.catalog, {"model": parts.catalog.meta("model")}).commit([source.id])
    assert parts.engine.ask("Les poules ?", TEAM).refused


def test_speech_is_not_quoted_as_speaking_of_an_acronym(parts_over: MakeParts) -> None:
    lexicon = '[[terms]]\nterm = "CA"\nvariants = ["conseil d’administration"]\ndefinition = "Ceux qui dirigent."\n'
    lines = ("Les poules dorment.", "Le puits est sec.", "Il pleut ici.", "Le vent tourne.", "Une bêche rouille.")
    text = "# Paroles\n\nÇa pousse vite.\n\n" + "\n\n".join(lines)
    parts = parts_over({"documents/a.md": text, "lexique.toml": lexicon})
    assert parts.engine.ask("le CA ?", PUBLIC).refused


def test_a_follow_up_is_answered_from_the_question_before(jardins: Components) -> None:
    answer = jardins.engine.ask("et a sourcelles ?", TEAM, ["Combien d’adhérents à Brumeval ?"])
    assert answer.question == "et a sourcelles ?"
    assert answer.searched_for.casefold() == "combien d’adhérents à sourcelles ?"
    assert quotes(answer)[0] == "À Sourcelles, elle compte 31 adhérents."


def test_a_comparison_separates_the_sites(jardins: Components) -> None:
    answer = jardins.engine.ask("Combien d’adhérents à Brumeval et à Sourcelles ?", TEAM)
    first, second = answer.text.index("**Brumeval**"), answer.text.index("**Sourcelles**")
    assert first < answer.text.index("48 adhérents") < second < answer.text.index("31 adhérents")
    assert not answer.notices


def test_a_word_is_not_explained_by_itself(parts_over: MakeParts) -> None:
    lexicon = '[[terms]]\nterm = "entraide"\nvariants = ["entraides", "coup de main"]\ndefinition = "Aide."\n'
    parts = parts_over({"documents/a.md": "L’entraide est là.", "lexique.toml": lexicon})
    assert (
        parts.engine.ask("Où est l’entraide ?", PUBLIC).searched_for == "Où est l’entraide ? (entraide → coup de main)"
    )
    assert (
        parts.engine.ask("Et les entraides ?", PUBLIC).searched_for == "Et les entraides ? (entraides → coup de main)"
    )


def test_the_opening_callback_gets_the_sources_before_the_first_piece(jardins: Components) -> None:
    opened: list[str] = []
    pieces = jardins.engine.stream(
        "Qui a volé la courge ?", Scope.TEAM, (), lambda found: opened.extend(s.path for s in found)
    )
    first = next(pieces)
    assert opened and opened[0] == "transcripts/entretien-sourcelles.md"
    *_, answer = [first, *pieces]
    assert isinstance(answer, Answer)
    assert {citation.source.path for citation in answer.citations} <= set(opened)
