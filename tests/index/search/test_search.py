"""Search: from a question to ranked passages, in the scope of the reader. The corpus is invented."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.search.search import Query, Searcher
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.types import Scope, Site
from tests.doubles import FakeEmbedder
from tests.index.builders import passage, put, put_passages, remove, settings, source

SITES = [Site("Brumeval", ("Lavoirs",)), Site("Sourcelles")]
REPORT = [
    "Les bénévoles arrosent les semis de la serre.",
    "Les bénévoles de Sourcelles tiennent la caisse du marché.",
    "Les bénévoles des Lavoirs réparent le toit.",
    "La mairie prête un terrain pour les semis.",
    "Le gel a détruit les jeunes plants en avril.",
]


@pytest.fixture
def searcher(catalog: Catalog, tmp_path: Path) -> Iterator[Searcher]:
    put(catalog, source(), REPORT)
    put(catalog, source("rapport", site="Brumeval"), ["On sème des fèves.", "On récolte en juillet."])
    interview = source("entretien", "team", kind="transcript", path="transcripts/entretien.md")
    put(catalog, interview, ["La zibeline des bénévoles, c'est moi.", "Je ne suis plus bénévole."])
    vectors = VectorIndex(catalog)
    vectors.synchronise()
    yield Searcher(catalog, vectors, FakeEmbedder(), settings(tmp_path), SITES)
    vectors.close()


def found(searcher: Searcher, text: str, scope: Scope = Scope.TEAM, limit: int = 10, **query: object) -> list[str]:
    return [hit.passage.text for hit in searcher.search(Query(text, **query), scope, limit)]  # type: ignore[arg-type]


def test_the_passage_that_answers_comes_first(searcher: Searcher) -> None:
    hits = searcher.search(Query("Qu'est-ce que le gel a détruit ?"), Scope.PUBLIC, 3)
    assert hits[0].passage.text == REPORT[4]
    assert hits[0].found_by == "both"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].likeness == max(hit.likeness for hit in hits)


def test_the_limit_keeps_the_best(searcher: Searcher) -> None:
    everything = found(searcher, "bénévoles du marché")
    assert found(searcher, "bénévoles du marché", limit=2) == everything[:2]
    assert len(everything) == 9


@pytest.mark.parametrize(("text", "limit"), [("", 10), ("  \n", 10), ("bénévoles", 0), ("bénévoles", -1)])
def test_an_empty_question_or_limit_finds_nothing(searcher: Searcher, text: str, limit: int) -> None:
    assert found(searcher, text, limit=limit) == []


def test_an_empty_scope_is_answered_without_the_model(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, source("entretien", "team"), ["La zibeline."])
    embedder = FakeEmbedder()
    searcher = Searcher(catalog, VectorIndex(catalog), embedder, settings(tmp_path), SITES)
    assert searcher.search(Query("zibeline"), Scope.PUBLIC) == []
    assert embedder.questions == []


@pytest.mark.parametrize("text", ["zibeline", "La zibeline des bénévoles, c'est moi.", "entretien", "Je ne suis plus"])
def test_the_public_finds_nothing_of_the_team(searcher: Searcher, text: str) -> None:
    hits = searcher.search(Query(text), Scope.PUBLIC, 100)
    assert {hit.passage.source.visibility for hit in hits} == {"public"}
    assert searcher.search(Query(text), Scope.TEAM, 100) != hits


def test_the_public_ranking_ignores_team_passages(searcher: Searcher, catalog: Catalog) -> None:
    searcher.search(Query("Que font les bénévoles ?"), Scope.TEAM, 100)  # fills the cache of samples, one per scope
    before = searcher.search(Query("Que font les bénévoles ?"), Scope.PUBLIC, 100)
    remove(catalog, "entretien")
    after = searcher.search(Query("Que font les bénévoles ?"), Scope.PUBLIC, 100)
    assert [(hit.passage, hit.found_by) for hit in before] == [(hit.passage, hit.found_by) for hit in after]
    assert [hit.score for hit in before] == pytest.approx([hit.score for hit in after], abs=1e-3)


@pytest.mark.parametrize("copy", [True, False])
def test_the_order_is_the_same_with_and_without_the_copy(searcher: Searcher, catalog: Catalog, copy: bool) -> None:
    expected = found(searcher, "Que font les bénévoles de la serre ?")
    catalog.set_meta(vectors_dirty="0" if copy else "1")
    assert found(searcher, "Que font les bénévoles de la serre ?") == expected


def test_a_named_site_boosts_passages_and_hides_none(searcher: Searcher) -> None:
    for name, text in (("Sourcelles", REPORT[1]), ("Brumeval", REPORT[2])):
        hits = {hit.passage.text: hit.score for hit in searcher.search(Query(f"bénévoles {name}"), Scope.TEAM, 100)}
        plain = Searcher(searcher._catalog, searcher._vectors, searcher._embedder, searcher._settings, [])
        without = {hit.passage.text: hit.score for hit in plain.search(Query(f"bénévoles {name}"), Scope.TEAM, 100)}
        assert hits.keys() == without.keys()
        assert hits[text] == pytest.approx(without[text] + searcher._settings.site_bonus)
        assert hits[REPORT[4]] == pytest.approx(without[REPORT[4]])


def test_matched_words_may_differ_from_the_embedded_text(searcher: Searcher) -> None:
    hits = searcher.search(Query("les personnes", words="terrain"), Scope.PUBLIC, 10)
    assert [hit.passage.text for hit in hits if hit.found_by != "dense"] == [REPORT[3]]


def test_without_words_only_dense_hits_are_found(searcher: Searcher) -> None:
    assert {hit.found_by for hit in searcher.search(Query("terrain", words=""), Scope.PUBLIC, 10)} == {"dense"}


def test_other_words_for_the_same_thing_are_matched_too(searcher: Searcher) -> None:
    hits = searcher.search(Query("froid", also=("gel",)), Scope.PUBLIC, 10)
    assert [hit.passage.text for hit in hits if hit.found_by != "dense"] == [REPORT[4]]


def test_a_kind_keeps_only_its_sources(searcher: Searcher) -> None:
    assert {hit.passage.source.kind for hit in searcher.search(Query("bénévoles", kind="transcript"), Scope.TEAM)} == {
        "transcript"
    }
    assert found(searcher, "bénévoles", Scope.PUBLIC, kind="transcript") == []


def test_a_site_filter_keeps_only_passages_about_it(searcher: Searcher) -> None:
    assert found(searcher, "bénévoles", site="Sourcelles") == [REPORT[1]]
    assert {"On sème des fèves.", "On récolte en juillet."} <= {*found(searcher, "bénévoles", site="brumeval")}


def test_a_site_filter_matches_its_aliases(searcher: Searcher) -> None:
    assert REPORT[2] in found(searcher, "bénévoles", site="Brumeval")


def test_changes_are_found_at_once(searcher: Searcher, catalog: Catalog) -> None:
    searcher.search(Query("lavoir"), Scope.PUBLIC)
    put(catalog, source("neuf"), ["Le lavoir rouvre."])
    assert found(searcher, "lavoir rouvre", Scope.PUBLIC)[0] == "Le lavoir rouvre."
    remove(catalog, "neuf")
    assert "Le lavoir rouvre." not in found(searcher, "lavoir rouvre", Scope.PUBLIC)


def test_rare_words_have_a_higher_rarity(searcher: Searcher) -> None:
    rarity = searcher.rarity("bénévoles gel licorne", Scope.PUBLIC)
    assert 0 <= rarity["benevol"] < rarity["gel"] < rarity["licorn"]
    assert searcher.rarity("zibeline", Scope.PUBLIC)["zibelin"] == pytest.approx(rarity["licorn"])


def test_all_terms_must_occur_in_the_scope(searcher: Searcher) -> None:
    assert searcher.has_all_terms("le gel et le terrain", Scope.PUBLIC)
    assert not searcher.has_all_terms("le gel et la licorne", Scope.PUBLIC)
    assert not searcher.has_all_terms("zibeline", Scope.PUBLIC)
    assert searcher.has_all_terms("zibeline", Scope.TEAM)
    assert not searcher.has_all_terms("de la", Scope.TEAM)


def test_threads_share_a_searcher(searcher: Searcher) -> None:
    expected = found(searcher, "Que font les bénévoles ?")
    answers: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(found(searcher, "Que font les bénévoles ?"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 8


def test_a_passage_outside_the_scope_has_no_neighbours(searcher: Searcher, catalog: Catalog) -> None:
    (key, *_), _ = catalog.vectors("team")
    secret = catalog.passages([key], Scope.TEAM)[key]
    assert searcher.nested(secret, Scope.PUBLIC) == []
    put_passages(catalog, [passage("Voici :", source("liste"))])
    assert searcher.nested(passage("Voici :", source("liste")), Scope.PUBLIC) == []
