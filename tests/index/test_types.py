"""Records that `index/` hands to its callers."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from index.types import Place, Scope, Site, Unit
from tests.index.builders import passage


def test_scopes_are_nested() -> None:
    assert Scope.PUBLIC.visibilities == ("public",)
    assert set(Scope.PUBLIC.visibilities) < set(Scope.TEAM.visibilities)


def test_scopes_are_read_from_their_names() -> None:
    assert Scope("public") is Scope.PUBLIC
    with pytest.raises(ValueError, match="admin"):
        Scope("admin")


@pytest.mark.parametrize(
    ("place", "label"),
    [
        (Place(), ""),
        (Place(page=12), "p.\u00a012"),
        (Place(start_s=750.9, speaker="Enquêtée 2"), "00:12:30, Enquêtée 2"),
        (Place(start_s=0.0), "00:00:00"),
        (Place(start_s=36061), "10:01:01"),
        (Place(heading=("Synthèse", "La suite"), line=12), "Synthèse › La suite"),
        (Place(heading=("Synthèse",), page=3), "p.\u00a03"),
        (Place(line=7), "ligne\u00a07"),
    ],
)
def test_a_place_is_labelled_in_french(place: Place, label: str) -> None:
    assert place.label() == label


def test_a_unit_is_a_slice_of_its_passage() -> None:
    assert Unit(passage("Les graines germent. Enfin."), 4, 11).text == "graines"


def test_records_are_never_edited_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        passage("Semer").text = "Récolter"  # type: ignore[misc]


def test_a_site_has_its_name_and_its_aliases() -> None:
    assert Site("Brumeval", ("Les Lavoirs", "LV")).names == ("Brumeval", "Les Lavoirs", "LV")
