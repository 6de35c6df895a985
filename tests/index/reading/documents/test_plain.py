"""Plain text to blocks, by its looks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from index.reading.documents import plain
from index.reading.outline import Block
from tests.index.strategies import texts


def blocks_with_levels(text: str) -> list[tuple[str, str, int]]:
    """Return the blocks of a text: kind, text and level."""
    return [(block.kind, block.text, block.level) for block in plain.read_blocks(text)]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in plain.read_blocks(text)]


def test_a_line_in_capitals_is_a_guessed_heading() -> None:
    heading, prose = plain.read_blocks("LES BÉNÉVOLES\n\nIls sèment le samedi.")
    assert heading == Block("heading", "LES BÉNÉVOLES", 1, level=1, inferred=True)
    assert prose == Block("prose", "Ils sèment le samedi.", 3)


@pytest.mark.parametrize("line", ["L'ESS.", "OUI, OUI,", "LES BÉNÉVOLES;"])
def test_capitals_that_end_like_a_sentence_are_no_heading(line: str) -> None:
    assert [block.kind for block in plain.read_blocks(f"{line}\n\nIls sèment le samedi.")] == ["prose", "prose"]


def test_capitals_over_two_lines_are_one_heading() -> None:
    assert kinds("BRUMEVAL\nLE 3 MAI 2024\n\nIls sèment.")[0] == ("heading", "BRUMEVAL\nLE 3 MAI 2024")


@pytest.mark.parametrize(("rule", "level"), [("=====", 1), ("-----", 2)])
def test_an_underlined_line_is_a_heading(rule: str, level: int) -> None:
    assert blocks_with_levels(f"Les bénévoles\n{rule}\nIls sèment.") == [
        ("heading", "Les bénévoles", level),
        ("prose", "Ils sèment.", 1),
    ]


def test_a_line_with_hashes_is_a_heading_of_that_level() -> None:
    assert blocks_with_levels("### Les bénévoles ###\nIls sèment.") == [
        ("heading", "Les bénévoles", 3),
        ("prose", "Ils sèment.", 1),
    ]


@pytest.mark.parametrize("mark", ["-", "–", "—", "•", "*", "▪", "→", "1.", "12)", "a)"])
def test_every_mark_of_items_is_recognised(mark: str) -> None:
    assert kinds(f"{mark} semer\n{mark} arroser") == [("item", "semer"), ("item", "arroser")]


@pytest.mark.parametrize("line", ["-10 degrés au jardin hier.", "2024. Une année sèche.", "a) ", "3,5 kg de graines."])
def test_a_line_that_only_resembles_an_item_is_prose(line: str) -> None:
    assert [block.kind for block in plain.read_blocks(line)] == ["prose"]


def test_items_nest_by_their_indentation() -> None:
    text = "- semer :\n  - fèves\n\t\t- en mars\n  - pois\n- arroser"
    assert [level for _, _, level in blocks_with_levels(text)] == [1, 2, 3, 2, 1]


def test_a_list_that_is_indented_as_a_whole_is_not_nested() -> None:
    assert [level for _, _, level in blocks_with_levels("Texte long.\n\n    - fèves\n    - pois")][1:] == [1, 1]


def test_prose_between_two_lists_ends_the_nesting() -> None:
    assert [level for _, _, level in blocks_with_levels("- semer\n\nEnsuite vient la récolte.\n\n  - fèves")] == [
        1,
        1,
        1,
    ]


@pytest.mark.parametrize("rest", ["suite en minuscule", "  Suite en retrait"], ids=["lower case", "indented"])
def test_a_continued_line_belongs_to_its_item(rest: str) -> None:
    (item,) = plain.read_blocks(f"- les bénévoles\n{rest}")
    assert item.text == f"les bénévoles\n{rest.strip()}"


def test_a_line_after_a_comma_belongs_to_its_item() -> None:
    assert kinds("- les bénévoles,\nBrumeval") == [("item", "les bénévoles,\nBrumeval")]


def test_a_new_sentence_after_an_item_is_prose() -> None:
    assert kinds("- semer\nNous avons fini.") == [("item", "semer"), ("prose", "Nous avons fini.")]


def test_long_lines_of_a_paragraph_are_joined_and_short_ones_kept() -> None:
    long = "Les bénévoles des jardins arrosent tous les samedis de l'été."
    assert kinds(f"{long}\n{long}") == [("prose", f"{long} {long}")]
    assert kinds("les ateliers\nde la\nserre") == [("prose", "les ateliers\nde la\nserre")]


@pytest.mark.parametrize("text", ["**Semer** et __récolter__ ensemble.", "Semer et **récolter** ensemble."])
def test_emphasis_marks_are_removed(text: str) -> None:
    assert kinds(text) == [("prose", "Semer et récolter ensemble.")]


@pytest.mark.parametrize("text", ["2 ** 3 ** 4 font beaucoup.", "Un astérisque ** seul ici."])
def test_marks_that_emphasise_nothing_are_kept(text: str) -> None:
    assert kinds(text) == [("prose", text)]


def test_a_short_line_alone_above_a_list_is_a_heading() -> None:
    blocks = plain.read_blocks("Les surprises\n\n- la pluie\n- le gel")
    assert [(block.kind, block.inferred) for block in blocks] == [("heading", True), ("item", False), ("item", False)]


def test_lone_lines_at_the_end_are_a_list_under_the_first() -> None:
    lines = ["Trois questions", "Le sol", "La pluie", "Les graines"]
    assert kinds("\n\n".join(lines)) == [("heading", lines[0]), *(("item", line) for line in lines[1:])]


def test_two_lone_lines_at_the_end_are_no_headings() -> None:
    assert [kind for kind, _ in kinds("Merci à tous\n\nÀ bientôt")] == ["prose", "prose"]


@pytest.mark.parametrize("line", ["Ils sèment.", "puis la récolte", "Les bénévoles :", "Un mot, " + "deux mots " * 10])
def test_a_sentence_alone_above_a_list_is_no_heading(line: str) -> None:
    assert kinds(f"{line}\n\n- semer")[0][0] == "prose"


def test_lines_are_counted_in_the_file() -> None:
    assert [block.line for block in plain.read_blocks("\nUN TITRE\n\n- semer\n- arroser", first_line=5)] == [6, 8, 9]


@settings(max_examples=200, deadline=None)
@given(texts)
def test_any_text_is_read_into_blocks_that_hold_text(text: str) -> None:
    for block in plain.read_blocks(text):
        assert block.text.strip()
        assert block.level >= 1
        assert block.line is not None
        assert 1 <= block.line <= text.count("\n") + 1


@settings(max_examples=200, deadline=None)
@given(texts)
def test_no_word_is_added_and_order_is_kept(text: str) -> None:
    letters = iter(char for char in text if char.isalnum())
    read = [char for block in plain.read_blocks(text) for char in block.text if char.isalnum()]
    assert all(char in letters for char in read)  # `in` moves the iterator on: a subsequence


def test_an_item_without_visible_text_is_left_out() -> None:
    assert plain.read_blocks("- \u200b") == []


def test_a_line_after_an_item_without_visible_text_is_read() -> None:
    assert ("prose", "Suite") in kinds("- \u200b\nSuite")
