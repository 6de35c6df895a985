"""Tests of the count of sources on a topic. The association is invented."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from assistant.answer.breadth import breadth
from assistant.understand.coverage import Topic
from assistant.understand.lexicon import Expansion
from index.types import Kind, Scope
from tests.assistant.samples import SOURCE

TOPIC = Topic({"retribu": 1.0, "benevol": 1.0}, {"retribu": "rétribution", "benevol": "bénévoles"})


@dataclass
class Shelf:
    """A searcher with `totals` sources of each kind, of which `holding` hold the words."""

    totals: Mapping[Kind, int]
    holding: Mapping[str, Kind] | None
    asked: list[Sequence[Collection[str]]] = field(default_factory=list)

    def source_counts(self, scope: Scope) -> Mapping[Kind, int]:
        return self.totals

    def sources_that_hold(self, groups: Sequence[Collection[str]], scope: Scope) -> Mapping[str, Kind] | None:
        self.asked.append(groups)
        return self.holding


@pytest.mark.parametrize(
    ("totals", "holding", "expected"),
    [
        (
            {"transcript": 18, "document": 4},
            {"a": "transcript", "b": "transcript", "c": "transcript", "d": "document"},
            "3 entretiens sur 18 et 1 document sur 4 en parlent.",
        ),
        ({"transcript": 18, "document": 4}, {"a": "transcript"}, "1 entretien sur 18 en parle."),
        ({"document": 2}, {"a": "document", "b": "document"}, "2 documents sur 2 en parlent."),
        ({"document": 2}, {}, ""),
        ({"document": 1}, {"a": "document"}, ""),
        ({}, {}, ""),
        ({"document": 9}, None, ""),
    ],
)
def test_sources_are_counted_by_kind(
    totals: Mapping[Kind, int], holding: Mapping[str, Kind] | None, expected: str
) -> None:
    assert breadth(TOPIC, [], Shelf(totals, holding), Scope.TEAM) == expected


def test_a_quoted_source_is_counted_once() -> None:
    quoted = [SOURCE, SOURCE, replace(SOURCE, id="a")]
    shelf = Shelf({"document": 5}, {"a": "document"})
    assert breadth(TOPIC, quoted, shelf, Scope.TEAM) == "2 documents sur 5 en parlent."


def test_the_words_of_the_lexicon_count_as_well() -> None:
    topic = replace(TOPIC, expansions=(Expansion(frozenset({"retribu"}), ("travail gratuit", "don")),))
    shelf = Shelf({"document": 5}, {})
    breadth(topic, [], shelf, Scope.TEAM)
    assert shelf.asked == [[["retribu", "travail gratuit", "don"], ["benevol"]]]


def test_a_question_without_words_counts_nothing() -> None:
    shelf = Shelf({"document": 5}, {"a": "document"})
    assert breadth(Topic({}, {}), [], shelf, Scope.TEAM) == ""
    assert not shelf.asked
