"""Removal of page furniture: text that recurs at page edges is removed, text of the body is kept.

All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import pytest

from index.reading.documents import pdf
from tests.index.reading.documents.pdf_builders import (
    PROSE,
    PlacedText,
    column,
    make_pdf,
    pages_with_furniture,
    texts,
    wrap_text,
)


@pytest.mark.parametrize("footer", ["Page {1} sur {2}", "- {1} -", "{1}", "{1} / {2}", "Rapport, page {1}"])
@pytest.mark.parametrize("pages", [2, 3, 6])
def test_headers_footers_and_page_numbers_are_removed(pages: int, footer: str) -> None:
    found = texts(pages_with_furniture(pages, footer=footer))
    assert len(found) == 1
    assert not any(word in found[0] for word in ("rapport", "Rapport", "Page", "2024", "sur"))
    assert len(found[0].split()) == 300 * pages


def test_headers_that_differ_between_odd_and_even_pages_are_removed() -> None:
    pages = []
    for number in range(1, 9):
        body = column(60, 90, wrap_text(f"{number} {PROSE}", 90))
        header = [] if number == 1 else [PlacedText(60, 40, "Rapport" if number % 2 else "Les Jardins du Pont")]
        pages.append([*header, PlacedText(280, 810, str(number)), *body])
    assert texts(make_pdf(pages)) == [f"{number} {PROSE}" for number in range(1, 9)]


def test_text_that_recurs_inside_pages_is_kept() -> None:
    pages = [[PlacedText(60, 300, "Question ouverte"), *column(60, 330, [f"Réponse {number}."])] for number in "abc"]
    assert sum("Question ouverte" in text for text in texts(make_pdf(pages))) == 3


def test_numbered_titles_at_the_top_of_pages_are_kept() -> None:
    pages = [
        [PlacedText(60, 60, f"Atelier {number}", 20), *column(60, 100, wrap_text(PROSE, 90))] for number in range(1, 6)
    ]
    headings = [block for block in pdf.read_blocks(make_pdf(pages)) if block.kind == "heading"]
    assert [block.text for block in headings] == [f"Atelier {number}" for number in range(1, 6)]
    assert [block.page for block in headings] == [1, 2, 3, 4, 5]
