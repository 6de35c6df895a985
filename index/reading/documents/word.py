"""Word documents (.docx) to Paragraphs, after WordprocessingML (ECMA-376, part 1, 17), on the standard library alone:
python-docx shows neither tracked changes, notes nor text boxes, and would leave the same walk to be written."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from index.reading.documents.archive import Archive, inner
from index.reading.documents.signature import other_format
from index.reading.documents.walk import Cell, Walk
from index.reading.documents.word_styles import WordStyle, WordStyles, value
from index.reading.paragraphs import Paragraph

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
_CHARACTERS = {
    "w:tab": " ", "w:ptab": " ", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-",
}  # fmt: skip
_NOTE_PARTS = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}


def paragraphs(data: bytes) -> list[Paragraph]:
    """The paragraphs of a document in reading order, its notes (`Note`) at the end. Deleted and hidden text, comments,
    page headers and footers and tables of contents are left out. Raises `UnreadableFile`."""
    archive = Archive(data, _EXPECTED, _SUFFIX)
    root = _targets(archive, "")
    main = root.get("officeDocument", "word/document.xml")
    if main not in archive:
        raise other_format(data, _EXPECTED, _SUFFIX)
    body = archive.xml(main, _PREFIXES).find("w:body")
    if body is None:
        raise other_format(data, _EXPECTED, _SUFFIX)
    targets = _targets(archive, main)
    parts = {
        kind: archive.xml(targets[kind], _PREFIXES)
        for kind in ("styles", "footnotes", "endnotes")
        if targets.get(kind, "") in archive
    }
    reader = _Reader(WordStyles(parts.get("styles")))
    reader.read(body, None)
    reader.read_notes(parts)
    return reader.found


def _targets(archive: Archive, part: str) -> dict[str, str]:
    """The parts that `part` relates to (the whole package: empty), by the last word of their kind."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in archive:
        return {}
    return {
        relation.get("Type", "").rpartition("/")[2]: posixpath.normpath(
            posixpath.join("/", folder, relation.get("Target", ""))
        ).lstrip("/")
        for relation in archive.xml(relations, _PREFIXES).findall("rel:Relationship")
        if relation.get("TargetMode") != "External"
    }


class _Reader(Walk):
    def __init__(self, styles: WordStyles) -> None:
        super().__init__()
        self._styles = styles
        self._notes: list[tuple[str, str]] = []  # kind and id of those referred to, in order

    def read(self, parent: Element, cell: Cell) -> None:
        for child in _visible(parent):
            if child.tag == "w:p":
                self._paragraph(child, cell)
            elif child.tag == "w:tbl":
                self._table(child, cell)
            elif child.tag not in ("w:sectPr", "w:tcPr", "w:tblPr") and not _is_contents(child):
                self.read(child, cell)
        if self._runs or self._boxes:  # the end of the last paragraph was deleted
            self._end(0, 0, cell)

    def read_notes(self, parts: dict[str, Element]) -> None:
        """Read the notes that the text refers to, in the order in which it does."""
        self._read_on_as_notes()
        notes = {
            (kind, note.get("w:id", "")): note
            for kind, part in parts.items()
            if kind != "styles"
            for note in list(part)
        }
        for reference in dict.fromkeys(self._notes):
            if reference in notes:
                self.read(notes[reference], None)

    def _paragraph(self, element: Element, cell: Cell) -> None:
        properties = element.find("w:pPr")
        style = self._styles.of(properties)
        self._inline(element, style)
        mark = None if properties is None else properties.find("w:rPr")
        if mark is not None and mark.find("w:del") is not None:
            return  # its end was deleted: what follows continues it
        self._end(style.heading, style.item, cell, left_out=style.contents)

    def _inline(self, parent: Element, style: WordStyle) -> None:
        for child in _visible(parent):
            if child.tag == "w:r":
                self._run(child, *self._styles.of_run(child.find("w:rPr"), style))
            elif child.tag == "m:t":
                self._runs.append((child.text or "", False))
            else:
                self._inline(child, style)

    def _run(self, run: Element, bold: bool, hidden: bool) -> None:
        for child in _visible(run):
            if child.tag in _NOTE_PARTS:
                self._notes.append((_NOTE_PARTS[child.tag], child.get("w:id", "")))
            elif child.tag == "w:t" or child.tag in _CHARACTERS:
                if not hidden:
                    self._runs.append((_CHARACTERS.get(child.tag, child.text or ""), bold))
            elif child.tag == "w:ruby":
                for base in child.findall("w:rubyBase"):
                    for inside in base.findall("w:r"):
                        self._run(inside, bold, hidden)
            else:
                self._boxes.extend(_text_boxes(child))

    def _table(self, table: Element, outer: Cell) -> None:
        """A table in a cell belongs to that cell."""
        number = self._next_table(outer)
        for row, line in enumerate(_rows(table, "w:tr")):
            properties = line.find("w:trPr")
            if properties is not None and properties.find("w:del") is not None:
                continue
            column = _integer(value(properties, "w:gridBefore"))
            for cell in _rows(line, "w:tc"):
                said = cell.find("w:tcPr")
                if not _continues(said):
                    self.read(cell, outer or (number, row, column))
                column += max(1, _integer(value(said, "w:gridSpan")))


def _visible(parent: Element) -> Iterator[Element]:
    """The children that are part of the text; of alternatives, the first."""
    for child in parent:
        if child.tag == "mc:AlternateContent":
            for choice in list(child)[:1]:
                yield from _visible(choice)
        elif child.tag not in _REMOVED:
            yield child


def _rows(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, those in content controls included."""
    for child in _visible(parent):
        if child.tag == tag:
            yield child
        elif child.tag in ("w:sdt", "w:sdtContent", "w:customXml"):
            yield from _rows(child, tag)


def _text_boxes(parent: Element) -> Iterator[Element]:
    if parent.tag == "w:txbxContent":
        yield parent
        return
    for child in _visible(parent):
        yield from _text_boxes(child)


def _is_contents(control: Element) -> bool:
    gallery = inner(control, "w:sdtPr", "w:docPartObj", "w:docPartGallery")
    return gallery is not None and gallery.get("w:val") == "Table of Contents"


def _continues(properties: Element | None) -> bool:
    """Whether a cell only continues a merged one, or was deleted."""
    if properties is None:
        return False
    merged = (properties.find(f"w:{name}") for name in ("vMerge", "hMerge"))
    deleted = properties.find("w:cellDel") is not None
    return deleted or any(mark is not None and mark.get("w:val") != "restart" for mark in merged)


def _integer(text: str | None) -> int:
    return min(int(text), 10_000) if text and text.isdecimal() and len(text) < 9 else 0
