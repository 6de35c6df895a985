"""Lines to paragraphs, headings and items. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

from index.reading.documents import pdf
from tests.index.reading.documents.pdf_builders import BODY, OTHER, PROSE, Put, column, made, texts, wrapped


def test_paragraphs_by_white_space_by_indent_and_by_short_lines() -> None:
    first, second = wrapped(PROSE, 90), wrapped(OTHER, 90)
    spaced = column(60, 100, first) + column(60, 100 + 12 * len(first) + 8, second)
    indented = column(60, 100, [*first, *second])
    indented[len(first)] = Put(75, indented[len(first)].y, second[0])
    short = column(60, 100, [*first[:-1], "au jardin.", *second])
    assert texts(made([spaced])) == texts(made([indented])) == [PROSE, OTHER]
    assert len(texts(made([short]))) == 2


def test_a_sentence_goes_on_over_the_page_past_a_note() -> None:
    lines = wrapped(PROSE, 90)
    first = [*column(60, 100, lines[:2]), Put(60, 780, "1 Une note de bas de page, en petit.", 7)]
    found = pdf.read_blocks(made([first, column(60, 100, lines[2:])]))
    assert [(block.text, block.page) for block in found] == [(PROSE, 1), ("1 Une note de bas de page, en petit.", 1)]


def test_headings_rank_by_size_then_bold() -> None:
    page = [
        Put(60, 60, "Bilan", 24),
        Put(60, 100, "Un titre de partie si long qu'il", 16),
        Put(60, 118, "tient sur deux lignes", 16),
        *column(60, 150, wrapped(PROSE, 90)),
        Put(60, 220, "La serre", BODY, "B"),
        *column(60, 234, wrapped(OTHER, 90)),
        Put(60, 300, "Le verger", 16),
        *column(60, 330, wrapped(PROSE, 90)),
    ]
    headings = [block for block in pdf.read_blocks(made([page])) if block.kind == "heading"]
    assert [(block.text, block.level, block.inferred) for block in headings] == [
        ("Bilan", 1, True),
        ("Un titre de partie si long qu'il tient sur deux lignes", 2, True),
        ("La serre", 3, True),
        ("Le verger", 2, True),
    ]


def test_bold_words_in_a_paragraph_are_no_heading() -> None:
    lines = wrapped(PROSE, 90)
    page = column(60, 100, lines)
    page[1] = Put(60, page[1].y, lines[1], BODY, "B")
    assert texts(made([page])) == [PROSE]


def test_items_nest_by_their_indent() -> None:
    lines = wrapped("arroser le soir, quand la terre a refroidi et que l'eau ne brûle plus les feuilles " * 2, 80)
    page = [
        Put(60, 100, "Il faut :"),
        Put(60, 114, "- semer"),
        Put(80, 128, "- des fèves"),
        Put(80, 142, "-"), Put(100, 142, "des pois"),
        Put(60, 156, f"- {lines[0]}"),
        *column(68, 168, lines[1:]),
        Put(60, 220, "1. cueillir"),
        Put(60, 234, "a) le matin"),
    ]  # fmt: skip
    assert [(block.kind, block.level, block.text) for block in pdf.read_blocks(made([page]))] == [
        ("prose", 1, "Il faut :"),
        ("item", 1, "semer"),
        ("item", 2, "des fèves"),
        ("item", 2, "des pois"),
        ("item", 1, " ".join(lines)),
        ("item", 1, "cueillir"),
        ("item", 1, "le matin"),
    ]


def test_tables_of_contents_are_left_out() -> None:
    page = [Put(60, 100, "Bilan ............................. 3"), Put(60, 114, "Suites . . . . . . . . . . . . . 12")]
    assert texts(made([page + column(60, 150, wrapped(PROSE, 90))])) == [PROSE]
