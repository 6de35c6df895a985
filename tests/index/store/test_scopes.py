"""Isolation of scopes: no function of the catalog returns team content to the public, and team content changes nothing
in the public's results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.store.catalog import Catalog
from index.types import Scope
from tests.index.builders import passage, put, put_passages, source

PUBLIC = ["Les bénévoles sèment", "La serre du pont"]


def secret(catalog: Catalog) -> None:
    """Store content for the team only: words, headings and a source, some shared with the public content."""
    of = source("entretien", "team", title="Zibeline", site="Zibeline")
    made = [passage(f"Les bénévoles de la zibeline {n}", of, n, context=["Zibeline", "La serre"]) for n in range(8)]
    put_passages(catalog, made)


@pytest.fixture
def both(catalog: Catalog) -> Catalog:
    put(catalog, source(), PUBLIC)
    secret(catalog)
    return catalog


def keys(catalog: Catalog) -> list[int]:
    return catalog.vectors("public")[0] + catalog.vectors("team")[0]


def test_the_team_sees_all(both: Catalog) -> None:
    assert both.passage_count(Scope.TEAM) == 10
    assert len(both.sources(Scope.TEAM)) == 2
    assert len(both.passages(keys(both), Scope.TEAM)) == 10
    assert len(both.match(["zibelin"], Scope.TEAM, 20)) == 8


def test_public_sources_and_counts_hold_nothing_of_the_team(both: Catalog) -> None:
    assert [found.id for found in both.sources(Scope.PUBLIC)] == ["jardins"]
    assert both.passage_count(Scope.PUBLIC) == 2


def test_public_passages_are_public_even_when_asked_by_key(both: Catalog) -> None:
    assert [found.text for found in both.passages(keys(both), Scope.PUBLIC).values()] == PUBLIC


def test_public_neighbours_are_public_even_when_asked_by_source(both: Catalog) -> None:
    assert both.passages_between("entretien", 0, 99, Scope.PUBLIC) == []
    assert len(both.passages_between("entretien", 0, 99, Scope.TEAM)) == 8


def test_public_vectors_are_public_even_when_asked_by_key(both: Catalog) -> None:
    assert len(both.vectors("public")[0]) == 2
    assert len(both.vectors("public", keys(both))[0]) == 2
    assert len(both.vectors("team", keys(both))[0]) == 8


def test_public_full_text_finds_nothing_of_the_team(both: Catalog) -> None:
    assert both.match(["zibelin"], Scope.PUBLIC, 20) == []
    found = [key for key, _ in both.match(["benevol", "serr"], Scope.PUBLIC, 20)]
    assert sorted(found) == both.vectors("public")[0]


def test_public_counts_of_sources_hold_nothing_of_the_team(both: Catalog) -> None:
    assert both.source_counts(Scope.PUBLIC) == {"document": 1}
    assert both.source_counts(Scope.TEAM) == {"document": 2}
    assert both.sources_that_hold([["zibelin"]], Scope.PUBLIC) == {}
    assert both.sources_that_hold([["benevol"]], Scope.PUBLIC) == {"jardins": "document"}
    assert both.sources_that_hold([["benevol"]], Scope.TEAM) == {"jardins": "document", "entretien": "document"}


def test_public_headings_hold_nothing_of_the_team(both: Catalog) -> None:
    assert both.headings(Scope.PUBLIC, 10) == []
    assert both.headings(Scope.TEAM, 10) == ["La serre"]


def test_the_public_sample_holds_public_passages_only(both: Catalog) -> None:
    _, sample = both.sample_vectors(Scope.PUBLIC, 100)
    np.testing.assert_array_equal(np.sort(sample, axis=0), np.sort(both.vectors("public")[1], axis=0))


def test_public_word_statistics_ignore_team_passages(both: Catalog, tmp_path: Path) -> None:
    alone = Catalog.create(tmp_path / "alone", {})
    put(alone, source(), PUBLIC)
    words = ["benevol", "serr", "pont", "zibelin"]
    assert both.match(words, Scope.PUBLIC, 20) == alone.match(words, Scope.PUBLIC, 20)
    assert both.frequencies(words, Scope.PUBLIC) == alone.frequencies(words, Scope.PUBLIC)
    assert both.match(words, Scope.TEAM, 20) != alone.match(words, Scope.TEAM, 20)
    alone.close()


def test_a_source_made_team_only_disappears_for_the_public(both: Catalog) -> None:
    put(both, source(visibility="team"), PUBLIC, replaces="jardins")
    assert both.passage_count(Scope.PUBLIC) == 0
    assert both.match(["benevol"], Scope.PUBLIC, 20) == []
    assert both.frequencies(["benevol"], Scope.PUBLIC) == {"benevol": 0}
    assert both.vectors("public")[0] == []
    assert both.sources(Scope.PUBLIC) == []
