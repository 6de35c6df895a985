"""The catalog: transactions are atomic, and each scope sees its own content only."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.language.french import terms, terms_line
from index.store import erase
from index.store.catalog import Catalog
from index.store.full_text import HEADING_WEIGHT
from index.store.runs import Run, StoredPassage
from index.store.schema import FILE
from index.types import Passage, Place, Scope, Source
from tests.doubles import FakeEmbedder
from tests.index.builders import IDENTITY, entry, passage, put, put_passages, remove, source


def state(catalog: Catalog) -> tuple[object, ...]:
    """Return everything that can be read from a catalog."""
    keys, vectors = catalog.vectors("public")
    team_keys, team_vectors = catalog.vectors("team")
    words = ("jardin", "benevol", "serr", "pont")
    return (
        catalog.generation,
        catalog.sources(Scope.TEAM),
        catalog.passages([*keys, *team_keys], Scope.TEAM),
        vectors.tobytes(),
        team_vectors.tobytes(),
        *(catalog.match(words, scope, 10) for scope in Scope),
        *(catalog.frequencies(words, scope) for scope in Scope),
        catalog.queued_changes(wanted=True),
        catalog.queued_changes(wanted=False),
    )


def texts(catalog: Catalog, words: str, scope: Scope = Scope.TEAM) -> list[str]:
    """Return the passages that full text finds, best first."""
    keys = [key for key, _ in catalog.match(terms(words), scope, 10)]
    found = catalog.passages(keys, scope)
    return [found[key].text for key in keys]


def test_a_passage_is_read_as_it_was_stored(catalog: Catalog) -> None:
    of = source(site="Brumeval", date="2024-05", title="Où\u00a0? « Là »")
    place = Place(("Synthèse", "La suite"), page=3, line=12, speaker="Enquêtée 2", start_s=1.5, end_s=2.25)
    whole = Passage("p1", of, "Les bénévoles\nsèment\u202f!", place, 4, "turn", ("Synthèse", "Pourquoi ?"), 120)
    bare = Passage("p2", of, "😀 œuf", Place(), 5, "item", (), 0)
    put_passages(catalog, [whole, bare])
    keys, _ = catalog.vectors("public")
    assert list(catalog.passages(keys, Scope.PUBLIC).values()) == [whole, bare]


def test_vectors_are_read_as_they_were_stored(catalog: Catalog) -> None:
    made = put(catalog, source(), ["semer", "arroser"])
    keys, vectors = catalog.vectors("public")
    expected = np.concatenate([entry(stored, FakeEmbedder()).vectors for stored in made])
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors, expected)
    some, vector = catalog.vectors("public", [keys[1]])
    assert some == [keys[1]]
    np.testing.assert_array_equal(vector, expected[1:])


def test_an_empty_catalog_returns_empty_arrays(catalog: Catalog) -> None:
    keys, vectors = catalog.vectors("public")
    assert (keys, vectors.shape) == ([], (0, 0))
    assert catalog.match([], Scope.TEAM, 10) == []
    assert catalog.match(["jardin"], Scope.TEAM, 10) == []
    assert catalog.sample_vectors(Scope.TEAM, 5)[1].shape == (0, 0)


def test_required_terms_do_not_change_the_scores(catalog: Catalog) -> None:
    lines = ["serre", "serre et jardin", "jardin", "jardin et pont, la serre et le pont", "pont", "jardin du pont"]
    put(catalog, source(), lines)
    scores = dict(catalog.match(terms("serre jardin pont"), Scope.TEAM, 10))
    among = catalog.match(terms("serre jardin pont"), Scope.TEAM, 10, among=terms("serre"))
    assert len(scores) == 6 and len(among) == 3
    assert dict(among) == {key: scores[key] for key, _ in among}
    assert [score for _, score in among] == sorted(dict(among).values(), reverse=True)
    assert catalog.match(terms("jardin"), Scope.TEAM, 10, among=terms("serre")) == []


def test_sources_hold_one_term_of_each_group_in_one_passage(catalog: Catalog) -> None:
    put(catalog, source("un"), ["serre et jardin", "le pont"])
    put(catalog, source("deux"), ["le jardin", "la serre", "un pont"])
    put(catalog, source("trois"), ["pont du jardin partagé"])

    def holding(*groups: list[str]) -> set[str]:
        return set(catalog.sources_that_hold([[terms_line(form) for form in group] for group in groups], Scope.TEAM))

    assert holding(["serre"]) == {"un", "deux"}
    assert holding(["serre"], ["jardin"]) == {"un"}
    assert holding(["serre", "pont"], ["jardin"]) == {"un", "trois"}
    assert holding(["jardin partagé"]) == {"trois"}
    assert holding(["partagé jardin"]) == set()


# — atomic transactions —


def broken(entries: list[StoredPassage]) -> Iterator[StoredPassage]:
    yield from entries
    raise KeyboardInterrupt


@pytest.mark.parametrize("replaces", [None, "jardins"])
def test_an_exception_while_staging_changes_nothing(catalog: Catalog, replaces: str | None) -> None:
    put(catalog, source(), ["Les bénévoles sèment", "La serre"])
    before = state(catalog)
    other = source("jardins", digest="other") if replaces else source("pont")
    entries = [entry(passage("Le pont", other, order), FakeEmbedder()) for order in range(3)]
    with pytest.raises(KeyboardInterrupt):
        Run(catalog, IDENTITY).stage(other, broken(entries))
    assert Run(catalog, IDENTITY).staged() == {}
    assert state(catalog) == before


def test_a_duplicate_passage_changes_nothing(catalog: Catalog) -> None:
    before = state(catalog)
    twice = entry(passage("semer"), FakeEmbedder())
    with pytest.raises(sqlite3.IntegrityError):
        Run(catalog, IDENTITY).stage(source(), [twice, twice])
    assert state(catalog) == before


def test_a_failed_transaction_can_be_followed_by_another(catalog: Catalog) -> None:
    with pytest.raises(RuntimeError), catalog.transaction() as connection:
        connection.execute("REPLACE INTO meta VALUES ('corpus', 'elsewhere')")
        raise RuntimeError
    assert catalog.meta("corpus") == "/corpus"
    catalog.set_meta(corpus="elsewhere")
    assert catalog.meta("corpus") == "elsewhere"


def test_replacing_a_source_removes_its_former_passages(catalog: Catalog) -> None:
    put(catalog, source(), ["Les bénévoles", "La serre"])
    put(catalog, source(digest="new"), ["Le pont"], replaces="jardins")
    assert texts(catalog, "bénévoles serre") == []
    assert texts(catalog, "pont") == ["Le pont"]
    assert catalog.passage_count(Scope.TEAM) == 1
    assert [found.digest for found in catalog.sources(Scope.TEAM)] == ["new"]


def test_removing_a_source_removes_nothing_else(catalog: Catalog) -> None:
    put(catalog, source(), ["Les bénévoles"])
    put(catalog, source("pont", "team"), ["Le pont des bénévoles"])
    remove(catalog, "pont")
    assert [found.id for found in catalog.sources(Scope.TEAM)] == ["jardins"]
    assert texts(catalog, "bénévoles pont") == ["Les bénévoles"]
    assert catalog.frequencies(["pont"], Scope.TEAM) == {"pont": 0}


def rename(catalog: Catalog, path: str, title: str) -> None:
    run = Run(catalog, IDENTITY)
    run.stage_copy(source(path=path, title=title))
    run.commit([])


def test_renaming_keeps_passages_and_their_vectors(catalog: Catalog) -> None:
    (made,) = put(catalog, source(), ["semer"])
    before = catalog.vectors("public")[1]
    rename(catalog, "documents/autre.md", "Autre")
    keys, after = catalog.vectors("public")
    np.testing.assert_array_equal(before, after)
    renamed = catalog.passages(keys, Scope.PUBLIC)[keys[0]]
    assert (renamed.id, renamed.text) == (made.id, "semer")
    assert (renamed.source.path, renamed.source.title) == ("documents/autre.md", "Autre")


def test_the_generation_changes_with_the_live_sources_only(catalog: Catalog) -> None:
    seen = [catalog.generation]
    put(catalog, source(), ["semer"])
    seen.append(catalog.generation)
    rename(catalog, "documents/autre.md", "Autre")
    seen.append(catalog.generation)
    remove(catalog, "jardins")
    seen.append(catalog.generation)
    assert len(set(seen)) == 4
    catalog.set_meta(corpus="elsewhere")
    catalog.match(["semer"], Scope.TEAM, 10)
    assert catalog.generation == seen[-1]


# — full text —


def test_full_text_ranks_words_and_headings(catalog: Catalog) -> None:
    made = [
        passage("Le pont", order=0),
        passage("La serre", order=1, context=["Le pont"]),
        passage("La cave", order=2),
    ]
    put_passages(catalog, made)
    assert texts(catalog, "ponts") == ["Le pont", "La serre"]
    assert 0 < HEADING_WEIGHT < 1


def test_keywords_of_the_full_text_syntax_are_matched_as_words(catalog: Catalog) -> None:
    made = [passage("near or and not", order=0), passage("arroser", order=1)]
    entries = [
        replace(entry(made_passage, FakeEmbedder()), text_terms=stored_terms)
        for made_passage, stored_terms in zip(made, ("near or and not", "arros"), strict=True)
    ]
    run = Run(catalog, IDENTITY)
    run.stage(source(), entries)
    run.commit([])
    for words in (["or"], ["near"], ["not", "and"], ["arros", "arros"]):
        assert len(catalog.match(words, Scope.TEAM, 10)) == 1
    assert catalog.match(["heading"], Scope.TEAM, 10) == []


def test_the_limit_keeps_the_best(catalog: Catalog) -> None:
    put(catalog, source(), ["pont et serre et cave et jardin", "pont", "pont pont pont"])
    everything = catalog.match(["pont"], Scope.TEAM, 10)
    assert catalog.match(["pont"], Scope.TEAM, 2) == everything[:2]
    assert [score for _, score in everything] == sorted((score for _, score in everything), reverse=True)


def test_frequencies_count_passages(catalog: Catalog) -> None:
    put(catalog, source(), ["pont pont", "pont", "serre"])
    assert catalog.frequencies(["pont", "serr", "cav"], Scope.PUBLIC) == {"pont": 2, "serr": 1, "cav": 0}


def test_headings_are_those_right_above_the_most_passages(catalog: Catalog) -> None:
    paths = [("Bilan", "Lieux")] * 3 + [("Bilan",)] * 2 + [("Suites",)]
    put_passages(catalog, [passage("x", order=order, context=path) for order, path in enumerate([*paths, ()])])
    assert catalog.headings(Scope.PUBLIC, 2) == ["Lieux", "Bilan"]


def test_neighbours_are_passages_of_the_same_source_in_order(catalog: Catalog) -> None:
    put(catalog, source(), list("abcde"))
    put(catalog, source("pont"), list("vwxyz"))
    assert [found.text for found in catalog.passages_between("jardins", 1, 3, Scope.PUBLIC)] == ["b", "c", "d"]
    assert [found.text for found in catalog.passages_between("jardins", -5, 99, Scope.PUBLIC)] == list("abcde")


def test_many_keys_can_be_read_at_once(catalog: Catalog) -> None:
    put(catalog, source(), [f"pot {number}" for number in range(1201)])
    keys, _ = catalog.vectors("public")
    assert len(catalog.passages(keys, Scope.PUBLIC)) == 1201
    assert catalog.vectors("public", keys)[0] == keys


def test_a_sample_is_spread_and_bounded(catalog: Catalog) -> None:
    put(catalog, source(), [f"pot {number}" for number in range(400)])
    assert 20 <= len(catalog.sample_vectors(Scope.PUBLIC, 40)[0]) <= 80
    assert len(catalog.sample_vectors(Scope.PUBLIC, 1000)[0]) == 400


def test_a_sample_is_as_spread_after_a_withdrawal(catalog: Catalog) -> None:
    put(catalog, source(), [f"pot {number}" for number in range(400)])
    put(catalog, source("b"), [f"serre {number}" for number in range(10)])

    def left(of: Source, passages: list[Passage]) -> tuple[str, list[Passage]]:
        return of.title, [kept for kept in passages if of.id == "b" or kept.order >= 300]

    erase.apply(catalog, erase.plan(catalog, left), None)  # type: ignore[arg-type]
    assert len(set(catalog.sample_vectors(Scope.PUBLIC, 40)[0])) == 40
    assert len(set(catalog.sample_vectors(Scope.PUBLIC, 1000)[0])) == 110


def test_threads_share_a_catalog(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, source(), ["Le pont"])
    failed: list[BaseException] = []
    only_run = threading.Lock()

    def use(number: int) -> None:
        try:
            for turn in range(5):
                with only_run:
                    put(catalog, source(f"s{number}-{turn}"), ["Le pont", "La serre"])
                assert len(texts(catalog, "pont")) >= 1
        except BaseException as error:
            failed.append(error)
        finally:
            catalog.close()

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert catalog.passage_count(Scope.TEAM) == 41
    assert catalog.generation == 21
    assert (tmp_path / "data" / FILE).exists()
