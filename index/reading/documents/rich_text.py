"""Rich Text Format to paragraphs, after the specification 1.9.1. Existing libraries return bare text only: no
headings, lists, tables or notes, and deleted text is not told apart."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from index.reading.documents.rich_text_tokens import SYMBOLS, WORDS, RtfToken, codec_name, tokenize
from index.reading.documents.signature import damaged_error, wrong_format_error
from index.reading.documents.word_styles import is_contents_name, name_rank
from index.reading.paragraphs import NoteParagraph, Paragraph, tidy_runs

_SUFFIX = ".rtf"
_MAX_DEPTH = 1_000  # nested groups
_SKIPPED_DESTINATIONS = frozenset(
    """colortbl info pict header headerl headerr headerf footer footerl footerr footerf ftnsep ftnsepc ftncn aftnsep
    aftnsepc aftncn nonshppict xe tc rxe filetbl template private sp nonesttables listtext pntext objdata fldinst
    annotation atnid atnauthor""".split()
)
_STARRED_DESTINATIONS = frozenset(("shpinst", "shptxt"))  # read although `\*` marks them as optional
_CODE_PAGES = {"ansi": 1252, "mac": 10000, "pc": 437, "pca": 850}


@dataclass(slots=True)
class _RtfFlow:
    """An independent flow of text: the body, a note, a text box."""

    paragraph_type: type[Paragraph] = Paragraph
    runs: list[tuple[str, bool]] = field(default_factory=list)  # text, bold; of the paragraph being read
    paragraphs: list[Paragraph] = field(default_factory=list)
    boxes: list[Paragraph] = field(default_factory=list)  # text boxes of the paragraph being read
    has_list_mark: bool = False  # the paragraph being read


@dataclass(slots=True)
class _RtfGroup:
    """Formatting state of a group, inherited from the enclosing group."""

    flow: _RtfFlow
    destination: str = "text"  # or "fonts", "styles", "skipped"
    bold: bool = False
    hidden: bool = False
    deleted: bool = False
    fallback: int = 1  # characters that follow `\u` for readers without Unicode
    font: int = 0
    style: int = 0
    outline: int = 0  # heading rank
    numbered: bool = False
    level: int = 0
    in_table: bool = False


def read_paragraphs(data: bytes) -> list[Paragraph]:
    """Return the paragraphs of a document in reading order, its notes (`NoteParagraph`) at the end. Deleted and
    hidden text, comments, page headers and footers and tables of contents are left out. Raise `UnreadableFile`."""
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"{\\rtf"):
        raise wrong_format_error(data, "un document RTF", _SUFFIX)
    return _RtfReader().read(text)


class _RtfReader:
    """Interpreter of the tokens of one file."""

    def __init__(self) -> None:
        self._body = _RtfFlow()
        self._group = _RtfGroup(self._body)
        self._stack: list[_RtfGroup] = []
        self._notes: list[Paragraph] = []
        self._file_codec, self._font_codecs = "cp1252", {0: "cp1252"}  # of the file, of its fonts
        self._heading_ranks: dict[int, int] = {}  # of the styles that are headings
        self._contents_styles: set[int] = set()  # the styles of tables of contents
        self._style, self._style_name = 0, ""
        self._pending_bytes = bytearray()  # read, not decoded yet: some encodings take two for a character
        self._to_skip = 0
        self._starred = False
        self._table, self._row, self._column = 0, 0, 0

    def read(self, data: bytes) -> list[Paragraph]:
        """Return the paragraphs of a file, numbered from 1. Raise `UnreadableFile` when groups are left open or nest
        too deep."""
        for token in tokenize(data):
            if token.kind == "open":
                self._open_group()
            elif token.kind == "close":
                self._close_group()
                if not self._stack:
                    break
            elif self._to_skip and token.kind in ("byte", "text", "symbol"):
                self._skip_fallback(token)
            elif token.kind in ("byte", "text"):
                self._pending_bytes += token.data
            else:
                self._flush_bytes()
                (self._read_word if token.kind == "word" else self._read_symbol)(token)
        if self._stack:
            raise damaged_error(_SUFFIX)
        if self._body.runs:
            self._end_paragraph()
        numbered = enumerate([*self._body.paragraphs, *self._notes], start=1)
        return [
            type(paragraph)(paragraph.text, paragraph.heading, paragraph.item, paragraph.bold, paragraph.cell, line)
            for line, paragraph in numbered
        ]

    def _open_group(self) -> None:
        self._flush_bytes()
        self._to_skip = 0
        if len(self._stack) >= _MAX_DEPTH:
            raise damaged_error(_SUFFIX)
        self._stack.append(self._group)
        self._group = copy.copy(self._group)
        self._style, self._style_name = 0, ""

    def _close_group(self) -> None:
        """End a group: return to the formatting of the enclosing one, register the style it defines, end its flow of
        text."""
        self._flush_bytes()
        self._to_skip = 0
        self._starred = False
        inner_group, self._group = self._group, self._stack.pop()
        if inner_group.destination == "styles":
            name = self._style_name.strip().removesuffix(";").strip()
            if (rank := name_rank(name)) is not None or (rank := inner_group.outline):
                self._heading_ranks[self._style] = rank
            if is_contents_name(name):
                self._contents_styles.add(self._style)
            self._style_name = ""
        if inner_group.flow is not self._group.flow:
            self._end_flow(inner_group)

    def _end_flow(self, inner_group: _RtfGroup) -> None:
        if inner_group.flow.runs:
            outer_group, self._group = self._group, inner_group
            self._end_paragraph()
            self._group = outer_group
        target = self._notes if inner_group.flow.paragraph_type is NoteParagraph else self._group.flow.boxes
        target.extend(inner_group.flow.paragraphs)

    def _skip_fallback(self, token: RtfToken) -> None:
        """Skip the characters that repeat a `\\u` for readers without Unicode."""
        length = len(token.data) if token.kind == "text" else 1
        if length > self._to_skip:
            self._pending_bytes += token.data[self._to_skip :]
        self._to_skip = max(0, self._to_skip - length)

    def _flush_bytes(self) -> None:
        """Decode the bytes read so far in the encoding of the current font and write them."""
        if self._pending_bytes:
            text = self._pending_bytes.decode(self._font_codecs.get(self._group.font, self._file_codec), "replace")
            self._pending_bytes.clear()
            self._write(text)

    def _write(self, text: str) -> None:
        group = self._group
        if group.destination == "styles":
            self._style_name += text
        elif group.destination == "text" and not group.hidden and not group.deleted:
            runs = group.flow.runs
            if runs and runs[-1][1] == group.bold:  # halves of one character may come apart
                text = runs.pop()[0] + text
            runs.append((text, group.bold))

    def _read_symbol(self, token: RtfToken) -> None:
        if token.name == "*":
            self._starred = True
        elif token.name in "\r\n":
            self._end_paragraph()
        elif token.name in SYMBOLS:
            self._write(SYMBOLS[token.name])

    def _read_word(self, token: RtfToken) -> None:
        """Apply a control word: a destination, a character, an encoding, the structure or the formatting."""
        name, number, group = token.name, token.number, self._group
        starred, self._starred = self._starred, False
        if name in ("listtext", "pntext") and group.destination == "text":
            group.flow.has_list_mark = True
        if name in _SKIPPED_DESTINATIONS or (starred and name not in _STARRED_DESTINATIONS):
            group.destination = "skipped"
        elif name == "fonttbl":
            group.destination = "fonts"
        elif name == "stylesheet":
            group.destination = "styles"
        elif name == "u":
            self._write(chr(number % 0x10000 if number < 0 else min(number, 0x10FFFF)))
            self._to_skip = group.fallback
        elif name in _CODE_PAGES or name == "ansicpg":
            self._file_codec = self._font_codecs[0] = codec_name(_CODE_PAGES.get(name, number))
        elif name in ("fcharset", "cpg") and group.destination == "fonts":
            self._font_codecs[group.font] = codec_name(number, charset=name == "fcharset") or self._file_codec
        elif name in WORDS:
            self._write(WORDS[name])
        elif group.destination == "text":
            self._apply_structure(name, number)
        self._apply_format(name, number)

    def _apply_format(self, name: str, number: int) -> None:
        """Apply a control word of character or paragraph formatting to the current group."""
        group = self._group
        if name == "b":
            group.bold = number != 0
        elif name == "v":
            group.hidden = number != 0
        elif name == "deleted":
            group.deleted = number != 0
        elif name == "plain":
            group.bold = group.hidden = group.deleted = False
        elif name == "uc":
            group.fallback = max(0, number)
        elif name == "f":
            group.font = number
        elif name == "outlinelevel":
            group.outline = number + 1 if 0 <= number < 9 else 0
        elif name == "s":
            group.style = self._style = number
        elif name == "ls":
            group.numbered = number != 0
        elif name == "ilvl":
            group.level = min(max(number, 0), 8)
        elif name == "intbl":
            group.in_table = True
        elif name == "pard":
            group.style = group.outline = group.level = 0
            group.numbered = group.in_table = False

    def _apply_structure(self, name: str, number: int) -> None:
        """Apply a control word that ends a paragraph, a cell or a row, or begins a note or a text box."""
        group = self._group
        if name in ("par", "nestcell", "sect"):
            if name != "sect" or group.flow.runs:
                self._end_paragraph(group.in_table)
        elif name == "cell":
            self._end_paragraph(in_table=True)
            self._column += 1
        elif name == "row":
            self._row, self._column = self._row + 1, 0
        elif name in ("footnote", "shptxt"):
            group.flow = _RtfFlow(NoteParagraph if name == "footnote" else Paragraph)
            group.bold = group.hidden = group.in_table = group.numbered = False

    def _end_paragraph(self, in_table: bool = False) -> None:
        """End the paragraph being read; the text boxes anchored in it follow it."""
        self._flush_bytes()
        group, flow = self._group, self._group.flow
        if not in_table and self._row and flow is self._body:
            self._table, self._row, self._column = self._table + 1, 0, 0
        cell = (self._table, self._row, self._column) if in_table else None
        runs = [(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), bold) for text, bold in flow.runs]
        text, bold = tidy_runs(runs)
        heading = group.outline or self._heading_ranks.get(group.style, 0)
        item = group.level + 1 if (group.numbered or flow.has_list_mark) and not heading else 0
        if group.style not in self._contents_styles:
            flow.paragraphs.append(flow.paragraph_type(text, heading, item, bold, cell))
        flow.paragraphs.extend(flow.boxes)
        flow.runs, flow.boxes, flow.has_list_mark = [], [], False
