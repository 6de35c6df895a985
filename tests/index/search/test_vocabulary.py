"""Vocabulary of a scope."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.language.french import stem
from index.search.vocabulary import StemCache, Vocabulary
from index.store import erase
from index.store.catalog import Catalog
from index.types import Passage, Scope, Source
from tests.index.builders import put, remove, source


def test_the_words_of_a_scope(catalog: Catalog) -> None:
    put(catalog, source(), ["Les bénévoles sèment.", "Un bénévole arrose ; des bénévoles plantent."])
    put(catalog, source("entretien", "team"), ["La zibeline est un secret."])
    public, team = Vocabulary(catalog, Scope.PUBLIC), Vocabulary(catalog, Scope.TEAM)
    assert public.has(stem("benevole"))
    assert public.written(stem("benevole")) == "bénévoles"
    assert not public.has(stem("zibeline"))
    assert stem("zibeline") not in public.stems()
    assert public.written(stem("zibeline")) == stem("zibeline")
    assert team.has(stem("zibeline"))
    assert {stem("zibeline"), stem("benevole")} <= set(team.stems())


def without_the_girouette(of: Source, passages: Sequence[Passage]) -> tuple[str, Sequence[Passage]]:
    return of.title, [passage for passage in passages if "girouette" not in passage.text]


def test_stems_follow_additions_and_deletions_and_only_additions_are_read(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    stems = {scope: StemCache(catalog, scope) for scope in Scope}
    put(catalog, source(), ["Le pont de l’Île n° 7", "Les bénévoles ARROSENT : 12 h 30, aujourd’hui !"])
    for follow in (
        lambda: None,
        lambda: put(catalog, source("a"), ["Une zibeline", "des c\u0153urs d’artichaut"]),
        lambda: put(catalog, source("b", "team"), ["Le secret du trésorier"]),
        lambda: put(catalog, source("a", "team"), ["Une marmotte"]),  # one goes, one comes
        lambda: remove(catalog, "b"),
        lambda: put(catalog, source("d"), ["Le lavoir", "La girouette"]),
        lambda: erase.apply(catalog, erase.plan(catalog, without_the_girouette), None),
    ):
        follow()
        for scope in Scope:
            assert list(stems[scope].current()) == catalog.terms(scope)
            assert Vocabulary(catalog, scope, stems[scope]).stems() == stems[scope].current()
    monkeypatch.setattr(catalog, "terms", None)
    put(catalog, source("c"), ["Le hérisson"])
    assert stem("herisson") in stems[Scope.PUBLIC].current()
