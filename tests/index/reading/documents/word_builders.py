"""Word documents, made by python-docx or by hand. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import functools
import io

import docx

from index.reading.documents import word
from tests.index.reading.documents.builders import zipped

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="urn:wps" '
    'xmlns:v="urn:v" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
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


def package(body: str, main: str = "word/document.xml", namespaces: str = NAMESPACES, **parts: str) -> bytes:
    """Return a document with this body; `styles`, `footnotes` and `endnotes` are the contents of those parts."""
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
    return zipped(members)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def texts(body: str, **parts: str) -> list[str]:
    return [paragraph.text for paragraph in word.read_paragraphs(package(body, **parts))]


@functools.cache
def sample() -> bytes:
    """Return a document with every construct that python-docx can write."""
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
