"""Refusals of unreadable Word documents, and damaged ones.

All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reading.documents import word
from tests.index.reading.documents.builders import check_read_or_refused, nestings, refusal
from tests.index.reading.documents.word_builders import package, sample


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.4", "il ressemble à un PDF"),
        (b"Un texte.", "il ressemble à un texte brut"),
        (package("", main="xl/workbook.xml", namespaces='xmlns:w="urn:feuille"'), "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "d'avant 2007"),
        (sample()[: len(sample()) // 2], "tronqué"),
        (package("<w:p>"), "abîmé"),
        (package("<w:sdt>" * 300 + "</w:sdt>" * 300), "imbriqués"),
    ],
    ids=["pdf", "text", "sheet", "doc", "cut", "xml", "deep"],
)
def test_an_unreadable_file_gives_its_reason(data: bytes, reason: str) -> None:
    assert reason in refusal(word.read_paragraphs, data).reason


@settings(deadline=None)  # the first example makes the good file
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    good = sample()
    kind = data.draw(st.sampled_from(("cut", "bytes", "flip")))
    if kind == "cut":
        bad = good[: data.draw(st.integers(0, len(good)))]
    elif kind == "bytes":
        bad = b"PK\x03\x04" + data.draw(st.binary(max_size=200))
    else:
        place = data.draw(st.integers(0, len(good) - 8))
        bad = good[:place] + data.draw(st.binary(min_size=1, max_size=8)) + good[place + 8 :]
    check_read_or_refused(word.read_paragraphs, bad)


WORDS = "w:p w:r w:t w:tbl w:tr w:tc w:pPr w:rPr w:sdt w:txbxContent w:drawing w:ins w:del w:vMerge w:numPr mc:Choice"


@given(nestings(WORDS))
def test_any_nesting_of_elements_is_read(body: str) -> None:
    check_read_or_refused(word.read_paragraphs, package(body))
