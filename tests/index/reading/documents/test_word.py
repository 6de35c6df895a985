"""Word documents to paragraphs. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from index.reading.documents import word
from index.reading.documents.blocks import blocks_from_paragraphs
from index.reading.outline import Block
from index.reading.paragraphs import NoteParagraph, Paragraph
from tests.index.reading.documents.word_builders import NAMESPACES, STRICT, STYLES, W, package, para, run, sample, texts


def test_a_document_of_python_docx() -> None:
    assert word.read_paragraphs(sample()) == [
        Paragraph("Les Jardins du Pont", heading=1, line=1),
        Paragraph("Bilan", heading=1, bold=5, line=2),
        Paragraph("Colette : on a semé des fèves.\nEt des pois.", bold=9, line=3),
        Paragraph("Lieux", heading=2, bold=5, line=4),
        Paragraph("la serre", item=1, line=5),
        Paragraph("les châssis", item=2, line=6),
        Paragraph("le verger", item=1, line=7),
        Paragraph("large", cell=(0, 0, 0), line=8),
        Paragraph("02", cell=(0, 0, 2), line=9),
        Paragraph("10", cell=(0, 1, 0), line=10),
        Paragraph("11", cell=(0, 1, 1), line=11),
        Paragraph("haut", cell=(0, 1, 2), line=12),
        Paragraph("20", cell=(0, 2, 0), line=13),
        Paragraph("21", cell=(0, 2, 1), line=14),
        Paragraph("Fin.", line=15),
    ]


def test_other_content_controls_are_read() -> None:
    assert texts(f"<w:sdt><w:sdtPr/><w:sdtContent>{para(run('a'))}</w:sdtContent></w:sdt>") == ["a"]
    assert texts(para(f"<w:sdt><w:sdtContent>{run('a')}</w:sdtContent></w:sdt>")) == ["a"]


def test_insertions_are_kept_and_deletions_left_out() -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>hier</w:delText><w:t>!</w:t></w:r></w:del>'
    inserted = f'<w:ins w:id="2">{run("demain")}</w:ins>'
    moved = f"<w:moveFrom>{run('ici')}</w:moveFrom><w:moveTo>{run(', là')}</w:moveTo>"
    assert texts(para(run("On sème ") + deleted + inserted + moved)) == ["On sème demain, là"]


def test_a_deleted_paragraph_mark_joins_the_next_paragraph() -> None:
    mark = '<w:rPr><w:del w:id="3"/></w:rPr>'
    assert texts(para(run("On sème "), mark) + para(run("des fèves."))) == ["On sème des fèves."]
    assert texts(para(run("Fin."), mark)) == ["Fin."]


def test_a_deleted_row_is_left_out() -> None:
    row = "<w:tr>{}<w:tc>{}</w:tc></w:tr>"
    table = row.format('<w:trPr><w:del w:id="1"/></w:trPr>', para(run("a"))) + row.format("", para(run("b")))
    assert texts(f"<w:tbl>{table}</w:tbl>") == ["b"]


def test_links_breaks_tabs_and_hyphens_are_read() -> None:
    link = f"<w:hyperlink>{run('le site')}</w:hyperlink>"
    rest = "<w:r><w:br/><w:t>voir</w:t><w:tab/><w:t>p.</w:t><w:noBreakHyphen/><w:t>12, se\u00admis</w:t></w:r>"
    assert texts(para(link + rest + "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>")) == [
        "le site\nvoir p.-12, semisx=1"
    ]


def test_text_boxes_follow_their_paragraph_once() -> None:
    box = f"<w:txbxContent>{para(run('encadré'))}</w:txbxContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(para(run("avant ") + drawing + run("après"))) == ["avant après", "encadré"]


def test_notes_follow_the_text() -> None:
    def note(number: int, text: str, kind: str = "") -> str:
        return f'<w:footnote w:id="{number}" {kind}>{para(run(text))}</w:footnote>'

    def call(number: int) -> str:
        return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'

    body = para(run("Bilan"), '<w:pStyle w:val="T1"/>') + para(run("Semer") + call(3) + run(" tôt") + call(2))
    footnotes = note(-1, "---", 'w:type="separator"') + note(2, "Fin mai.") + note(3, "Fèves.") + note(4, "Sans appel.")
    found = word.read_paragraphs(package(body, styles=STYLES, footnotes=footnotes))
    assert [paragraph.text for paragraph in found] == ["Bilan", "Semer tôt", "Fèves.", "Fin mai."]
    assert [type(paragraph) for paragraph in found[1:]] == [Paragraph, NoteParagraph, NoteParagraph]
    assert blocks_from_paragraphs(found)[2:] == [
        Block("heading", "Notes"),
        Block("prose", "Fèves.", 3),
        Block("prose", "Fin mai.", 4),
    ]


@pytest.mark.parametrize("main", ["word/document.xml", "word/document2.xml", "autre/texte.xml"])
def test_the_main_part_is_found_by_its_relationship(main: str) -> None:
    assert word.read_paragraphs(package(para(run("a")), main=main))[0].text == "a"


def test_strict_documents_are_read() -> None:
    data = package(para(run("a")), namespaces=NAMESPACES.replace(W, STRICT))
    assert word.read_paragraphs(data)[0].text == "a"


def test_real_interviews_are_read_whole(shared: Path) -> None:
    files = sorted((shared / "data" / "transcripts" / "docx").glob("*.docx"))
    assert len(files) == 3
    for path in files:
        with zipfile.ZipFile(path) as archive:
            body = ElementTree.fromstring(archive.read("word/document.xml"))
        expected = [
            "".join(text.text or "" for text in paragraph.iter(f"{{{W}}}t")) for paragraph in body.iter(f"{{{W}}}p")
        ]
        found = word.read_paragraphs(path.read_bytes())
        assert [paragraph.text for paragraph in found] == [single_spaced(text) for text in expected]
        assert [paragraph.line for paragraph in found] == list(range(1, len(expected) + 1))
        assert len(blocks_from_paragraphs(found)) > 50


def single_spaced(text: str) -> str:
    """Return a text with runs of ordinary spaces reduced to one; other spaces are kept."""
    return " ".join(part for part in text.split(" ") if part)
