"""OpenDocument texts (.odt) to paragraphs, after ODF 1.3 part 3, with the standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from index.reading.documents.archive import Archive, find_nested
from index.reading.documents.opendocument_styles import PREFIXES, OdfStyles
from index.reading.documents.signature import locked_error, wrong_format_error
from index.reading.paragraphs import Cell, Paragraph, ParagraphWalk

_EXPECTED, _SUFFIX = "un document LibreOffice", ".odt"
_TEXT_TYPES = (
    b"application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.text-template",
    b"application/vnd.oasis.opendocument.text-master",
)
_IGNORED = frozenset((
    "text:tracked-changes", "office:annotation", "text:hidden-text", "text:note-citation", "text:ruby-text",
    "text:table-of-content", "text:illustration-index", "text:table-index", "text:object-index",
    "text:alphabetical-index", "office:forms", "text:sequence-decls", "text:variable-decls", "text:user-field-decls",
    "svg:title", "svg:desc", "table:title", "table:desc", "office:event-listeners", "math:math",
))  # fmt: skip
_CHARACTER_ELEMENTS = {"text:tab": " ", "text:s": " ", "text:line-break": "\n"}
_LISTS = ("text:list", "text:numbered-paragraph")
_MAX_REPEAT = 10_000  # columns that one repeated cell may represent


def read_paragraphs(data: bytes) -> list[Paragraph]:
    """Return the paragraphs of a document in reading order, its notes (`NoteParagraph`) at the end. Deleted and
    hidden text, comments, page headers and footers and tables of contents are left out. Raise `UnreadableFile`."""
    archive = Archive(data, _EXPECTED, _SUFFIX)
    if "encrypted-package" in archive or _has_encrypted_members(archive):
        raise locked_error()
    if "content.xml" not in archive or "mimetype" not in archive or archive.read("mimetype") not in _TEXT_TYPES:
        raise wrong_format_error(data, _EXPECTED, _SUFFIX)
    content = archive.parse_xml("content.xml", PREFIXES)
    body = find_nested(content, "office:body", "office:text")
    if body is None:
        raise wrong_format_error(data, _EXPECTED, _SUFFIX)
    shared = [archive.parse_xml("styles.xml", PREFIXES)] if "styles.xml" in archive else []
    reader = _OdtReader(OdfStyles([*shared, content]))
    reader.read_element(body, None)
    reader.read_notes()
    return reader.paragraphs


def _has_encrypted_members(archive: Archive) -> bool:
    manifest = "META-INF/manifest.xml"
    if manifest not in archive:
        return False
    return next(archive.parse_xml(manifest, PREFIXES).iter("manifest:encryption-data"), None) is not None


class _OdtReader(ParagraphWalk):
    """Walk over the body of an OpenDocument text."""

    def __init__(self, styles: OdfStyles) -> None:
        super().__init__()
        self._styles = styles
        self._notes: list[Element] = []

    def read_element(self, parent: Element, cell: Cell, depth: int = 0) -> None:
        """Read the paragraphs and tables below an element; `depth` counts the enclosing lists."""
        for child in _visible_children(parent):
            if child.tag in ("text:p", "text:h"):
                self._read_paragraph(child, cell, depth)
            elif child.tag == "table:table":
                self._read_table(child, cell)
            elif child.tag == "text:section" and child.get("text:display") == "none":
                continue
            else:
                self.read_element(child, cell, depth + (child.tag in _LISTS))

    def read_notes(self) -> None:
        """Read the notes referenced by the text, in their order."""
        self._start_notes()
        for note in self._notes:
            for body in note.findall("text:note-body"):
                self.read_element(body, None)

    def _read_paragraph(self, element: Element, cell: Cell, depth: int) -> None:
        style = self._styles.paragraph_style(element.get("text:style-name"))
        self._read_inline(element, style.bold, style.hidden)
        heading = style.heading
        if element.tag == "text:h":
            level = element.get("text:outline-level", "1")
            heading = int(level) if level.isdecimal() and 0 < len(level) < 3 else 1
        self._end_paragraph(heading, depth, cell)

    def _read_inline(self, parent: Element, bold: bool, hidden: bool) -> None:
        """Collect the runs of text below an element, with the bold and hidden properties of their spans."""
        if not hidden:
            self._runs.append((_blank_controls(parent.text), bold))
        for child in parent:
            if child.tag == "text:note":
                self._notes.append(child)
            elif child.tag.startswith("draw:"):
                self._boxes.append(child)
            elif child.tag in _CHARACTER_ELEMENTS:
                if not hidden:
                    self._runs.append((_CHARACTER_ELEMENTS[child.tag], bold))
            elif child.tag not in _IGNORED:
                span_style = self._styles.text_style(child.get("text:style-name")) if child.tag == "text:span" else None
                child_bold = bold if span_style is None or span_style.bold is None else span_style.bold
                child_hidden = hidden if span_style is None or span_style.hidden is None else span_style.hidden
                self._read_inline(child, child_bold, child_hidden)
            if not hidden:
                self._runs.append((_blank_controls(child.tail), bold))

    def _read_table(self, table: Element, outer: Cell) -> None:
        """Read a table. A nested table belongs to the cell that holds it. A repeated cell or row is read once."""
        number = self._number_table(outer)
        for row, row_element in enumerate(_table_rows(table)):
            column = 0
            for cell in row_element:
                if cell.tag == "table:table-cell":
                    self.read_element(cell, outer or (number, row, column))
                if cell.tag in ("table:table-cell", "table:covered-table-cell"):
                    column += _repeat_count(cell)


def _visible_children(parent: Element) -> Iterator[Element]:
    return (child for child in parent if child.tag not in _IGNORED)


def _table_rows(parent: Element) -> Iterator[Element]:
    for child in parent:
        if child.tag == "table:table-row":
            yield child
        elif child.tag in ("table:table-rows", "table:table-header-rows", "table:table-row-group"):
            yield from _table_rows(child)


def _repeat_count(cell: Element) -> int:
    count = cell.get("table:number-columns-repeated", "1")
    return min(int(count), _MAX_REPEAT) if count.isdecimal() and len(count) < 9 else 1


def _blank_controls(text: str | None) -> str:
    """Return text with tabs and line ends as spaces: ODF collapses a run of white space to one space (5.1.2, 6.1.2
    of ODF 1.3)."""
    if not text:
        return ""
    for char in "\t\n\r":
        text = text.replace(char, " ")
    return text
