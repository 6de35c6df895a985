"""Tests of the scopes: team-only content never reaches the public, in any field, by any question."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast, get_args

import pytest

from assistant.answer.engine import Engine
from assistant.compose.parts import Components, compose
from assistant.settings import AssistantSettings
from assistant.types import Answer
from assistant.ui import cards
from assistant.understand.lexicon import Lexicon
from index.indexing.build import build
from index.language import french
from index.language.french import fold
from index.reading.metadata import Description
from index.search.ordering import Order
from index.search.search import Query, Searcher
from index.settings import IndexSettings
from index.types import Scope
from tests.assistant.questions import QUESTIONS, SECRET
from tests.conftest import JARDINS
from tests.doubles import fake_workspace

pytestmark = pytest.mark.long

TEAM_FILES = {"documents/budget-interne.md", "transcripts/entretien-zibeline.md", "transcripts/entretien-sourcelles.md"}
ASKING_FOR_IT = ["zibeline", "Qui est zibeline ?", "C’est quoi la zibeline ?", "Quand zibeline a-t-il porté plainte ?"]


def test_there_are_fifty_questions_without_the_word() -> None:
    assert len(set(QUESTIONS)) == 50
    assert SECRET not in fold(" ".join(QUESTIONS))


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_field_of_a_public_answer_holds_the_secret_word(jardins: Components, question: str) -> None:
    *pieces, answer = jardins.engine.stream(question, Scope.PUBLIC)
    assert isinstance(answer, Answer)
    assert SECRET not in fold(repr((pieces, asdict(answer), cards.panel(answer))))
    assert {citation.source.visibility for citation in answer.citations} <= {"public"}


@pytest.mark.parametrize("question", [*QUESTIONS, *ASKING_FOR_IT])
def test_no_public_hit_holds_the_secret_word(jardins: Components, question: str) -> None:
    hits = jardins.searcher.search(Query(question, also=(SECRET,)), Scope.PUBLIC, 100)
    assert hits
    assert SECRET not in fold(repr(hits))
    assert not {hit.passage.source.path for hit in hits} & TEAM_FILES


@pytest.mark.parametrize("question", ASKING_FOR_IT)
def test_asking_for_the_secret_word_gives_no_quotation_with_it(jardins: Components, question: str) -> None:
    answer = jardins.engine.ask(question, Scope.PUBLIC)
    assert SECRET not in fold(repr((answer.text, answer.citations, answer.terms)))


@pytest.mark.parametrize("question", ASKING_FOR_IT)
def test_the_secret_word_is_answered_like_an_unknown_word(jardins: Components, question: str) -> None:
    """A visitor who tries words must not learn which of them the interviews hold."""
    real = jardins.engine.ask(question, Scope.PUBLIC)
    other = jardins.engine.ask(question.replace(SECRET, "xylofrane"), Scope.PUBLIC)
    assert real.refused
    assert other.refused


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("Qui a volé la courge ?", "transcripts/entretien-sourcelles.md"),
        ("Quand le voisin a-t-il porté plainte ?", "transcripts/entretien-zibeline.md"),
        ("À combien s’élève la réserve ?", "documents/budget-interne.md"),
    ],
)
def test_the_team_finds_team_only_passages(jardins: Components, question: str, path: str) -> None:
    team, public = (jardins.engine.ask(question, scope) for scope in (Scope.TEAM, Scope.PUBLIC))
    assert path in {citation.source.path for citation in team.citations}
    assert path not in {citation.source.path for citation in public.citations}


def test_the_team_finds_the_secret_word(jardins: Components) -> None:
    answer = jardins.engine.ask("Qui est zibeline ?", Scope.TEAM)
    assert SECRET in answer.text
    assert {citation.source.visibility for citation in answer.citations} == {"team"}


def test_the_team_reads_public_sources_too(jardins: Components) -> None:
    hits = jardins.searcher.search(Query("jardin"), Scope.TEAM, 100)
    assert {hit.passage.source.visibility for hit in hits} == {"public", "team"}


def test_a_transcript_marked_public_is_public(jardins: Components) -> None:
    answer = jardins.engine.ask("Comment êtes-vous arrivée au jardin ?", Scope.PUBLIC)
    assert "transcripts/temoignage-public.md" in {citation.source.path for citation in answer.citations}


def tried(searcher: Searcher, scope: Scope) -> dict[str, Any]:
    """Return the results of each public function of the searcher, in a scope, for words chosen to reveal team-only
    content."""
    words = (SECRET, "brouille", "plainte", "réserve", "courge", "adhérents", "trésorerie")
    hits = searcher.search(Query("zibeline réserve plainte", also=words), Scope.TEAM, 100)
    held = [hit.passage for hit in hits if hit.passage.source.visibility == "team"]
    vocabulary = searcher.vocabulary(scope)
    stems = french.terms(" ".join(words))
    results = {
        "search": [
            searcher.search(Query(word, also=words, site=site, kind=kind), scope, limit)
            for word in words
            for site in ("", "Brumeval")
            for kind in (None, "transcript", "document")
            for limit in (1, 100)
        ],
        "find": [searcher.find(Query(word, since=since), scope, 100, 1.0) for word in words for since in ("", "2020")],
        "listing": [
            searcher.listing(Query("", site=site, since=since, role=role), scope, order, 100)
            for site in ("", "Brumeval")
            for since in ("", "2020")
            for role in ("", "Enquêtée")
            for order in get_args(Order)
        ],
        "speaker_labels": searcher.speaker_labels(scope),
        "sources": searcher.sources(scope),
        "siblings": [
            [sibling for sibling in searcher.siblings(passage, scope) if sibling != passage] for passage in held
        ],
        "nested": [searcher.nested(passage, scope) for passage in held],
        "vocabulary": [
            sorted(vocabulary.stems()),
            [vocabulary.written(stem) for stem in vocabulary.stems()],
            vocabulary.frequencies(stems),
            [vocabulary.has(stem) for stem in stems],
        ],
        "rarity": [sorted(searcher.rarity(word, scope).values()) for word in words],
        "has_all_terms": [searcher.has_all_terms(word, scope) for word in (*words, "le voisin zibeline")],
        "source_counts": searcher.source_counts(scope),
        "sources_that_hold": [searcher.sources_that_hold([[stem]], scope) for stem in stems],
        "snapshot": None,  # gives nothing
        "sites": searcher.sites,  # those that corpus.toml names
    }
    public = {name for name in dir(searcher) if not name.startswith("_")}
    assert results.keys() == public, "a public function of the search is not tried here"
    return results


def test_no_public_function_of_the_search_reveals_team_content(twins: tuple[Components, Components]) -> None:
    """Words, counts and scores are the same as without the team-only sources."""
    whole, without = (tried(parts.searcher, Scope.PUBLIC) for parts in twins)
    assert SECRET not in fold(repr({**whole, "search": repr(whole["search"])}))
    for name in whole:
        if name not in ("search", "find"):  # whose rounding is tried below
            assert repr(whole[name]) == repr(without[name]) or name in ("siblings", "nested"), name
    assert not any(whole["siblings"]) and not any(whole["nested"])
    assert tried(twins[0].searcher, Scope.TEAM)["has_all_terms"] != whole["has_all_terms"]
    assert [total for _, total in whole["find"]] == [total for _, total in without["find"]]
    of_the_team = tried(twins[0].searcher, Scope.TEAM)
    assert all(SECRET in fold(repr(of_the_team[name])) for name in ("search", "find", "listing"))


def test_examples_drawn_from_the_corpus_are_public(jardins: Components) -> None:
    parts = replace(jardins, description=Description())
    headings = "".join(parts.catalog.headings(Scope.PUBLIC, 100))
    assert len(parts.examples(Scope.PUBLIC)) == 3
    assert SECRET not in fold("".join(parts.examples(Scope.PUBLIC)) + headings)
    assert SECRET in fold("".join(parts.catalog.headings(Scope.TEAM, 100)))


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Components, Components]]:
    """Components over the corpus with its team-only sources, and without them."""
    folder = tmp_path_factory.mktemp("twins")
    without = Path(shutil.copytree(JARDINS, folder / "public"))
    for path in TEAM_FILES:
        (without / path).unlink()
    both = []
    for corpus in (JARDINS, without):
        workspace = fake_workspace(IndexSettings(data_dir=folder / f"data-{corpus.name}"))
        build(corpus, workspace)
        both.append(compose(workspace, AssistantSettings()))
    yield both[0], both[1]


class Watched:
    """A searcher that records every scope it is called with."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.scopes: list[Scope] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._searcher, name)

        def call(*arguments: Any) -> Any:
            self.scopes += [value for value in arguments if isinstance(value, Scope)]
            return found(*arguments)

        return call if callable(found) else found


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("question", ["Qui fait partie du CA ?", "Que propose l’association comme ateliers ?", "CA ?"])
def test_every_search_uses_the_scope_of_the_question(jardins: Components, question: str, scope: Scope) -> None:
    watched = Watched(jardins.searcher)
    lexicon = Lexicon.read(JARDINS / "lexique.toml")
    Engine(cast(Searcher, watched), lexicon, AssistantSettings()).ask(question, scope)
    assert len(watched.scopes) >= 2
    assert set(watched.scopes) == {scope}


