"""Tests of the comparison of sites. The association and its sites are invented."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.answer import write
from assistant.answer.compare import SiteEvidence, compare
from assistant.understand.coverage import Topic
from assistant.understand.lexicon import Lexicon
from assistant.understand.question import understand
from index.types import Passage, Site
from tests.assistant.samples import hit, passage

BRUMEVAL, SOURCELLES = SITES = (Site("Brumeval"), Site("Sourcelles"))
TOOLS = "Quels outils à Brumeval et à Sourcelles ?"


def sides(question: str, found: Sequence[Passage], limit: int = 3) -> list[tuple[str, list[str]]]:
    asked = understand(question, SITES, Lexicon())
    topic = Topic.of(asked.topic, {}, ())
    hits = {
        site: [hit(found_passage, 3.0 - number / 10) for number, found_passage in enumerate(found)]
        for site in asked.sites
    }
    made = compare(asked, topic, hits, SITES, limit=limit)
    return [(" ".join(site.name for site in side.sites), [unit.text for unit in side.units]) for side in made]


ONE = passage("Les outils de Brumeval sont dans la cabane.", order=1)
OTHER = passage("À Sourcelles, les outils viennent des voisins.", order=2)
BOTH = passage("Brumeval et Sourcelles échangent leurs outils.", order=3)
RAIN = passage("À Sourcelles, il pleut.", order=4)
TOOLS_ALONE = passage("Les outils rouillent.", order=5)


def test_each_site_has_its_own_units() -> None:
    assert sides(TOOLS, [OTHER, TOOLS_ALONE, RAIN, ONE]) == [("Brumeval", [ONE.text]), ("Sourcelles", [OTHER.text])]


def test_a_site_without_passages_is_listed_without_units() -> None:
    assert sides(TOOLS, [ONE, RAIN]) == [("Brumeval", [ONE.text]), ("Sourcelles", [])]


def test_a_unit_about_both_sites_comes_once_after_them() -> None:
    assert sides(TOOLS, [BOTH, ONE, OTHER]) == [
        ("Brumeval", [ONE.text]),
        ("Sourcelles", [OTHER.text]),
        ("Brumeval Sourcelles", [BOTH.text]),
    ]
    assert sides(TOOLS, [BOTH]) == [("Brumeval Sourcelles", [BOTH.text])]


def test_there_is_no_comparison_when_no_site_has_a_unit() -> None:
    assert sides(TOOLS, [RAIN, TOOLS_ALONE]) == []
    assert sides(TOOLS, []) == []


def test_only_units_with_the_expected_number_are_kept() -> None:
    count = passage("À Brumeval, 12 outils sont neufs.", order=6)
    assert sides("Combien d’outils à Brumeval et à Sourcelles ?", [ONE, count, OTHER]) == [
        ("Brumeval", [count.text]),
        ("Sourcelles", [OTHER.text]),
    ]


def test_the_limit_holds_for_each_site() -> None:
    many = [passage(f"Les outils de Brumeval, {number}.", order=number) for number in range(9)]
    assert [len(texts) for _, texts in sides(TOOLS, many, limit=2)] == [2, 0]


def test_sites_without_another_word_are_a_topic() -> None:
    assert sides("Quelles différences entre Brumeval et Sourcelles ?", [RAIN, ONE]) == [
        ("Brumeval", [ONE.text]),
        ("Sourcelles", [RAIN.text]),
    ]


@pytest.mark.parametrize("question", ["Quels outils à Brumeval ?", "C’est quoi Brumeval et Sourcelles ?"])
def test_a_single_site_or_a_definition_is_not_a_comparison(question: str) -> None:
    assert not understand(question, SITES, Lexicon()).compares


def test_a_comparison_that_names_no_site_covers_all_of_them() -> None:
    asked = understand("Quelles différences entre les terrains ?", SITES, Lexicon())
    assert asked.compares and asked.sites == SITES


def test_the_text_names_a_site_without_passages() -> None:
    cited = write.cite([])
    text = "".join(write.side_by_side(cited, [SiteEvidence((BRUMEVAL,), ()), SiteEvidence((BRUMEVAL, SOURCELLES), ())]))
    assert text.count(write.NOTHING) == 2
    assert "**Brumeval et Sourcelles**" in text
