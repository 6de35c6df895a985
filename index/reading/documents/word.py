"""Word documents (.docx) to paragraphs, after WordprocessingML (ECMA-376, part 1, 17), with the standard library
only: python-docx exposes neither tracked changes, notes nor text boxes, so that the same walk would be needed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from index.reading.documents.archive import Archive, find_nested
from index.reading.documents.signature import wrong_format_error
from index.reading.documents.word_styles import WordStyle, WordStyles, child_value
from index.reading.paragraphs import Cell, Paragraph, ParagraphWalk

_EXPECTED, _SUFFIX = "un document Word", ".docx"
_OFFICE = ("http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument")
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    **{f"{office}/math": "m" for office in _OFFICE},
}
_REMOVED = frozenset(("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr", "w:instrText", "w:delText", "w:rt"))
_CHARACTER_ELEMENTS = {
    "w:tab": " ", "w:ptab": " ", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-",
}  # fmt: skip
_NOTE_PARTS = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}


def read_paragraphs(data: bytes) -> list[Paragraph]:
    """Return the paragraphs of a document in reading order, its notes (`NoteParagraph`) at the end. Deleted and
    hidden text, comments, page headers and footers and tables of contents are left out. Raise `UnreadableFile`."""
    archive = Archive(data, _EXPECTED, _SUFFIX)
    package_parts = _related_parts(archive, "")
    main = package_parts.get("officeDocument", "word/document.xml")
    if main not in archive:
        raise wrong_format_error(data, _EXPECTED, _SUFFIX)
    body = archive.parse_xml(main, _PREFIXES).find("w:body")
    if body is None:
        raise wrong_format_error(data, _EXPECTED, _SUFFIX)
    targets = _related_parts(archive, main)
    parts = {
        kind: archive.parse_xml(targets[kind], _PREFIXES)
        for kind in ("styles", "footnotes", "endnotes")
        if targets.get(kind, "") in archive
    }
    reader = _DocxReader(WordStyles(parts.get("styles")))
    reader.read_element(body, None)
    reader.read_notes(parts)
    return reader.paragraphs


def _related_parts(archive: Archive, part: str) -> dict[str, str]:
    """Return the parts that `part` (empty: the package) has a relationship to, by the last word of the relationship
    type."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in archive:
        return {}
    return {
        relation.get("Type", "").rpartition("/")[2]: posixpath.normpath(
            posixpath.join("/", folder, relation.get("Target", ""))
        ).lstrip("/")
        for relation in archive.parse_xml(relations, _PREFIXES).findall("rel:Relationship")
        if relation.get("TargetMode") != "External"
    }


class _DocxReader(ParagraphWalk):
    """Walk over the body of a Word document."""

    def __init__(self, styles: WordStyles) -> None:
        super().__init__()
        self._styles = styles
        self._note_references: list[tuple[str, str]] = []  # kind and id of the notes referred to, in order

    def read_element(self, parent: Element, cell: Cell) -> None:
        for child in _visible_children(parent):
            if child.tag == "w:p":
                self._read_paragraph(child, cell)
            elif child.tag == "w:tbl":
                self._read_table(child, cell)
            elif child.tag not in ("w:sectPr", "w:tcPr", "w:tblPr") and not _is_table_of_contents(child):
                self.read_element(child, cell)
        if self._runs or self._boxes:  # the mark that ends the last paragraph was deleted
            self._end_paragraph(0, 0, cell)

    def read_notes(self, parts: dict[str, Element]) -> None:
        """Read the notes that the text refers to, in the order of their references."""
        self._start_notes()
        notes = {
            (kind, note.get("w:id", "")): note
            for kind, part in parts.items()
            if kind != "styles"
            for note in list(part)
        }
        for reference in dict.fromkeys(self._note_references):
            if reference in notes:
                self.read_element(notes[reference], None)

    def _read_paragraph(self, element: Element, cell: Cell) -> None:
        properties = element.find("w:pPr")
        style = self._styles.paragraph_style(properties)
        self._read_inline(element, style)
        mark = None if properties is None else properties.find("w:rPr")
        if mark is not None and mark.find("w:del") is not None:
            return  # its end mark was deleted: the next paragraph continues it
        self._end_paragraph(style.heading, style.item, cell, is_dropped=style.contents)

    def _read_inline(self, parent: Element, style: WordStyle) -> None:
        for child in _visible_children(parent):
            if child.tag == "w:r":
                self._read_run(child, *self._styles.run_style(child.find("w:rPr"), style))
            elif child.tag == "m:t":
                self._runs.append((child.text or "", False))
            else:
                self._read_inline(child, style)

    def _read_run(self, run: Element, bold: bool, hidden: bool) -> None:
        """Collect the text of a run, its note references and text boxes."""
        for child in _visible_children(run):
            if child.tag in _NOTE_PARTS:
                self._note_references.append((_NOTE_PARTS[child.tag], child.get("w:id", "")))
            elif child.tag == "w:t" or child.tag in _CHARACTER_ELEMENTS:
                if not hidden:
                    self._runs.append((_CHARACTER_ELEMENTS.get(child.tag, child.text or ""), bold))
            elif child.tag == "w:ruby":
                for base in child.findall("w:rubyBase"):
                    for base_run in base.findall("w:r"):
                        self._read_run(base_run, bold, hidden)
            else:
                self._boxes.extend(_text_boxes(child))

    def _read_table(self, table: Element, outer: Cell) -> None:
        """Read a table. A nested table belongs to the cell that holds it."""
        number = self._number_table(outer)
        for row, row_element in enumerate(_table_parts(table, "w:tr")):
            properties = row_element.find("w:trPr")
            if properties is not None and properties.find("w:del") is not None:
                continue
            column = _parse_count(child_value(properties, "w:gridBefore"))
            for cell in _table_parts(row_element, "w:tc"):
                properties = cell.find("w:tcPr")
                if not _is_merged_or_deleted(properties):
                    self.read_element(cell, outer or (number, row, column))
                column += max(1, _parse_count(child_value(properties, "w:gridSpan")))


def _visible_children(parent: Element) -> Iterator[Element]:
    """Yield the children that are part of the text; of alternative contents, the first."""
    for child in parent:
        if child.tag == "mc:AlternateContent":
            for choice in list(child)[:1]:
                yield from _visible_children(choice)
        elif child.tag not in _REMOVED:
            yield child


def _table_parts(parent: Element, tag: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, those inside content controls included."""
    for child in _visible_children(parent):
        if child.tag == tag:
            yield child
        elif child.tag in ("w:sdt", "w:sdtContent", "w:customXml"):
            yield from _table_parts(child, tag)


def _text_boxes(parent: Element) -> Iterator[Element]:
    """Yield the contents of the text boxes at or below an element."""
    if parent.tag == "w:txbxContent":
        yield parent
        return
    for child in _visible_children(parent):
        yield from _text_boxes(child)


def _is_table_of_contents(control: Element) -> bool:
    gallery = find_nested(control, "w:sdtPr", "w:docPartObj", "w:docPartGallery")
    return gallery is not None and gallery.get("w:val") == "Table of Contents"


def _is_merged_or_deleted(properties: Element | None) -> bool:
    """Return whether a cell only continues a merged cell, or was deleted."""
    if properties is None:
        return False
    merged = (properties.find(f"w:{name}") for name in ("vMerge", "hMerge"))
    deleted = properties.find("w:cellDel") is not None
    return deleted or any(mark is not None and mark.get("w:val") != "restart" for mark in merged)


def _parse_count(text: str | None) -> int:
    return min(int(text), 10_000) if text and text.isdecimal() and len(text) < 9 else 0