def test_the_twins_differ_for_the_team(twins: tuple[Components, Components]) -> None:
    question = "Pourquoi cette brouille ?"
    whole, without = (parts.engine.ask(question, Scope.TEAM) for parts in twins)
    assert whole.citations
    assert without.refused


@pytest.mark.parametrize("question", [*QUESTIONS, *ASKING_FOR_IT])
def test_the_public_cannot_tell_whether_team_files_are_there(
    twins: tuple[Components, Components], question: str
) -> None:
    whole, without = (parts.engine.ask(question, Scope.PUBLIC) for parts in twins)
    assert replace(whole, seconds=0.0) == replace(without, seconds=0.0)


@pytest.mark.parametrize("question", ["adhérents", "réserve du voisin", "zibeline"])
def test_the_public_cannot_tell_by_scores(twins: tuple[Components, Components], question: str) -> None:
    whole, without = (parts.searcher.search(Query(question), Scope.PUBLIC, 50) for parts in twins)
    assert [(hit.passage.id, hit.found_by) for hit in whole] == [(hit.passage.id, hit.found_by) for hit in without]
    assert [hit.score for hit in whole] == pytest.approx([hit.score for hit in without], abs=1e-6)
    assert [hit.likeness for hit in whole] == pytest.approx([hit.likeness for hit in without], abs=1e-6)
