"""Conversion of blocks to sections: headings, introductions and enclosing items."""

from __future__ import annotations

import pytest

from index.reading.outline import Block, sections_from_blocks, states_a_date
from index.types import Place, Section


def read_sections(*blocks: Block) -> dict[str, Section]:
    """Return the sections of these blocks, by their texts."""
    return {section.text: section for section in sections_from_blocks(blocks, "s")}


def heading(text: str, level: int = 1, inferred: bool = False) -> Block:
    return Block("heading", text, level=level, inferred=inferred)


def item(text: str, level: int = 1) -> Block:
    return Block("item", text, level=level)


def prose(text: str) -> Block:
    return Block("prose", text)


def test_a_block_has_the_headings_above_it_as_context() -> None:
    found = read_sections(
        heading("Bilan"), heading("Lieux", 2), prose("La serre."), heading("Suites", 2), prose("Le pont.")
    )
    assert found["La serre."].context == ("Bilan", "Lieux")
    assert found["Le pont."].context == ("Bilan", "Suites")
    assert found["Le pont."].place == Place(heading=("Bilan", "Suites"))


def test_a_heading_ends_headings_of_its_level_and_below() -> None:
    found = read_sections(
        heading("A", 1), heading("B", 3), prose("x"), heading("C", 2), prose("y"), heading("D", 1), prose("z")
    )
    assert [found[text].context for text in "xyz"] == [("A", "B"), ("A", "C"), ("D",)]


def test_text_before_any_heading_has_no_context() -> None:
    assert read_sections(prose("Bonjour."), heading("Bilan"), prose("Fin."))["Bonjour."].context == ()


def test_items_have_the_sentence_that_introduces_them_as_context() -> None:
    found = read_sections(heading("Bilan"), prose("Deux lieux. Voici lesquels :"), item("Brumeval"), item("Sourcelles"))
    assert found["Brumeval"].context == found["Sourcelles"].context == ("Bilan", "Voici lesquels :")
    assert found["Sourcelles"].place.heading == ("Bilan",)


def test_an_introduction_ends_with_the_next_paragraph() -> None:
    found = read_sections(prose("Voici :"), item("a"), prose("Autre chose."), item("b"))
    assert found["b"].context == ()


def test_an_introduction_ends_with_the_next_heading() -> None:
    found = read_sections(prose("Voici :"), heading("Bilan"), item("b"))
    assert found["b"].context == ("Bilan",)


def test_a_long_introduction_keeps_its_end() -> None:
    long = "Après " + "un long rappel du passé, " * 12 + "les bénévoles ont cité trois lieux :"
    kept = read_sections(prose(long), item("Brumeval"))["Brumeval"].context[0]
    assert kept.startswith("… ")
    assert kept.endswith("les bénévoles ont cité trois lieux :")
    assert len(kept) <= 162
    assert kept.removeprefix("… ") in long


def test_nested_items_have_their_parents_as_context() -> None:
    found = read_sections(item("semer :"), item("fèves", 2), item("en mars", 3), item("pois", 2), item("arroser"))
    assert found["en mars"].context == ("semer :", "fèves")
    assert found["pois"].context == ("semer :",)
    assert found["arroser"].context == ()


def test_line_breaks_in_context_are_spaces() -> None:
    found = read_sections(heading("LES\nJARDINS"), item("semer\nici"), item("fèves", 2))
    assert found["fèves"].context == ("LES JARDINS", "semer ici")


def test_a_heading_above_a_text_is_not_quotable() -> None:
    found = read_sections(heading("Bilan"), prose("La serre."))
    assert not found["Bilan"].quotable
    assert found["La serre."].quotable


@pytest.mark.parametrize("after", [(), (heading("Suites"),)], ids=["end", "heading"])
def test_a_heading_without_a_text_is_quotable(after: tuple[Block, ...]) -> None:
    assert read_sections(heading("Merci"), *after)["Merci"].quotable


def test_a_heading_that_states_a_date_is_quotable() -> None:
    assert read_sections(heading("Réunion du 3 mai 2024"), prose("La serre."))["Réunion du 3 mai 2024"].quotable


@pytest.mark.parametrize("text", ["LE 23 MAI 2023", "Mai 2023", "le 1er août 2024", "12/05/2024", "12.5.24"])
def test_dates_in_headings_are_recognised(text: str) -> None:
    assert states_a_date(text)


@pytest.mark.parametrize("text", ["Mai", "2023", "Chapitre 12", "le 3 mai", "Article 12.5", "Maison 2023"])
def test_other_texts_are_not_taken_for_dates(text: str) -> None:
    assert not states_a_date(text)


def test_guessed_headings_that_list_events_head_no_section() -> None:
    found = read_sections(
        heading("DEUX ATELIERS", inferred=True),
        heading("BRUMEVAL 3 MAI 2024", inferred=True),
        heading("SOURCELLES 9 MAI 2024", inferred=True),
        prose("On a semé."),
    )
    assert found["On a semé."].context == ("DEUX ATELIERS",)
    assert found["BRUMEVAL 3 MAI 2024"].quotable
    assert found["SOURCELLES 9 MAI 2024"].quotable


def test_marked_headings_that_state_dates_head_the_text_below() -> None:
    found = read_sections(heading("3 mai 2024", 2), heading("9 mai 2024", 2), prose("On a semé."))
    assert found["On a semé."].context == ("9 mai 2024",)


def test_a_single_guessed_heading_with_a_date_heads_the_text_below() -> None:
    assert read_sections(heading("RÉUNION DU 3 MAI 2024", inferred=True), prose("x"))["x"].context == (
        "RÉUNION DU 3 MAI 2024",
    )


def test_pages_and_lines_are_kept() -> None:
    (section,) = sections_from_blocks([Block("prose", "x", line=4, page=2)], "s")
    assert section.place == Place(page=2, line=4)
    assert section.source == "s"


def test_a_long_heading_is_cut_where_it_is_repeated() -> None:
    """Guard against a heading of a megabyte above ten thousand paragraphs, which would make ten gigabytes."""
    long = "les jardins " * 100
    found = read_sections(heading(long), item(long + "ici", 1), item("a", 2))
    assert found["a"].context[0] == found["a"].place.heading[0]
    assert [490 < len(text) <= 500 for text in found["a"].context] == [True, True]
    assert all(long.startswith(text.removesuffix("…")) for text in found["a"].context)


def test_items_keep_the_nearest_of_many_enclosing_items() -> None:
    found = read_sections(*(item(str(depth), depth) for depth in range(1, 1000)), item("a", 1000), item("b", 3))
    assert found["a"].context == tuple(map(str, range(988, 1000)))
    assert found["b"].context == ("1", "2")
