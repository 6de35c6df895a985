"""Filtered searches (site, kind, time, role, source) return every matching passage. The corpus is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.search import periods
from index.search.filters import Filters
from index.search.search import Query, Searcher
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.types import Place, Scope, Site
from tests.doubles import FakeEmbedder
from tests.index.builders import passage, put, put_passages, settings, source

SITES = [Site("Brumeval", ("Lavoirs", "JL")), Site("Sourcelles")]
MANY = 150  # more than an unfiltered search reads


@pytest.mark.parametrize(
    ("date", "since", "until", "meets"),
    [
        ("2020-03-15", "2020", "2020", True),
        ("2020-03-15", "2020-03-16", "", False),
        ("2020-03-15", "", "2020-03-14", False),
        ("2020-03", "2020-03-31", "", True),
        ("2020-03", "2020-04", "", False),
        ("2020-03", "", "2020-03-01", True),
        ("2020", "2020-12-31", "", True),
        ("2020", "", "2019-12", False),
        ("2020", "2020-06", "2020-07", True),
        ("", "2020", "", False),
        ("", "", "2020", False),
        ("", "", "", True),
    ],
)
def test_a_partial_date_stands_for_all_its_days(date: str, since: str, until: str, meets: bool) -> None:
    assert periods.overlaps(date, since, until) is meets


@pytest.fixture
def searcher(catalog: Catalog, tmp_path: Path) -> Iterator[Searcher]:
    put(catalog, source("rangs", date="2019-05"), [f"Les bénévoles sèment le rang {n}." for n in range(MANY)])
    put(catalog, source("annee", date="2020", site="Brumeval", title="Éte"), ["Le gel a pris les semis.", "On arrose."])
    put(catalog, source("note", title="abri"), ["La note des JL sur la serre.", "Le puits de Sourcelles est vide."])
    interview = source("e1", "team", kind="transcript", date="2021-01-15", path="transcripts/e1.md", title="Entretien")
    speeches = (("Marie (bénévole)", "Je porte l’eau."), ("Enquêtée 2", "Moi aussi."), ("Enquêtrice", "Et le soir ?"))
    turns = [
        replace(passage(text, interview, order, "turn"), place=Place(speaker=speaker))
        for order, (speaker, text) in enumerate(speeches)
    ]
    put_passages(catalog, turns)
    vectors = VectorIndex(catalog)
    vectors.synchronise()
    yield Searcher(catalog, vectors, FakeEmbedder(), settings(tmp_path), SITES)
    vectors.close()


def found(searcher: Searcher, text: str, scope: Scope = Scope.TEAM, limit: int = 500, **held: Any) -> list[str]:
    return [hit.passage.text for hit in searcher.search(Query(text, **held), scope, limit)]


def listed(searcher: Searcher, scope: Scope = Scope.TEAM, **held: Any) -> list[str]:
    return [passage.text for passage in searcher.listing(Filters(**held), scope, limit=500)[0]]


@pytest.mark.parametrize(
    ("held", "fits"),
    [
        ({"since": "2020-06", "until": "2020-07"}, {"Le gel a pris les semis.", "On arrose."}),
        ({"since": "2021"}, {"Je porte l’eau.", "Moi aussi.", "Et le soir ?"}),
        ({"role": "BENEVOLE"}, {"Je porte l’eau."}),
        ({"role": "enquêtée"}, {"Moi aussi."}),
        ({"role": "Marie (bénévole)"}, {"Je porte l’eau."}),
        ({"role": "personne interrogée"}, {"Je porte l’eau.", "Moi aussi."}),
        ({"role": "personne qui interroge"}, {"Et le soir ?"}),
        ({"source": "note"}, {"La note des JL sur la serre.", "Le puits de Sourcelles est vide."}),
        ({"source": "documents/annee.md"}, {"Le gel a pris les semis.", "On arrose."}),
        ({"site": "JL"}, {"Le gel a pris les semis.", "On arrose.", "La note des JL sur la serre."}),
        ({"site": "Sourcelles"}, {"Le puits de Sourcelles est vide."}),
        ({"kind": "transcript", "role": "Enquêtée", "since": "2021-01-15", "until": "2021-01-15"}, {"Moi aussi."}),
        ({"role": "trésorier"}, set()),
        ({"source": "absent"}, set()),
    ],
)
def test_exactly_the_matching_passages_are_found(searcher: Searcher, held: dict[str, Any], fits: set[str]) -> None:
    """The query has the words of other passages, at which an unfiltered search would stop."""
    assert set(found(searcher, "Les bénévoles sèment le rang", **held)) == fits
    assert set(listed(searcher, **held)) == fits
    assert len(found(searcher, "Les bénévoles sèment le rang", limit=1, **held)) == min(1, len(fits))


def test_matching_passages_are_ranked(searcher: Searcher) -> None:
    assert found(searcher, "le gel des semis", site="Brumeval")[0] == "Le gel a pris les semis."
    assert found(searcher, "arrose", site="Brumeval")[0] == "On arrose."
    first = searcher.search(Query("rang 149", source="rangs"), Scope.TEAM, 1)
    assert [hit.passage.text for hit in first] == ["Les bénévoles sèment le rang 149."]


def test_filters_reveal_nothing_of_the_team_to_the_public(searcher: Searcher) -> None:
    assert found(searcher, "eau", Scope.PUBLIC, role="bénévole") == []
    assert listed(searcher, Scope.PUBLIC, since="2021") == []
    assert searcher.speaker_labels(Scope.PUBLIC) == {}
    assert searcher.speaker_labels(Scope.TEAM) == {"Enquêtrice": 1, "Enquêtée 2": 1, "Marie (bénévole)": 1}


def test_an_unfiltered_search_does_not_list_matching_keys(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*asked: object) -> list[tuple[int, str]]:
        raise AssertionError("the fast path lists nothing")

    monkeypatch.setattr(Catalog, "passage_keys", never)
    assert found(searcher, "Le gel")
    with pytest.raises(AssertionError):
        found(searcher, "Le gel", since="2020")


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("corpus", ["annee", "annee", "note", "note"]),
        ("title", ["note", "note", "e1", "e1", "e1", "annee", "annee"]),
        ("newest", ["e1", "e1", "e1", "annee", "annee", "rangs"]),
        ("oldest", ["rangs"]),
    ],
)
def test_matching_passages_are_listed_in_order_and_counted(searcher: Searcher, order: str, first: list[str]) -> None:
    passages, total = searcher.listing(Filters(), Scope.TEAM, order, 500)  # type: ignore[arg-type]
    names = [row.source.id for row in passages]
    assert (names[: len(first)], total, len(passages)) == (first, MANY + 7, MANY + 7)
    assert [row.order for row in passages if row.source.id == "rangs"] == list(range(MANY))
    assert order not in ("newest", "oldest") or names[-2:] == ["note", "note"]  # without a date
    few, of_all = searcher.listing(Filters(), Scope.TEAM, order, 3)  # type: ignore[arg-type]
    assert (few, of_all) == (passages[:3], MANY + 7)


def test_passages_without_words_or_likeness_are_left_out_and_the_rest_counted(searcher: Searcher) -> None:
    hits, total = searcher.find(Query("bénévoles"), Scope.TEAM, 20, 1000.0)
    assert len(hits) == 20 and total >= 40
    assert {hit.found_by for hit in hits} <= {"both", "lexical"}
    hits, total = searcher.find(Query("gel", site="Brumeval"), Scope.TEAM, 20, 1000.0)
    assert ([hit.passage.text for hit in hits], total) == (["Le gel a pris les semis."], 1)
    assert searcher.find(Query("dromadaire"), Scope.TEAM, 20, 1000.0) == ([], 0)
    assert searcher.find(Query(" "), Scope.TEAM, 20, 0.0) == ([], 0)
