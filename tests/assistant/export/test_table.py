"""Tests of CSV exports: a spreadsheet reads them, and runs no formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.export.table import COLUMNS, export, harmless
from assistant.export.wording import clean
from index.types import Passage
from tests.assistant.export.passage_samples import HOSTILE, exported, hostile, passage, several, thousand

DANGEROUS = tuple("=+-@\t\r＝＋－＠")


def rows(passages: list[Passage]) -> list[list[str]]:
    content = exported(export, passages)
    assert content.startswith(b"\xef\xbb\xbf")
    head, *others = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert tuple(head) == COLUMNS
    return others


def test_columns_hold_the_known_metadata() -> None:
    page, speaker, heading, line = (dict(zip(COLUMNS, row, strict=True)) for row in rows(several()))
    assert speaker == {
        "texte": "On soupçonne un membre du CA.",
        "source": "transcripts/e1.md",
        "titre": "Entretien d’une jardinière",
        "genre": "entretien",
        "site": "Sourcelles",
        "date": "2020-09",
        "page": "",
        "début": "00:12:30",
        "fin": "01:02:41",
        "locuteur": "Enquêtée 2",
        "titre de section": "Les courges",
        "identifiant du passage": "entretien-7",
        "nature": "original",
        "accès": "équipe",
    }
    assert (page["page"], page["accès"], line["nature"]) == ("12", "public", "reformulation")
    assert heading["titre de section"] == "La charte › Les engagements"


def test_without_passages_the_table_has_no_rows() -> None:
    assert rows([]) == []


def test_a_thousand_passages_are_a_thousand_rows() -> None:
    assert [row[0] for row in rows(thousand())] == [passage.text for passage in thousand()]


def test_no_cell_is_a_formula_and_texts_are_unchanged() -> None:
    for made, row in zip(hostile(), rows(hostile()), strict=True):
        assert not [cell for cell in row if cell.lstrip().startswith(DANGEROUS)]
        assert row[0].removeprefix("'") == clean(made.text)
        assert row[2] == row[4] == row[9] == row[10] == row[0]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\u200b=", "\ufeff=", "\x00=", "\u202e="])
def test_each_sign_that_starts_a_formula_gets_an_apostrophe(sign: str) -> None:
    assert harmless(f"{sign}1") == f"'{clean(sign)}1"


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert not harmless(text).lstrip().startswith(DANGEROUS)
    assert harmless(text).removeprefix("'") in (clean(text), clean(text).removeprefix("'"))


def test_plain_words_are_unchanged() -> None:
    assert harmless("l’eau = la vie") == "l’eau = la vie"
    assert rows([passage(HOSTILE[9])])[0][0] == HOSTILE[9]
