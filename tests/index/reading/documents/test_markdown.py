"""Markdown to blocks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings

from index.reading.documents import markdown
from index.reading.outline import Block
from tests.index.strategies import texts


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in markdown.read_blocks(text)]


def test_headings_have_their_written_level() -> None:
    text = "# Jardins\n\n### Serre\n\nPont\n====\n\nLavoir\n----"
    assert markdown.read_blocks(text) == [
        Block("heading", "Jardins", 1, level=1),
        Block("heading", "Serre", 3, level=3),
        Block("heading", "Pont", 5, level=1),
        Block("heading", "Lavoir", 8, level=2),
    ]


def test_lines_are_counted_in_the_file_after_its_front_matter() -> None:
    assert [block.line for block in markdown.read_blocks("# Jardins\n\n- semer\n- arroser", first_line=6)] == [6, 8, 9]


def test_a_soft_break_is_a_space_and_a_hard_break_a_line() -> None:
    assert kinds("Les bénévoles\nsèment.  \nPuis attendent.\\\nEnfin.") == [
        ("prose", "Les bénévoles sèment.\nPuis attendent.\nEnfin.")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Les **bénévoles** sèment.",
        "Les *bénévoles* sèment.",
        "Les __bénévoles__ sèment.",
        "Les [bénévoles](https://exemple.invalid) sèment.",
        "Les `bénévoles` sèment.",
        "Les <b>bénévoles</b> sèment.",
        "Les bénévoles&#32;sèment.",
        "> Les bénévoles sèment.",
    ],
)
def test_inline_marks_are_removed(text: str) -> None:
    assert kinds(text) == [("prose", "Les bénévoles sèment.")]


def test_escaped_marks_are_kept_as_written() -> None:
    assert kinds(r"\- participant\*es") == [("prose", "- participant*es")]


def test_items_nest() -> None:
    blocks = markdown.read_blocks("- semer :\n  - fèves\n    1. en mars\n- arroser")
    assert [(block.text, block.level) for block in blocks] == [
        ("semer :", 1),
        ("fèves", 2),
        ("en mars", 3),
        ("arroser", 1),
    ]


def test_paragraphs_of_an_item_are_one_item() -> None:
    assert kinds("- Semer.\n\n  Puis arroser.") == [("item", "Semer.\nPuis arroser.")]


def test_a_table_row_is_an_item_of_its_cells() -> None:
    text = "| Lieu | Nombre |\n|---|---|\n| Brumeval | **12** |\n| Sourcelles | 7 |"
    assert kinds(text) == [("item", "Lieu | Nombre"), ("item", "Brumeval | 12"), ("item", "Sourcelles | 7")]


def test_words_inside_html_are_read() -> None:
    assert kinds("<div>\nLes bénévoles\n<!-- à revoir -->\n</div>") == [("prose", "Les bénévoles")]


def test_comments_are_not_read() -> None:
    assert kinds("<!-- à revoir\navec l'équipe -->\n\nLes bénévoles.") == [("prose", "Les bénévoles.")]


def test_code_is_kept_unchanged() -> None:
    assert kinds("```\nsemer **ici**\n```\n\n    arroser") == [("prose", "semer **ici**"), ("prose", "arroser")]


@pytest.mark.parametrize("text", ["", "   ", "---", "- ", "#", "| |\n|-|", "[a]: b", "<br>"])
def test_text_without_words_gives_no_block(text: str) -> None:
    assert markdown.read_blocks(text) == []


@settings(max_examples=200, deadline=None)
@given(texts)
def test_any_text_is_read_into_blocks_that_hold_text(text: str) -> None:
    for block in markdown.read_blocks(text):
        assert block.text.strip()
        assert block.level >= 1
        assert block.line is None or 1 <= block.line <= text.count("\n") + 1


@pytest.mark.parametrize("text", ["[" * 500, "*a " * 500, "![" * 300 + "fin", "(" * 500])
def test_unclosed_marks_are_read_as_words(text: str) -> None:
    assert "".join(text.split())[:3] in "".join(markdown.read_blocks(text)[0].text.split())


@pytest.mark.parametrize(
    "text", [">" * 25 + " fin", "\n".join("  " * depth + "- fin" for depth in range(12))], ids=["quote", "list"]
)
def test_deeply_nested_words_are_not_lost(text: str) -> None:
    assert sum(block.text.count("fin") for block in markdown.read_blocks(text)) == text.count("fin")


def test_paragraphs_around_a_nested_list_are_not_joined() -> None:
    blocks = markdown.read_blocks("- Avant le gel :\n  - rentrer les pots\n\n  Après le gel, attendre.")
    assert [block.text for block in blocks] == ["Avant le gel :", "rentrer les pots", "Après le gel, attendre."]


@pytest.mark.parametrize("marks", ["*a _b ", "**", "![", "[", "> ", "- ", "<!--", "<b", "`a", "a**b", "| "])
def test_repeated_marks_take_linear_time(marks: str) -> None:
    """Guard against recursion errors and against a search from each mark to the end of the text, which took minutes."""
    text = "Les fèves.\n\n" + marks * 20_000 + "\n\n<div>\n" + marks * 20_000
    started = time.process_time()
    assert kinds(text)[0] == ("prose", "Les fèves.")
    assert time.process_time() - started < 10


def test_marks_nested_deeper_than_the_recursion_limit_keep_their_words() -> None:
    assert kinds("*a _b " * 3000 + "c" + "_ *" * 3000)[0][1].count("b") == 3000


def test_tags_and_comments_of_a_block_are_removed() -> None:
    assert kinds("<div>\nun <!-- a > b\n--> deux <b\nx>trois</b> <!-- quatre > cinq < six") == [
        ("prose", "un deux trois cinq < six")
    ]
