"""OpenDocument texts to paragraphs. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.documents import opendocument
from index.reading.documents.blocks import blocks_from_paragraphs
from index.reading.outline import Block
from index.reading.paragraphs import NoteParagraph, Paragraph
from tests.index.reading.documents.builders import check_read_or_refused, nestings, refusal
from tests.index.reading.documents.opendocument_builders import NAMESPACES, p, package, sample


def texts(body: str, styles: str = "", shared: str = "") -> list[str]:
    return [paragraph.text for paragraph in opendocument.read_paragraphs(package(body, styles, shared))]


def test_a_document_of_odfpy() -> None:
    assert opendocument.read_paragraphs(sample()) == [
        Paragraph("Les Jardins du Pont", heading=1, line=1),
        Paragraph("Bilan", heading=2, line=2),
        Paragraph("Colette : on a semé des fèves.\nEt des pois.", bold=9, line=3),
        Paragraph("la serre", item=1, line=4),
        Paragraph("les châssis", item=2, line=5),
        Paragraph("a", cell=(0, 0, 0), line=6),
        Paragraph("b", cell=(0, 0, 1), line=7),
        Paragraph("c", cell=(0, 1, 0), line=8),
        Paragraph("d", cell=(0, 1, 1), line=9),
    ]
    assert blocks_from_paragraphs(opendocument.read_paragraphs(sample()))[-2:] == [
        Block("item", "a | b", 6),
        Block("item", "c | d", 8),
    ]


def test_deletions_and_comments_are_left_out() -> None:
    changes = f"<text:tracked-changes><text:changed-region><text:deletion>{p('hier')}</text:deletion>"
    body = changes + "</text:changed-region></text:tracked-changes>"
    body += p("On<office:annotation>" + p("Vraiment ?") + "</office:annotation> sème<text:change/>.")
    assert texts(body) == ["On sème."]


def test_hidden_text_is_left_out() -> None:
    styles = (
        '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    )
    body = p('vu<text:span text:style-name="H"> caché<text:span> dedans</text:span></text:span> enfin')
    body += f'<text:section text:display="none">{p("rien")}</text:section><text:section>{p("tout")}</text:section>'
    body += p("<text:hidden-text>secret</text:hidden-text>ici")
    assert texts(body, styles) == ["vu enfin", "tout", "ici"]


def test_notes_follow_the_text() -> None:
    def note(inside: str) -> str:
        citation = "<text:note-citation>1</text:note-citation>"
        return f"<text:note>{citation}<text:note-body>{p(inside)}</text:note-body></text:note>"

    body = '<text:h text:outline-level="1">Bilan</text:h>' + p(f"Semer{note('Fèves.')} tôt") + p("Fin.")
    found = opendocument.read_paragraphs(package(body))
    assert [paragraph.text for paragraph in found] == ["Bilan", "Semer tôt", "Fin.", "Fèves."]
    assert isinstance(found[-1], NoteParagraph)
    assert blocks_from_paragraphs(found)[-2:] == [Block("heading", "Notes"), Block("prose", "Fèves.", 4)]


def test_frames_follow_their_paragraph() -> None:
    frame = f"<draw:frame><draw:text-box>{p('encadré')}</draw:text-box><svg:title>image</svg:title></draw:frame>"
    assert texts(p(f"avant {frame}après") + frame) == ["avant après", "encadré", "encadré"]


def test_tables_of_contents_are_left_out() -> None:
    contents = f"<text:table-of-content><text:index-body>{p('Bilan 3')}</text:index-body></text:table-of-content>"
    assert texts(contents + p("Corps")) == ["Corps"]


def test_spanned_and_repeated_cells_keep_their_column() -> None:
    row = (
        f'<table:table-row><table:table-cell table:number-columns-repeated="2">{p("a")}</table:table-cell>'
        f"<table:covered-table-cell/><table:table-cell>{p('b')}</table:table-cell></table:table-row>"
    )
    body = f"<table:table><table:table-header-rows>{row}</table:table-header-rows>{row}</table:table>"
    assert [paragraph.cell for paragraph in opendocument.read_paragraphs(package(body))] == [
        (0, 0, 0), (0, 0, 3), (0, 1, 0), (0, 1, 3),
    ]  # fmt: skip


def test_bold_is_inherited() -> None:
    shared = (
        '<style:style style:name="Fort" style:family="paragraph"><style:text-properties fo:font-weight="bold"/>'
        '</style:style><style:style style:name="Titre" style:family="paragraph"/>'
    )
    styles = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Fort"/>'
        '<style:style style:name="P2" style:family="paragraph" style:parent-style-name="Titre"/>'
        '<style:style style:name="P3" style:family="paragraph" style:parent-style-name="P3"/>'
        '<style:style style:name="N" style:family="text"><style:text-properties fo:font-weight="400"/></style:style>'
    )
    body = (
        p("gras", "P1") + p('gr<text:span text:style-name="N">as</text:span>', "P1") + p("titre", "P2") + p("x", "P3")
    )
    found = opendocument.read_paragraphs(package(body, styles, shared))
    assert [paragraph.bold for paragraph in found] == [4, 2, 0, 0]
    assert [paragraph.heading for paragraph in found] == [0, 0, 1, 0]


def test_a_numbered_heading_is_no_item() -> None:
    body = '<text:list><text:list-item><text:h text:outline-level="2">Bilan</text:h></text:list-item></text:list>'
    assert opendocument.read_paragraphs(package(body)) == [Paragraph("Bilan", heading=2, line=1)]


ENCRYPTED = f"<manifest:manifest {NAMESPACES}><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"  # noqa: E501


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{\\rtf1 a}", "un document RTF"),
        (package("", media_type="application/vnd.oasis.opendocument.spreadsheet"), "classeur LibreOffice"),
        (package("", **{"META-INF__manifest_xml": ENCRYPTED}), "mot de passe"),
        (package("", **{"encrypted-package": "x"}), "mot de passe"),
        (sample()[:-100], "tronqué"),
        (package("<text:p>"), "abîmé"),
        (package("<text:section>" * 300 + "</text:section>" * 300), "imbriqués"),
        (b"", "vide"),
    ],
    ids=["rtf", "sheet", "password", "package", "cut", "xml", "deep", "empty"],
)
def test_an_unreadable_file_gives_its_reason(data: bytes, reason: str) -> None:
    assert reason in refusal(opendocument.read_paragraphs, data).reason


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    good = sample()
    place = data.draw(st.integers(0, len(good)))
    bad = good[:place] + data.draw(st.binary(max_size=8))
    check_read_or_refused(opendocument.read_paragraphs, bad if data.draw(st.booleans()) else bad + good[place + 8 :])


TAGS = """text:p text:h text:span text:list text:list-item table:table table:table-row table:table-cell text:note
text:s draw:frame"""


@given(nestings(TAGS))
def test_any_nesting_of_elements_is_read(body: str) -> None:
    check_read_or_refused(opendocument.read_paragraphs, package(body))
