"""Tests of research over an invented corpus: choices, bounds, and passages that no longer exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.compose.parts import Components
from assistant.formatting import read_date
from assistant.team.research import Research, ResearchFilter
from index.types import Passage, Scope
from tests.assistant.conftest import MakeParts
from tests.assistant.research_corpus import FILES
from tests.assistant.ui.pages.research_pages import index_allotment
from tests.index.builders import IDENTITY


@pytest.fixture(scope="module")
def allotment(tmp_path_factory: pytest.TempPathFactory) -> Components:
    return index_allotment(tmp_path_factory.mktemp("allotment"))


@pytest.fixture
def research(allotment: Components) -> Research:
    return Research(allotment.catalog, allotment.searcher)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2020", "2020"), ("2020-03", "2020-03"), ("2020-03-15", "2020-03-15"), (" 15/03/2020 ", "2020-03-15"),
        ("3/2020", "2020-03"), ("1.2.2020", "2020-02-01"), ("31/02/2020", None), ("13/2020", None), ("20", None),
        ("", None), ("2020-3", None), ("hier", None), ("0000", None), ("1/1/1/2020", None), ("٢٠٢٠", None),
        ("2020\n", "2020"), ("9" * 1000, None),
    ],
)  # fmt: skip
def test_dates_are_read_as_they_are_typed(typed: str, read: str | None) -> None:
    assert read_date(typed) == read


def test_the_choices_are_those_of_the_corpus(research: Research) -> None:
    choices = research.choices()
    assert choices.sites == ("Brumeval", "Sourcelles")
    assert choices.roles == ("bénévole", "trésorier")
    assert choices.people == ("Marie (bénévole)", "Paul (trésorier)")
    assert [source.kind for source in choices.sources] == ["document"] * 5 + ["transcript"] * 2


def test_a_search_stops_at_its_bound_and_gives_the_total(research: Research, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.team.research.MOST", 10)
    found = research.find(ResearchFilter(site="Sourcelles", order="newest"))
    assert (len(found.passages), found.total) == (10, 48)
    assert [passage.source.kind for passage in found.passages[:4]] == ["transcript"] * 3 + ["document"]
    found = research.find(ResearchFilter(words="carottes", literal=True))
    assert len(found.passages) == 10 and found.total >= 20
    found = research.find(ResearchFilter(words="carottes", literal=True, site="Sourcelles"))
    assert (len(found.passages), found.total) == (10, 45)


def test_the_results_without_each_filter_are_counted(research: Research) -> None:
    sought = ResearchFilter(words="fèves semé", literal=True, role="trésorier", since="2020")
    assert research.find(sought).total == 0
    ways = research.loosened(sought)
    assert ways["role"] == 3 and ways["words"] == 2 and "since" not in ways
    for name, total in ways.items():
        assert research.find(sought.without(name)).total == total


def test_the_passages_around_are_of_the_same_source(research: Research, allotment: Components) -> None:
    row = next(passage for passage in allotment.passages(Scope.TEAM) if passage.text.startswith("Rang 10 "))
    assert [passage.text.split(" :")[0] for passage in research.around(row)] == [f"Rang {n}" for n in range(8, 13)]
    first = next(passage for passage in allotment.passages(Scope.TEAM) if passage.text.startswith("Rang 1 "))
    assert len(research.around(first)) == 3


def test_named_passages_keep_the_order_of_ids_without_the_missing_ones(parts_over: MakeParts, tmp_path: Path) -> None:
    from index.store.runs import Run

    parts = parts_over({name: FILES[name] for name in ("documents/annee.md", "documents/atelier.md")})
    research = Research(parts.catalog, parts.searcher)
    every: list[Passage] = list(parts.passages(Scope.TEAM))
    ids = [passage.id for passage in reversed(every)]
    assert [passage.id for passage in research.named([*ids, "absent", ids[0]])] == ids
    assert research.named([]) == []
    Run(parts.catalog, IDENTITY).commit([every[0].source.id])
    assert {passage.source.title for passage in research.named(ids)} == {"Synthèse d’un atelier"}
