"""Writes Word files (Office Open XML): each passage as a quotation, with its source in a footnote.

The parts are written directly: python-docx has no footnotes, and would be one more dependency for a few lines of XML.
The tests open the files with python-docx."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from assistant.export.wording import WARNING, clean, is_reserved, one_line, reference, summary
from index.types import Passage

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def export(passages: Sequence[Passage], *, title: str, made_on: datetime.date) -> bytes:
    """Return a title, then the passages in the given order."""
    body = [paragraph("Title", run(one_line(title))), paragraph("", run(summary(passages, made_on)))]
    if is_reserved(passages):
        body.append(paragraph("", run(WARNING, "<w:b/>")))
    for number, passage in enumerate(passages, 1):
        body.append(paragraph("Quote", run(clean(passage.text)) + _CALL.format(number)))
    return document(body, map(reference, passages), title=title, made_on=made_on)


def document(body: Sequence[str], notes: Iterable[str] = (), *, title: str, made_on: datetime.date) -> bytes:
    """Return a Word file of these paragraphs, with the footnotes that they call by number, from 1."""
    footnotes = (_NOTE.format(number, run(f" {note}")) for number, note in enumerate(notes, 1))
    return zip_archive(
        {
            "[Content_Types].xml": _CONTENT_TYPES,
            "_rels/.rels": _relations((f"{_OFFICE}/officeDocument", "word/document.xml"), (_CORE, "docProps/core.xml")),
            "docProps/core.xml": _PROPERTIES.format(escape(one_line(title)), made_on.isoformat()),
            "word/document.xml": f"{_XML}<w:document {_W}><w:body>{''.join(body)}{_PAGE}</w:body></w:document>",
            "word/_rels/document.xml.rels": _relations(
                *((f"{_OFFICE}/{name}", f"{name}.xml") for name in ("styles", "settings", "footnotes"))
            ),
            "word/styles.xml": _STYLES,
            "word/settings.xml": _SETTINGS,
            "word/footnotes.xml": f"{_XML}<w:footnotes {_W}>{_SEPARATORS}{''.join(footnotes)}</w:footnotes>",
        },
        made_on,
    )


def paragraph(style: str, runs: str) -> str:
    """Return a paragraph in a style of the file; without a style when `style` is empty."""
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}{runs}</w:p>"


def run(text: str, properties: str = "") -> str:
    """Return a run of text that keeps its line ends and tabs."""
    lines = text.split("\n")
    shown = "<w:br/>".join(
        "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in line.split("\t"))
        for line in lines
    )
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{shown}</w:r>"


def zip_archive(files: Mapping[str, str], made_on: datetime.date) -> bytes:
    """Return a zip archive of texts, in the given order and all dated `made_on`: the same texts give the same bytes."""
    day = max(made_on, datetime.date(1980, 1, 1))  # the first date that zip can hold
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return out.getvalue()


def _relations(*relations: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relations, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _style(name: str, shown: str, kind: str, inside: str) -> str:
    attributes = f'w:type="{kind}" w:styleId="{name}"' + (' w:default="1"' if name == "Normal" else "")
    base = '<w:basedOn w:val="Normal"/>' if kind == "paragraph" and name != "Normal" else ""
    return f'<w:style {attributes}><w:name w:val="{shown}"/>{base}{inside}</w:style>'


_CALL = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{}"/></w:r>'
_NOTE = (
    '<w:footnote w:id="{}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
    '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>{}</w:p></w:footnote>'
)
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" '
    'w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
)
_SETTINGS = (
    f'{_XML}<w:settings {_W}><w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat></w:settings>'
)
_LIST = (
    '<w:pPr><w:tabs><w:tab w:val="left" w:pos="{0}"/></w:tabs><w:spacing w:after="80"/>'
    '<w:ind w:left="{0}" w:hanging="283"/></w:pPr>'
)
_STYLES = (
    f'{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/><w:lang w:val="fr-FR"/></w:rPr>'
    "</w:rPrDefault></w:docDefaults>"
    + _style("Normal", "Normal", "paragraph", '<w:pPr><w:spacing w:after="160"/></w:pPr>')
    + _style("Title", "Title", "paragraph", '<w:rPr><w:sz w:val="40"/></w:rPr>')
    + _style(
        "Heading1",
        "heading 1",
        "paragraph",
        '<w:pPr><w:keepNext/><w:spacing w:before="360" w:after="120"/>'
        '<w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="30"/></w:rPr>',
    )
    + _style(
        "Heading2",
        "heading 2",
        "paragraph",
        '<w:pPr><w:keepNext/><w:spacing w:before="200" w:after="80"/>'
        '<w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/><w:sz w:val="24"/></w:rPr>',
    )
    + _style("ListBullet", "List Bullet", "paragraph", _LIST.format(360))
    + _style("ListBullet2", "List Bullet 2", "paragraph", _LIST.format(720))
    + _style("Quote", "Quote", "paragraph", '<w:pPr><w:ind w:left="567" w:right="567"/></w:pPr>')
    + _style("FootnoteText", "footnote text", "paragraph", '<w:rPr><w:sz w:val="18"/></w:rPr>')
    + _style(
        "FootnoteReference", "footnote reference", "character", '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    )
    + "</w:styles>"
)
_CORE = f"{_PACKAGE}/relationships/metadata/core-properties"
_PROPERTIES = (
    f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{}</dc:title><dc:language>fr-FR</dc:language>'
    '<dcterms:created xsi:type="dcterms:W3CDTF">{}T00:00:00Z</dcterms:created></cp:coreProperties>'
)
_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{name}+xml"/>'
        for name in ("styles", "settings", "footnotes")
    )
    + "</Types>"
)
