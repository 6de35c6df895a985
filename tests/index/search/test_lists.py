"""Lists around a passage: its siblings and its nested items. The text is invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.reading.chunk import passages
from index.reading.documents import markdown
from index.reading.outline import sections_from_blocks
from index.search.search import Searcher
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.types import Passage, Scope
from tests.doubles import FakeEmbedder
from tests.index.builders import put_passages, settings, source

REPORT = """# Les Jardins du Pont

Cette association est inventée.

## Les lieux

Voici les lieux :

- Brumeval :
  - la serre
  - le lavoir
- Sourcelles

Et voici les autres :

- le pont

## Les suites

- semer
- arroser
"""


@pytest.fixture
def made(catalog: Catalog) -> dict[str, Passage]:
    """Return the passages of the report by text."""
    found = passages(source(), sections_from_blocks(markdown.read_blocks(REPORT), "jardins"))
    put_passages(catalog, found)
    return {passage.text: passage for passage in found}


@pytest.fixture
def searcher(catalog: Catalog, tmp_path: Path) -> Searcher:
    return Searcher(catalog, VectorIndex(catalog), FakeEmbedder(), settings(tmp_path), [])


def siblings(searcher: Searcher, passage: Passage) -> list[str]:
    return [other.text for other in searcher.siblings(passage, Scope.PUBLIC)]


def nested(searcher: Searcher, passage: Passage) -> list[str]:
    return [other.text for other in searcher.nested(passage, Scope.PUBLIC)]


@pytest.mark.parametrize("text", ["Brumeval :", "Sourcelles"])
def test_the_list_of_an_item_includes_nested_items(searcher: Searcher, made: dict[str, Passage], text: str) -> None:
    assert siblings(searcher, made[text]) == ["Brumeval :", "la serre", "le lavoir", "Sourcelles"]


def test_a_nested_item_has_its_own_list_after_its_parent(searcher: Searcher, made: dict[str, Passage]) -> None:
    assert siblings(searcher, made["le lavoir"]) == ["Brumeval :", "la serre", "le lavoir"]


def test_lists_under_other_introductions_or_headings_are_other_lists(
    searcher: Searcher, made: dict[str, Passage]
) -> None:
    assert siblings(searcher, made["le pont"]) == ["le pont"]
    assert siblings(searcher, made["arroser"]) == ["semer", "arroser"]


def test_a_passage_that_is_no_item_is_alone(searcher: Searcher, made: dict[str, Passage]) -> None:
    assert siblings(searcher, made["Voici les lieux :"]) == ["Voici les lieux :"]


def test_an_introduction_returns_its_items(searcher: Searcher, made: dict[str, Passage]) -> None:
    assert nested(searcher, made["Voici les lieux :"]) == ["Brumeval :", "la serre", "le lavoir", "Sourcelles"]
    assert nested(searcher, made["Et voici les autres :"]) == ["le pont"]


def test_an_item_returns_its_nested_items(searcher: Searcher, made: dict[str, Passage]) -> None:
    assert nested(searcher, made["Brumeval :"]) == ["la serre", "le lavoir"]
    assert nested(searcher, made["Sourcelles"]) == []
    assert nested(searcher, made["arroser"]) == []


def test_the_reach_limits_the_passages_read(searcher: Searcher, made: dict[str, Passage]) -> None:
    assert [item.text for item in searcher.nested(made["Voici les lieux :"], Scope.PUBLIC, 2)] == [
        "Brumeval :",
        "la serre",
    ]


def test_a_paragraph_does_not_introduce_the_list_under_the_next_heading(searcher: Searcher, catalog: Catalog) -> None:
    text = "# Jardins\n\nVoici la suite :\n\n## Les suites\n\n- semer\n"
    found = passages(source("autre"), sections_from_blocks(markdown.read_blocks(text), "autre"))
    put_passages(catalog, found)
    assert nested(searcher, found[0]) == []
