"""Columns, table rows and reading order. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

from fpdf import FPDF

from index.reading.documents import pdf
from index.reading.outline import Block
from tests.index.reading.documents.pdf_builders import (
    BODY,
    HEIGHT,
    OTHER,
    PROSE,
    WIDTH,
    PlacedText,
    column,
    make_pdf,
    texts,
    wrap_text,
)


def test_two_columns_under_a_full_width_title_are_read_in_order() -> None:
    left, right = wrap_text(PROSE + " " + OTHER, 44), wrap_text(OTHER + " " + PROSE, 44)
    page = [PlacedText(60, 80, "Les Jardins du Pont : bilan de la quatrième année de culture", 18)]
    page += [line for pair in zip(column(60, 120, left), column(310, 120, right), strict=False) for line in pair]
    page += [
        PlacedText(
            60, 320, "Une ligne de pleine largeur qui sépare les deux colonnes d'en haut de ce qui suit, en bas."
        )
    ]
    assert pdf.read_blocks(make_pdf([page])) == [
        Block("heading", "Les Jardins du Pont : bilan de la quatrième année de culture", page=1, inferred=True),
        Block("prose", f"{PROSE} {OTHER}", page=1),
        Block("prose", f"{OTHER} {PROSE}", page=1),
        Block("prose", page[-1].text, page=1),
    ]


def test_a_paragraph_continues_in_the_next_column() -> None:
    lines = wrap_text(PROSE + " " + PROSE, 44)
    half = len(lines) // 2
    data = make_pdf([column(60, 100, lines[:half]) + column(310, 100, lines[half:])])
    assert texts(data) == [PROSE + " " + PROSE]


def test_three_columns_are_read_in_order() -> None:
    page = [
        put
        for number in range(3)
        for put in column(50 + 170 * number, 100, wrap_text(PROSE.replace("Les", f"{number} Les"), 28))
    ]
    assert [text[:5] for text in texts(make_pdf([page]))] == ["0 Les", "1 Les", "2 Les"]


def test_aligned_cells_make_table_rows() -> None:
    rows = [("Lieu", "Lits", "Depuis"), ("Brumeval", "12", "2019"), ("Sourcelles", "7", "2021")]
    page = column(60, 100, wrap_text(PROSE, 90))
    for number, row in enumerate(rows):
        page += [PlacedText(60 + 150 * place, 200 + 16 * number, cell) for place, cell in enumerate(row)]
    page.append(PlacedText(210, 244, "environ"))
    assert texts(make_pdf([page]))[1:] == [
        "Lieu | Lits | Depuis",
        "Brumeval | 12 | 2019",
        "Sourcelles | 7 environ | 2021",
    ]


def test_justified_lines_are_no_table_rows() -> None:
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.add_page()
    document.set_font("Times", "", BODY)
    text = f"{PROSE} pareillement extraordinairement collectivement perpétuellement particulièrement. {OTHER}"
    document.multi_cell(110, 12, text, align="J")
    assert texts(bytes(document.output())) == [text]
