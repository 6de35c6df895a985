"""Word documents, made by python-docx or by hand. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import functools
import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading.documents import word
from index.reading.documents.blocks import Note, blocks, clean
from index.reading.outline import Block
from index.reading.paragraphs import Paragraph

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="urn:wps" '
    'xmlns:v="urn:v" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
PARTS = ("styles", "footnotes", "endnotes")


def package(body: str, main: str = "word/document.xml", namespaces: str = NAMESPACES, **parts: str) -> bytes:
    """A document of this body; `styles`, `footnotes` and `endnotes` are what those parts hold."""
    folder, _, name = main.rpartition("/")

    def relations(targets: dict[str, str]) -> str:
        inside = "".join(
            f'<Relationship Id="r{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>' for kind, target in targets.items()
        )
        return f'<Relationships xmlns="{PACKAGE}">{inside}</Relationships>'

    members = {
        "_rels/.rels": relations({"officeDocument": main}),
        main: f"<w:document {namespaces}><w:body>{body}</w:body></w:document>",
        f"{folder}/_rels/{name}.rels": relations({kind: f"{kind}.xml" for kind in parts}),
        **{f"{folder}/{kind}.xml": f"<w:{kind} {namespaces}>{inside}</w:{kind}>" for kind, inside in parts.items()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in members.items():
            archive.writestr(path, text)
    return buffer.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def texts(body: str, **parts: str) -> list[str]:
    return [paragraph.text for paragraph in word.paragraphs(package(body, **parts))]


@functools.cache
def sample() -> bytes:
    """A document with a bit of everything that python-docx can write."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "En-tête de page"
    document.sections[0].footer.paragraphs[0].text = "Pied de page"
    document.add_heading("Les Jardins du Pont", 0)
    document.add_heading("Bilan", 1)
    paragraph = document.add_paragraph()
    paragraph.add_run("Colette :").bold = True
    paragraph.add_run(" on a semé\tdes fèves.\nEt des pois.")
    document.add_heading("Lieux", 2)
    document.add_paragraph("la serre", style="List Bullet")
    document.add_paragraph("les châssis", style="List Bullet 2")
    document.add_paragraph("le verger", style="List Number")
    table = document.add_table(rows=3, cols=3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "large"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "haut"
    document.add_paragraph("Fin.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_document_of_python_docx() -> None:
    assert word.paragraphs(sample()) == [
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


def test_its_blocks() -> None:
    assert blocks(word.paragraphs(sample()))[-4:] == [
        Block("item", "large | 02", 8),
        Block("item", "10 | 11 | haut", 10),
        Block("item", "20 | 21", 13),
        Block("prose", "Fin.", 15),
    ]


STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="x"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Mien"><w:name w:val="Mon titre"/><w:basedOn w:val="T1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Plan"><w:name w:val="Plan"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr>'
    '</w:style><w:style w:type="paragraph" w:styleId="Boucle"><w:basedOn w:val="Boucle2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Boucle2"><w:basedOn w:val="Boucle"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="TM1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Gras"><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Sanstm"><w:basedOn w:val="T1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>'
    '</w:style><w:style w:type="character" w:styleId="lev"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    ("style", "rank"),
    [("T1", 1), ("Titre2", 2), ("Mien", 1), ("Plan", 3), ("Boucle", 0), ("Absent", 0), ("Normal", 0), ("Sanstm", 0)],
)
def test_headings_by_style(style: str, rank: int) -> None:
    (found,) = word.paragraphs(package(para(run("a"), f'<w:pStyle w:val="{style}"/>'), styles=STYLES))
    assert found.heading == rank


@pytest.mark.parametrize(("level", "rank"), [("0", 1), ("8", 9), ("9", 0), ("x", 0), ("-1", 0)])
def test_headings_by_outline_level(level: str, rank: int) -> None:
    (found,) = word.paragraphs(package(para(run("a"), f'<w:outlineLvl w:val="{level}"/>')))
    assert found.heading == rank


@pytest.mark.parametrize(
    ("numbering", "depth"),
    [
        ('<w:ilvl w:val="0"/><w:numId w:val="3"/>', 1),
        ('<w:ilvl w:val="2"/><w:numId w:val="3"/>', 3),
        ('<w:numId w:val="3"/>', 1),
        ('<w:ilvl w:val="0"/><w:numId w:val="0"/>', 0),
        ('<w:ilvl w:val="99999999999"/><w:numId w:val="1"/>', 1),
    ],
)
def test_items_by_numbering(numbering: str, depth: int) -> None:
    (found,) = word.paragraphs(package(para(run("a"), f"<w:numPr>{numbering}</w:numPr>")))
    assert found.item == depth


def test_a_numbered_heading_is_a_heading() -> None:
    properties = '<w:pStyle w:val="T1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    (found,) = word.paragraphs(package(para(run("a"), properties), styles=STYLES))
    assert (found.heading, found.item) == (1, 0)


def test_tables_of_contents_are_left_out() -> None:
    control = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{para(run('Sommaire'))}</w:sdtContent></w:sdt>"
    )
    body = control + para(run("Bilan 3"), '<w:pStyle w:val="TM1"/>') + para(run("Corps"))
    assert texts(body, styles=STYLES) == ["Corps"]


def test_other_content_controls_are_read() -> None:
    assert texts(f"<w:sdt><w:sdtPr/><w:sdtContent>{para(run('a'))}</w:sdtContent></w:sdt>") == ["a"]
    assert texts(para(f"<w:sdt><w:sdtContent>{run('a')}</w:sdtContent></w:sdt>")) == ["a"]


def test_insertions_stay_and_deletions_go() -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>hier</w:delText><w:t>!</w:t></w:r></w:del>'
    inserted = f'<w:ins w:id="2">{run("demain")}</w:ins>'
    moved = f"<w:moveFrom>{run('ici')}</w:moveFrom><w:moveTo>{run(', là')}</w:moveTo>"
    assert texts(para(run("On sème ") + deleted + inserted + moved)) == ["On sème demain, là"]


def test_a_deleted_paragraph_mark_joins_what_follows() -> None:
    mark = '<w:rPr><w:del w:id="3"/></w:rPr>'
    assert texts(para(run("On sème "), mark) + para(run("des fèves."))) == ["On sème des fèves."]
    assert texts(para(run("Fin."), mark)) == ["Fin."]


def test_a_deleted_row_goes() -> None:
    row = "<w:tr>{}<w:tc>{}</w:tc></w:tr>"
    table = row.format('<w:trPr><w:del w:id="1"/></w:trPr>', para(run("a"))) + row.format("", para(run("b")))
    assert texts(f"<w:tbl>{table}</w:tbl>") == ["b"]


def test_hidden_text_and_codes_go() -> None:
    code = "<w:r><w:instrText>PAGEREF _Toc1</w:instrText></w:r>"
    assert texts(para(run("vu") + run(" caché", "<w:vanish/>") + run(" su", '<w:vanish w:val="0"/>') + code)) == [
        "vu su"
    ]


def test_links_breaks_tabs_and_hyphens() -> None:
    link = f"<w:hyperlink>{run('le site')}</w:hyperlink>"
    rest = "<w:r><w:br/><w:t>voir</w:t><w:tab/><w:t>p.</w:t><w:noBreakHyphen/><w:t>12, se\u00admis</w:t></w:r>"
    assert texts(para(link + rest + "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>")) == [
        "le site\nvoir p.-12, semisx=1"
    ]


def test_text_boxes_come_once_after_their_paragraph() -> None:
    box = f"<w:txbxContent>{para(run('encadré'))}</w:txbxContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(para(run("avant ") + drawing + run("après"))) == ["avant après", "encadré"]


def test_notes_come_last() -> None:
    def note(number: int, text: str, kind: str = "") -> str:
        return f'<w:footnote w:id="{number}" {kind}>{para(run(text))}</w:footnote>'

    def call(number: int) -> str:
        return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'

    body = para(run("Bilan"), '<w:pStyle w:val="T1"/>') + para(run("Semer") + call(3) + run(" tôt") + call(2))
    footnotes = note(-1, "---", 'w:type="separator"') + note(2, "Fin mai.") + note(3, "Fèves.") + note(4, "Sans appel.")
    found = word.paragraphs(package(body, styles=STYLES, footnotes=footnotes))
    assert [paragraph.text for paragraph in found] == ["Bilan", "Semer tôt", "Fèves.", "Fin mai."]
    assert [type(paragraph) for paragraph in found[1:]] == [Paragraph, Note, Note]
    assert blocks(found)[2:] == [Block("heading", "Notes"), Block("prose", "Fèves.", 3), Block("prose", "Fin mai.", 4)]


def test_bold_runs() -> None:
    bold = "<w:b/>"
    strong = '<w:rStyle w:val="lev"/>'
    body = (
        para(run("A", bold) + run(" ") + run("B : ", strong) + run("suite"))
        + para(run("a") + run("b", bold))
        + para(run("tout"), '<w:pStyle w:val="Gras"/>')
        + para(run("non", '<w:b w:val="false"/>'), '<w:pStyle w:val="Gras"/>')
    )
    assert [paragraph.bold for paragraph in word.paragraphs(package(body, styles=STYLES))] == [5, 0, 4, 0]


def test_nested_tables_belong_to_their_cell() -> None:
    inside = f"<w:tbl><w:tr><w:tc>{para(run('b'))}</w:tc><w:tc>{para(run('c'))}</w:tc></w:tr></w:tbl>"
    body = f"<w:tbl><w:tr><w:tc>{para(run('a'))}{inside}</w:tc><w:tc>{para(run('d'))}</w:tc></w:tr></w:tbl>"
    assert blocks(word.paragraphs(package(body))) == [Block("item", "a b c | d", 1)]


def test_a_table_of_one_column_is_a_frame() -> None:
    body = f"<w:tbl><w:tr><w:tc>{para(run('a'))}{para(run('b'))}</w:tc></w:tr></w:tbl>"
    assert blocks(word.paragraphs(package(body))) == [Block("prose", "a", 1), Block("prose", "b", 2)]


def test_short_bold_paragraphs_head_a_document_without_styles() -> None:
    bold = "<w:b/>"
    body = para(run("LE BILAN", bold)) + para("") + para(run("On a semé.")) + para(run("Fin", bold))
    found = blocks(word.paragraphs(package(body)))
    assert found[0] == Block("heading", "LE BILAN", 1, level=2, inferred=True)
    assert [block.kind for block in found[1:]] == ["prose", "prose"]


def test_they_head_nothing_where_styles_do() -> None:
    body = para(run("Titre"), '<w:pStyle w:val="T1"/>') + para(run("gras", "<w:b/>")) + para(run("texte"))
    assert [block.kind for block in blocks(word.paragraphs(package(body, styles=STYLES)))] == [
        "heading",
        "prose",
        "prose",
    ]


@pytest.mark.parametrize("main", ["word/document.xml", "word/document2.xml", "autre/texte.xml"])
def test_the_main_part_is_found_by_its_relation(main: str) -> None:
    assert word.paragraphs(package(para(run("a")), main=main))[0].text == "a"


def test_strict_documents_are_read() -> None:
    data = package(para(run("a")), namespaces=NAMESPACES.replace(W, STRICT))
    assert word.paragraphs(data)[0].text == "a"


@pytest.mark.parametrize(
    ("data", "said"),
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
def test_what_cannot_be_read_says_why(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        word.paragraphs(data)
    assert said in caught.value.reason
    assert caught.value.remedy


def test_real_interviews_are_read_whole(shared: Path) -> None:
    files = sorted((shared / "data" / "transcripts" / "docx").glob("*.docx"))
    assert len(files) == 3
    for path in files:
        with zipfile.ZipFile(path) as archive:
            body = ElementTree.fromstring(archive.read("word/document.xml"))
        expected = [
            "".join(text.text or "" for text in paragraph.iter(f"{{{W}}}t")) for paragraph in body.iter(f"{{{W}}}p")
        ]
        found = word.paragraphs(path.read_bytes())
        assert [paragraph.text for paragraph in found] == [single_spaced(text) for text in expected]
        assert [paragraph.line for paragraph in found] == list(range(1, len(expected) + 1))
        assert len(blocks(found)) > 50


def single_spaced(text: str) -> str:
    """Runs of ordinary spaces as one; other spaces stay."""
    return " ".join(part for part in text.split(" ") if part)


@given(st.lists(st.tuples(st.text("ab \n\t\u00a0\u00adé", max_size=5), st.booleans()), max_size=6))
def test_the_bold_length_counts_in_the_clean_text(runs: list[tuple[str, bool]]) -> None:
    text, bold = clean(runs)
    assert 0 <= bold <= len(text)
    assert text == text.strip(" \n")
    if all(is_bold for _, is_bold in runs):
        assert bold == len(text)


@given(st.data())
def test_damage_is_an_error_or_a_reading(data: st.DataObject) -> None:
    good = sample()
    kind = data.draw(st.sampled_from(("cut", "bytes", "flip")))
    if kind == "cut":
        bad = good[: data.draw(st.integers(0, len(good)))]
    elif kind == "bytes":
        bad = b"PK\x03\x04" + data.draw(st.binary(max_size=200))
    else:
        place = data.draw(st.integers(0, len(good) - 8))
        bad = good[:place] + data.draw(st.binary(min_size=1, max_size=8)) + good[place + 8 :]
    read_or_refused(bad)


WORDS = "w:p w:r w:t w:tbl w:tr w:tc w:pPr w:rPr w:sdt w:txbxContent w:drawing w:ins w:del w:vMerge w:numPr mc:Choice"


@given(
    st.recursive(
        st.sampled_from(["a", "", "é"]),
        lambda inside: st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
            st.sampled_from(WORDS.split()),
            st.lists(inside, max_size=3),
        ),
        max_leaves=12,
    )
)
def test_any_nesting_of_elements_is_read(body: str) -> None:
    read_or_refused(package(body))


def read_or_refused(data: bytes) -> None:
    try:
        found = word.paragraphs(data)
    except UnreadableFile as error:
        assert error.reason and error.remedy
    else:
        assert all(block.text for block in blocks(found))
