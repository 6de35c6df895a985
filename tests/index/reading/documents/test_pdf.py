"""Opening of PDF files, and the refusals of those that cannot be read.

All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from index.errors import UnreadableFile
from index.reading.documents import pdf
from tests.index.reading.documents.builders import refusal
from tests.index.reading.documents.pdf_builders import (
    BODY,
    HEIGHT,
    PROSE,
    WIDTH,
    PlacedText,
    column,
    make_pdf,
    pages_with_furniture,
    raw_pdf,
    sample,
    texts,
    wrap_text,
)


def scanned(stamp: str = "") -> bytes:
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.add_page()
    document.image(Image.new("L", (60, 80), 200), 0, 0, WIDTH, HEIGHT)
    document.set_font("Times", "", BODY)
    document.text(60, 60, stamp)
    return bytes(document.output())


def test_an_empty_user_password_opens() -> None:
    assert texts(make_pdf([column(60, 100, wrap_text(PROSE, 90))], protect="")) == [PROSE]


@pytest.mark.parametrize(
    ("data", "reason", "remedy"),
    [
        (scanned(), "est une image (document scanné)", "ocrmypdf"),
        (scanned("Scan 0001"), "est une image (document scanné)", "ocrmypdf"),
        (make_pdf([[]]), "ne contient pas de texte", "ocrmypdf"),
        (make_pdf([[PlacedText(60, 60, "a")]], protect="secret"), "mot de passe", "sans mot de passe"),
        (sample()[:-400], "tronqué", "Copiez-le"),
        (b"%PDF-1.4\nrien\n%%EOF", "abîmé", "Copiez-le"),
        (sample().replace(b"/Type /Page\n", b"/Type /Gape\n").replace(b"/Kids", b"/Sdik"), "abîmé", "Copiez-le"),
        (b"PK\x03\x04", "archive zip", "suffixe"),
        (b"Bonjour.", "texte brut", "suffixe"),
        (b"", "vide", "Retirez-le"),
    ],
    ids=["scan", "stamped", "blank", "password", "cut", "hollow", "pages", "zip", "text", "empty"],
)
def test_an_unreadable_file_gives_its_reason_and_remedy(data: bytes, reason: str, remedy: str) -> None:
    error = refusal(pdf.read_blocks, data)
    assert reason in error.reason
    assert remedy in error.remedy


def test_fonts_without_known_letters_are_refused() -> None:
    data = raw_pdf(b"BT /F 12 Tf 60 700 Td (\001\002\001\002 ab) Tj ET", differences=b"1 /uniE001 /uniE002")
    with pytest.raises(UnreadableFile, match="polices"):
        pdf.read_blocks(data)


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MAX_PAGES", 1)
    with pytest.raises(UnreadableFile, match="démesuré"):
        pdf.read_blocks(sample())


def test_too_many_characters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.reading.documents.pdf_page.MAX_CHARACTERS", 10)
    with pytest.raises(UnreadableFile, match="démesuré"):
        pdf.read_blocks(sample())


def test_bytes_before_the_header_are_skipped() -> None:
    assert texts(b"\r\n junk \n" + sample()) == texts(sample())


def test_threads_give_the_same_results() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(texts, [sample(), pages_with_furniture(3)] * 6))
    assert results[::2] == [results[0]] * 6
    assert results[1::2] == [results[1]] * 6


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    good = sample()
    bad = bytearray(good)
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(good) - 4))
        bad[place : place + 4] = data.draw(
            st.one_of(st.binary(max_size=6), st.sampled_from([b"9999", b"-1 0", b"<<[("]))
        )
    if data.draw(st.booleans()):
        del bad[data.draw(st.integers(0, len(bad))) : data.draw(st.integers(0, len(bad)))]
    check_read_or_refused(bytes(bad))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(noise: bytes) -> None:
    check_read_or_refused(noise)
    check_read_or_refused(b"%PDF-1.4\n" + noise + b"\n%%EOF")


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_any_page_content_is_read_or_refused(pieces: list[bytes]) -> None:
    check_read_or_refused(
        raw_pdf(b"BT /F 12 Tf 60 700 Td " + b" Tj (a) Tj 1e9 0 0 -7 0 nan Tm ".join(pieces) + b" (b) Tj ET")
    )


def check_read_or_refused(data: bytes) -> None:
    try:
        found = pdf.read_blocks(data)
    except UnreadableFile as error:
        assert error.reason and error.remedy
    else:
        assert all(block.text and block.page for block in found)
