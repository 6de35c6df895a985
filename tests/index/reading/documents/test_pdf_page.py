"""Text of a page, against marks that are only drawn there.

All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import pytest
from fpdf import FPDF

from index.reading.documents import pdf
from tests.index.reading.documents.pdf_builders import (
    BODY,
    HEIGHT,
    PROSE,
    WIDTH,
    column,
    make_pdf,
    raw_pdf,
    texts,
    wrap_text,
)


def test_note_references_are_removed() -> None:
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.add_page()
    document.set_font("Times", "", 12)
    document.set_xy(60, 100)
    document.write(14, "Les bénévoles")
    document.char_vpos = "SUP"
    document.write(14, "12")
    document.char_vpos = "LINE"
    document.write(14, " sèment en 2024 sur 30m2.")
    assert texts(bytes(document.output())) == ["Les bénévoles sèment en 2024 sur 30m2."]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_text_drawn_sideways_is_read(turn: int) -> None:
    assert texts(make_pdf([column(60, 300, wrap_text(PROSE, 80))], turn=turn)) == [PROSE]


def test_watermarks_are_removed() -> None:
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.add_page()
    document.set_font("Times", "", BODY)
    for put in column(60, 100, wrap_text(PROSE, 90)):
        document.text(put.x, put.y, put.text)
    with document.rotation(45, 300, 400):
        document.text(200, 400, "BROUILLON")
    assert texts(bytes(document.output())) == [PROSE]


def test_ligatures_are_expanded() -> None:
    data = raw_pdf(b"BT /F 12 Tf 60 700 Td (en\001n la \002eur) Tj ET", differences=b"1 /fi /fl")
    assert texts(data) == ["enfin la fleur"]


def test_a_page_shown_sideways_is_read() -> None:
    data = raw_pdf(b"BT /F 12 Tf 0 1 -1 0 100 60 Tm (On seme) Tj 0 1 -1 0 114 60 Tm (des feves.) Tj ET", rotate=90)
    assert texts(data) == ["On seme des feves."]


def test_the_scale_of_the_page_affects_the_font_size() -> None:
    text = b"BT /F 1 Tf 12 0 0 12 60 %d Tm (%s) Tj ET "
    content = text % (700, b"Les benevoles sement toute la matinee") + text.replace(b"12 0 0 12", b"24 0 0 24") % (
        750,
        b"Bilan",
    )
    assert next((block.kind, block.text) for block in pdf.read_blocks(raw_pdf(content))) == ("heading", "Bilan")


def test_text_outside_the_page_is_not_read() -> None:
    assert texts(raw_pdf(b"BT /F 12 Tf 60 700 Td (vu) Tj 0 900 Td (hors) Tj ET")) == ["vu"]
