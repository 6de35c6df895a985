"""Rich Text Format, written by hand as word processors do. All texts are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.documents import rich_text
from index.reading.documents.blocks import blocks_from_paragraphs
from index.reading.outline import Block
from index.reading.paragraphs import NoteParagraph, Paragraph
from tests.index.reading.documents.builders import check_read_or_refused, refusal

SAMPLE = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}}
{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}{\s1\b\outlinelevel0 heading 1;}{\s2 Titre 2;}{\s9 toc 1;}}
{\info{\title Secret}{\author Colette}}{\header\pard En-t\'eate\par}{\footer\pard Pied\par}
{\*\generator Invent\'e;}
\pard\plain\s1\b Les Jardins du Pont\par
\pard\plain\s9 Bilan\tab 3\par
\pard\plain\s2 Bilan\par
\pard\plain{\b Colette\~: }on a \'abs\'e9m\'e9\'bb\line puis \u8239?arros\u233\'e9.\par
{\listtext\pard\plain \'b7\tab}\pard\ls1\ilvl0 la serre\par
{\listtext\'b7\tab}\ilvl1\ls1 les ch\'e2ssis\par
\trowd\cellx1000\cellx2000\pard\intbl Lieu\cell Nombre\cell\row
\trowd\cellx1000\cellx2000\pard\intbl Serre\par bis\cell 2\cell\row
\pard\plain Fin{\super\chftn{\footnote\pard\plain\chftn Une note.}}{\v cach\'e9}{\deleted effac\'e9}.\par
}"""


def texts(body: bytes) -> list[str]:
    return [paragraph.text for paragraph in rich_text.read_paragraphs(b"{\\rtf1\\ansi " + body + b"}")]


def test_a_document_is_read_into_paragraphs() -> None:
    assert rich_text.read_paragraphs(SAMPLE) == [
        Paragraph("Les Jardins du Pont", heading=1, bold=19, line=1),
        Paragraph("Bilan", heading=2, line=2),
        Paragraph("Colette\u00a0: on a «sémé»\npuis \u202farrosé.", bold=9, line=3),
        Paragraph("la serre", item=1, line=4),
        Paragraph("les châssis", item=2, line=5),
        Paragraph("Lieu", cell=(0, 0, 0), line=6),
        Paragraph("Nombre", cell=(0, 0, 1), line=7),
        Paragraph("Serre", cell=(0, 1, 0), line=8),
        Paragraph("bis", cell=(0, 1, 0), line=9),
        Paragraph("2", cell=(0, 1, 1), line=10),
        Paragraph("Fin.", line=11),
        NoteParagraph("Une note.", line=12),
    ]


def test_the_paragraphs_of_a_document_become_blocks() -> None:
    assert blocks_from_paragraphs(rich_text.read_paragraphs(SAMPLE))[5:] == [
        Block("item", "Lieu | Nombre", 6),
        Block("item", "Serre bis | 2", 8),
        Block("prose", "Fin.", 11),
        Block("heading", "Notes"),
        Block("prose", "Une note.", 12),
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"\u233 ?\u-4 ?", "é\ufffc"),
        (rb"{\uc2\u8364\'80\'80 a}", "€ a"),
        (rb"{\uc0\u233 a}", "éa"),
        (rb"\u-10179?\u-8704?", "😀"),
        (rb"\'9c\'80\'85", "œ€…"),
        (rb"a\{b\}c\\d", "a{b}c\\d"),
        (rb"a\-b\_c\emdash d\lquote e\rquote", "ab-c—d‘e’"),
        (rb"a\tab b\line c", "a b\nc"),
        (b"deux\r\nmots", "deuxmots"),
        (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt le site}}", "le site"),
        (rb"{\pict\pngblip 89504e47}a{\*\inconnu b}", "a"),
        (rb"{\pict\bin4 }{}}}a", "a"),
        (rb"{\upr{ansi}{\*\ud{unicode}}}", "ansi"),
        (rb"\mac\'8e", "é"),
        (rb"\ansicpg1251\'c6", "Ж"),
        (rb"\ansicpg99999\'e9", "é"),
    ],
)
def test_special_characters_are_read(body: bytes, text: str) -> None:
    assert texts(body) == [text]


def test_the_encoding_follows_the_font() -> None:
    assert texts(rb"{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}\f1 \'c6{\f0 \'c6}\'c6") == ["ЖÆЖ"]


def test_text_boxes_follow_their_paragraph() -> None:
    box = rb"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard encadr\'e9\par}}}"
    assert texts(rb"avant " + box + rb"apr\'e8s\par fin") == ["avant après", "encadré", "fin"]


def test_outline_levels_make_headings() -> None:
    found = rich_text.read_paragraphs(rb"{\rtf1\pard\outlinelevel1 Lieux\par\pard La serre.\par}")
    assert [paragraph.heading for paragraph in found] == [2, 0]


def test_bold_headings_are_guessed() -> None:
    found = blocks_from_paragraphs(rich_text.read_paragraphs(rb"{\rtf1{\b Bilan}\par\par On a sem\'e9.\par}"))
    assert found == [Block("heading", "Bilan", 1, level=2, inferred=True), Block("prose", "On a semé.", 3)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (SAMPLE[:400], "tronqué"),
        (b"{\\rtf1 " + b"{" * 100_000, "tronqué"),
        (b"", "vide"),
        (b"%PDF-1.4", "un PDF"),
        (b"Bonjour.", "un texte brut"),
    ],
    ids=["cut", "deep", "empty", "pdf", "text"],
)
def test_an_unreadable_file_gives_its_reason(data: bytes, reason: str) -> None:
    assert reason in refusal(rich_text.read_paragraphs, data).reason


PIECES = rb"{ } \par \pard \cell \row \intbl \b \b0 \v \u233? \'e9 \uc3 \footnote \shptxt \*\x \ls1 \ilvl9 \bin3 \f7 \fonttbl \s1 a \ \bin-2 \stylesheet \listtext \~ \'zz \u99999999 \fcharset999".split()  # noqa: E501


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)), max_size=40))
def test_any_tokens_are_read_or_refused(pieces: list[bytes]) -> None:
    check_read_or_refused(rich_text.read_paragraphs, b"{\\rtf1 " + b" ".join(pieces) + b"}")


@given(st.integers(0, len(SAMPLE)), st.binary(max_size=6), st.booleans())
def test_a_damaged_file_is_read_or_refused(place: int, noise: bytes, cut: bool) -> None:
    check_read_or_refused(rich_text.read_paragraphs, SAMPLE[:place] + noise + (b"" if cut else SAMPLE[place:]))
