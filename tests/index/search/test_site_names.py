"""Sites found in questions and passages under any of their names. Both towns are invented."""

from __future__ import annotations

import pytest

from index.search.site_names import is_about_site, named_sites, remove_names
from index.types import Site
from tests.index.builders import passage, source

BRUMEVAL = Site("Brumeval", ("le Jardin d'en Bas", "Jardin d'en Bas", "JB"))
SOURCELLES = Site("Sourcelles", ("PTSP Pot'hommes - Serre", "SERRE", "Saint-Œuf"))
SITES = (BRUMEVAL, SOURCELLES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rôle des bénévoles à Brumeval ?", [BRUMEVAL]),
        ("rôle des bénévoles à brumeval", [BRUMEVAL]),
        ("Au jardin d'en bas ?", [BRUMEVAL]),
        ("Au Jardin d’en Bas ?", [BRUMEVAL]),
        ("Travaux avec le JB", [BRUMEVAL]),
        ("(JB)", [BRUMEVAL]),
        ("pot’hommes, le PTSP", []),
        ("Le PTSP Pot’hommes – Serre", [SOURCELLES]),
        ("la serre", [SOURCELLES]),
        ("saint-oeuf", [SOURCELLES]),
        ("Comparer Sourcelles et Brumeval", [BRUMEVAL, SOURCELLES]),
        ("Que font les bénévoles ?", []),
        ("Le Jardin d'en Haut", []),
        ("Brumevalois", []),
        ("", []),
    ],
)
def test_sites_are_named_under_any_name(text: str, expected: list[Site]) -> None:
    assert list(named_sites(text, SITES)) == expected


@pytest.mark.parametrize("text", ["jb", "Jb", "le jb de la ville", "JBX", "AJB", "J.B"])
def test_a_short_acronym_is_known_in_capitals_alone(text: str) -> None:
    assert named_sites(text, SITES) == ()


def test_an_accent_makes_no_difference() -> None:
    assert named_sites("a beziers-sur-mer", [Site("Béziers-sur-Mer")])
    assert named_sites("à BÉZIERS-SUR-MER", [Site("beziers sur mer")])


def test_a_passage_is_about_the_site_of_its_source() -> None:
    of = source(site="brumeval")
    assert is_about_site(passage("On sème.", of), BRUMEVAL)
    assert not is_about_site(passage("On sème.", of), SOURCELLES)


def test_a_passage_is_about_a_site_named_in_its_headings_or_text() -> None:
    assert is_about_site(passage("On sème.", context=["Réunion de Brumeval"]), BRUMEVAL)
    assert is_about_site(passage("On sème à Brumeval."), BRUMEVAL)
    assert not is_about_site(passage("On sème."), BRUMEVAL)


def test_only_the_given_part_of_a_passage_is_considered() -> None:
    whole = passage("On sème à Brumeval. On arrose ailleurs.")
    assert is_about_site(whole, BRUMEVAL, "On sème à Brumeval.")
    assert not is_about_site(whole, BRUMEVAL, "On arrose ailleurs.")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Les bénévoles à Brumeval ?", "les benevoles a"),
        ("Les bénévoles au Jardin d’en Bas", "les benevoles au"),
        ("Brumevalois", "brumevalois"),
    ],
)
def test_names_are_removed_longest_first(text: str, left: str) -> None:
    assert remove_names(text, BRUMEVAL.names) == left


def test_a_longer_name_is_removed_before_the_name_inside_it() -> None:
    assert remove_names("Bas et Jardin d'en Bas", ["Bas", "Jardin d'en Bas"]) == "et"


@pytest.mark.parametrize("name", ["", "—", "…"])
def test_a_name_without_words_names_nothing(name: str) -> None:
    assert named_sites("Que font les bénévoles ?", [Site("Brumeval", (name,))]) == ()
