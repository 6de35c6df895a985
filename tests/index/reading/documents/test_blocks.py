"""Conversion of word processor paragraphs to blocks, tested with Word documents.

All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from index.reading.documents import word
from index.reading.documents.blocks import blocks_from_paragraphs
from index.reading.outline import Block
from index.reading.paragraphs import NoteParagraph, Paragraph, tidy_runs
from tests.index.reading.documents.word_builders import STYLES, package, para, run, sample


def test_the_rows_of_a_table_are_items() -> None:
    assert blocks_from_paragraphs(word.read_paragraphs(sample()))[-4:] == [
        Block("item", "large | 02", 8),
        Block("item", "10 | 11 | haut", 10),
        Block("item", "20 | 21", 13),
        Block("prose", "Fin.", 15),
    ]


def test_nested_tables_belong_to_their_cell() -> None:
    inside = f"<w:tbl><w:tr><w:tc>{para(run('b'))}</w:tc><w:tc>{para(run('c'))}</w:tc></w:tr></w:tbl>"
    body = f"<w:tbl><w:tr><w:tc>{para(run('a'))}{inside}</w:tc><w:tc>{para(run('d'))}</w:tc></w:tr></w:tbl>"
    assert blocks_from_paragraphs(word.read_paragraphs(package(body))) == [Block("item", "a b c | d", 1)]


def test_a_table_of_one_column_is_a_frame() -> None:
    body = f"<w:tbl><w:tr><w:tc>{para(run('a'))}{para(run('b'))}</w:tc></w:tr></w:tbl>"
    assert blocks_from_paragraphs(word.read_paragraphs(package(body))) == [
        Block("prose", "a", 1),
        Block("prose", "b", 2),
    ]


def test_short_bold_paragraphs_are_headings_in_a_document_without_styles() -> None:
    bold = "<w:b/>"
    body = para(run("LE BILAN", bold)) + para("") + para(run("On a semé.")) + para(run("Fin", bold))
    found = blocks_from_paragraphs(word.read_paragraphs(package(body)))
    assert found[0] == Block("heading", "LE BILAN", 1, level=2, inferred=True)
    assert [block.kind for block in found[1:]] == ["prose", "prose"]


def test_short_bold_paragraphs_are_no_headings_where_styles_mark_headings() -> None:
    body = para(run("Titre"), '<w:pStyle w:val="T1"/>') + para(run("gras", "<w:b/>")) + para(run("texte"))
    assert [block.kind for block in blocks_from_paragraphs(word.read_paragraphs(package(body, styles=STYLES)))] == [
        "heading",
        "prose",
        "prose",
    ]


@given(st.lists(st.tuples(st.text("ab \n\t\u00a0\u00adé", max_size=5), st.booleans()), max_size=6))
def test_the_bold_length_counts_characters_of_the_clean_text(runs: list[tuple[str, bool]]) -> None:
    text, bold = tidy_runs(runs)
    assert 0 <= bold <= len(text)
    assert text == text.strip(" \n")
    if all(is_bold for _, is_bold in runs):
        assert bold == len(text)


def test_many_notes_take_linear_time() -> None:
    """Guard against a look at all paragraphs before each note, in quadratic time."""
    started = time.process_time()
    assert len(blocks_from_paragraphs([Paragraph("a"), *[NoteParagraph("b")] * 100_000])) == 100_001
    assert time.process_time() - started < 10
