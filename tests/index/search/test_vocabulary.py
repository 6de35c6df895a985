"""The words of one scope."""

from __future__ import annotations

from index.search.french import stem
from index.search.vocabulary import Vocabulary
from index.store.catalog import Catalog
from index.types import Scope
from tests.index.making import put, source


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
