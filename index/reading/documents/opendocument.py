"""OpenDocument texts (.odt) to Paragraphs, after ODF 1.3 part 3, on the standard library alone."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from index.reading.documents.archive import Archive, inner
from index.reading.documents.opendocument_styles import PREFIXES, OdfStyles
from index.reading.documents.signature import locked, other_format
from index.reading.documents.walk import Cell, Walk
from index.reading.paragraphs import Paragraph

_EXPECTED, _SUFFIX = "un document LibreOffice", ".odt"
_TEXT_TYPES = (
    b"application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.text-template",
    b"application/vnd.oasis.opendocument.text-master",
)
_LEFT_OUT = frozenset((
    "text:tracked-changes", "office:annotation", "text:hidden-text", "text:note-citation", "text:ruby-text",
    "text:table-of-content", "text:illustration-index", "text:table-index", "text:object-index",
    "text:alphabetical-index", "office:forms", "text:sequence-decls", "text:variable-decls", "text:user-field-decls",
    "svg:title", "svg:desc", "table:title", "table:desc", "office:event-listeners", "math:math",
))  # fmt: skip
_CHARACTERS = {"text:tab": " ", "text:s": " ", "text:line-break": "\n"}
_LISTS = ("text:list", "text:numbered-paragraph")
_FURTHEST = 10_000  # columns or rows that one element may stand for


def paragraphs(data: bytes) -> list[Paragraph]:
    """The paragraphs of a document in reading order, its notes (`Note`) at the end. Deleted and hidden text, comments,
    page headers and footers and tables of contents are left out. Raises `UnreadableFile`."""
    archive = Archive(data, _EXPECTED, _SUFFIX)
    if "encrypted-package" in archive or _has_encrypted_members(archive):
        raise locked()
    if "content.xml" not in archive or "mimetype" not in archive or archive.read("mimetype") not in _TEXT_TYPES:
        raise other_format(data, _EXPECTED, _SUFFIX)
    content = archive.xml("content.xml", PREFIXES)
    body = inner(content, "office:body", "office:text")
    if body is None:
        raise other_format(data, _EXPECTED, _SUFFIX)
    shared = [archive.xml("styles.xml", PREFIXES)] if "styles.xml" in archive else []
    reader = _Reader(OdfStyles([*shared, content]))
    reader.read(body, None)
    reader.read_notes()
    return reader.found


def _has_encrypted_members(archive: Archive) -> bool:
    manifest = "META-INF/manifest.xml"
    if manifest not in archive:
        return False
    return next(archive.xml(manifest, PREFIXES).iter("manifest:encryption-data"), None) is not None


class _Reader(Walk):
    def __init__(self, styles: OdfStyles) -> None:
        super().__init__()
        self._styles = styles
        self._notes: list[Element] = []

    def read(self, parent: Element, cell: Cell, depth: int = 0) -> None:
        """Read the paragraphs and tables below an element; `depth` counts the lists it stands in."""
        for child in _visible(parent):
            if child.tag in ("text:p", "text:h"):
                self._paragraph(child, cell, depth)
            elif child.tag == "table:table":
                self._table(child, cell)
            elif child.tag == "text:section" and child.get("text:display") == "none":
                continue
            else:
                self.read(child, cell, depth + (child.tag in _LISTS))

    def read_notes(self) -> None:
        """Read the notes met in the text, in their order."""
        self._read_on_as_notes()
        for note in self._notes:
            for body in note.findall("text:note-body"):
                self.read(body, None)

    def _paragraph(self, element: Element, cell: Cell, depth: int) -> None:
        style = self._styles.of(element.get("text:style-name"))
        self._inline(element, style.bold, style.hidden)
        heading = style.heading
        if element.tag == "text:h":
            level = element.get("text:outline-level", "1")
            heading = int(level) if level.isdecimal() and 0 < len(level) < 3 else 1
        self._end(heading, depth, cell)

    def _inline(self, parent: Element, bold: bool, hidden: bool) -> None:
        if not hidden:
            self._runs.append((_collapsed(parent.text), bold))
        for child in parent:
            if child.tag == "text:note":
                self._notes.append(child)
            elif child.tag.startswith("draw:"):
                self._boxes.append(child)
            elif child.tag in _CHARACTERS:
                if not hidden:
                    self._runs.append((_CHARACTERS[child.tag], bold))
            elif child.tag not in _LEFT_OUT:
                own = self._styles.of_run(child.get("text:style-name")) if child.tag == "text:span" else None
                inner_bold = bold if own is None or own.bold is None else own.bold
                inner_hidden = hidden if own is None or own.hidden is None else own.hidden
                self._inline(child, inner_bold, inner_hidden)
            if not hidden:
                self._runs.append((_collapsed(child.tail), bold))

    def _table(self, table: Element, outer: Cell) -> None:
        """A table in a cell belongs to that cell. A repeated cell or row is read once."""
        number = self._next_table(outer)
        for row, line in enumerate(_rows(table)):
            column = 0
            for cell in line:
                if cell.tag == "table:table-cell":
                    self.read(cell, outer or (number, row, column))
                if cell.tag in ("table:table-cell", "table:covered-table-cell"):
                    column += _repeated(cell)


def _visible(parent: Element) -> Iterator[Element]:
    return (child for child in parent if child.tag not in _LEFT_OUT)


def _rows(parent: Element) -> Iterator[Element]:
    for child in parent:
        if child.tag == "table:table-row":
            yield child
        elif child.tag in ("table:table-rows", "table:table-header-rows", "table:table-row-group"):
            yield from _rows(child)


def _repeated(cell: Element) -> int:
    count = cell.get("table:number-columns-repeated", "1")
    return min(int(count), _FURTHEST) if count.isdecimal() and len(count) < 9 else 1


def _collapsed(text: str | None) -> str:
    """Text as ODF means it: a run of white space is one space (5.1.2, 6.1.2 of ODF 1.3)."""
    if not text:
        return ""
    for char in "\t\n\r":
        text = text.replace(char, " ")
    return text
