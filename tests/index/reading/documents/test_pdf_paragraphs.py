"""Lines to paragraphs, headings and items. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

from index.reading.documents import pdf
from tests.index.reading.documents.pdf_builders import (
    BODY,
    OTHER,
    PROSE,
    PlacedText,
    column,
    make_pdf,
    texts,
    wrap_text,
)


def test_paragraphs_are_separated_by_white_space_indents_and_short_lines() -> None:
    first, second = wrap_text(PROSE, 90), wrap_text(OTHER, 90)
    spaced = column(60, 100, first) + column(60, 100 + 12 * len(first) + 8, second)
    indented = column(60, 100, [*first, *second])
    indented[len(first)] = PlacedText(75, indented[len(first)].y, second[0])
    short = column(60, 100, [*first[:-1], "au jardin.", *second])
    assert texts(make_pdf([spaced])) == texts(make_pdf([indented])) == [PROSE, OTHER]
    assert len(texts(make_pdf([short]))) == 2


def test_a_sentence_continues_on_the_next_page_after_a_note() -> None:
    lines = wrap_text(PROSE, 90)
    first = [*column(60, 100, lines[:2]), PlacedText(60, 780, "1 Une note de bas de page, en petit.", 7)]
    found = pdf.read_blocks(make_pdf([first, column(60, 100, lines[2:])]))
    assert [(block.text, block.page) for block in found] == [(PROSE, 1), ("1 Une note de bas de page, en petit.", 1)]


def test_headings_rank_by_size_then_bold() -> None:
    page = [
        PlacedText(60, 60, "Bilan", 24),
        PlacedText(60, 100, "Un titre de partie si long qu'il", 16),
        PlacedText(60, 118, "tient sur deux lignes", 16),
        *column(60, 150, wrap_text(PROSE, 90)),
        PlacedText(60, 220, "La serre", BODY, "B"),
        *column(60, 234, wrap_text(OTHER, 90)),
        PlacedText(60, 300, "Le verger", 16),
        *column(60, 330, wrap_text(PROSE, 90)),
    ]
    headings = [block for block in pdf.read_blocks(make_pdf([page])) if block.kind == "heading"]
    assert [(block.text, block.level, block.inferred) for block in headings] == [
        ("Bilan", 1, True),
        ("Un titre de partie si long qu'il tient sur deux lignes", 2, True),
        ("La serre", 3, True),
        ("Le verger", 2, True),
    ]


def test_bold_words_in_a_paragraph_are_no_heading() -> None:
    lines = wrap_text(PROSE, 90)
    page = column(60, 100, lines)
    page[1] = PlacedText(60, page[1].y, lines[1], BODY, "B")
    assert texts(make_pdf([page])) == [PROSE]


def test_items_nest_by_their_indent() -> None:
    lines = wrap_text("arroser le soir, quand la terre a refroidi et que l'eau ne brûle plus les feuilles " * 2, 80)
    page = [
        PlacedText(60, 100, "Il faut :"),
        PlacedText(60, 114, "- semer"),
        PlacedText(80, 128, "- des fèves"),
        PlacedText(80, 142, "-"), PlacedText(100, 142, "des pois"),
        PlacedText(60, 156, f"- {lines[0]}"),
        *column(68, 168, lines[1:]),
        PlacedText(60, 220, "1. cueillir"),
        PlacedText(60, 234, "a) le matin"),
    ]  # fmt: skip
    assert [(block.kind, block.level, block.text) for block in pdf.read_blocks(make_pdf([page]))] == [
        ("prose", 1, "Il faut :"),
        ("item", 1, "semer"),
        ("item", 2, "des fèves"),
        ("item", 2, "des pois"),
        ("item", 1, " ".join(lines)),
        ("item", 1, "cueillir"),
        ("item", 1, "le matin"),
    ]


def test_tables_of_contents_are_left_out() -> None:
    page = [
        PlacedText(60, 100, "Bilan ............................. 3"),
        PlacedText(60, 114, "Suites . . . . . . . . . . . . . 12"),
    ]
    assert texts(make_pdf([page + column(60, 150, wrap_text(PROSE, 90))])) == [PROSE]
