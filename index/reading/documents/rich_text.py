"""Rich Text Format to Paragraphs, after the specification 1.9.1. Libraries give its bare text only: no headings, lists,
tables or notes, and deleted text as if it stood."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from index.reading.documents.blocks import Note, clean
from index.reading.documents.rich_text_tokens import SYMBOLS, WORDS, Token, codec, tokens
from index.reading.documents.signature import damaged, other_format
from index.reading.documents.word_styles import named_rank, names_contents
from index.reading.paragraphs import Paragraph

_SUFFIX = ".rtf"
_DEEPEST = 1_000  # groups inside each other
_SKIPPED = frozenset(
    """colortbl info pict header headerl headerr headerf footer footerl footerr footerf ftnsep ftnsepc ftncn aftnsep
    aftnsepc aftncn nonshppict xe tc rxe filetbl template private sp nonesttables listtext pntext objdata fldinst
    annotation atnid atnauthor""".split()
)
_KEPT_STARRED = frozenset(("shpinst", "shptxt"))  # `\*` marks groups that may be skipped by who does not know them
_CODE_PAGES = {"ansi": 1252, "mac": 10000, "pc": 437, "pca": 850}


@dataclass(slots=True)
class _Flow:
    """A text that runs by itself: the body, a note, a text box."""

    kind: type[Paragraph] = Paragraph
    runs: list[tuple[str, bool]] = field(default_factory=list)
    found: list[Paragraph] = field(default_factory=list)
    boxes: list[Paragraph] = field(default_factory=list)  # those of the paragraph being read
    marked: bool = False  # it has a list mark


@dataclass(slots=True)
class _State:
    """What a group inherits from the one around it."""

    flow: _Flow
    place: str = "text"  # or "fonts", "styles", "skipped"
    bold: bool = False
    hidden: bool = False
    deleted: bool = False
    fallback: int = 1  # characters that follow `\u` for who cannot read it
    font: int = 0
    style: int = 0
    outline: int = 0  # heading rank
    numbered: bool = False
    level: int = 0
    in_table: bool = False


def paragraphs(data: bytes) -> list[Paragraph]:
    """The paragraphs of a document in reading order, its notes (`Note`) at the end. Deleted and hidden text, comments,
    page headers and footers and tables of contents are left out. Raises `UnreadableFile`."""
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"{\\rtf"):
        raise other_format(data, "un document RTF", _SUFFIX)
    return _Reader().read(text)


class _Reader:
    def __init__(self) -> None:
        self._body = _Flow()
        self._state = _State(self._body)
        self._stack: list[_State] = []
        self._notes: list[Paragraph] = []
        self._codec, self._codecs = "cp1252", {0: "cp1252"}  # of the file, of its fonts
        self._ranks: dict[int, int] = {}  # of the styles that are headings
        self._contents: set[int] = set()  # the styles of tables of contents
        self._style, self._style_name = 0, ""
        self._bytes = bytearray()  # read, not decoded yet: some encodings take two for a character
        self._to_skip = 0
        self._starred = False
        self._table, self._row, self._column = 0, 0, 0

    def read(self, data: bytes) -> list[Paragraph]:
        for token in tokens(data):
            if token.kind == "open":
                self._open()
            elif token.kind == "close":
                self._close()
                if not self._stack:
                    break
            elif self._to_skip and token.kind in ("byte", "text", "symbol"):
                self._skip(token)
            elif token.kind in ("byte", "text"):
                self._bytes += token.data
            else:
                self._decode()
                (self._word if token.kind == "word" else self._symbol)(token)
        if self._stack:
            raise damaged(_SUFFIX)
        if self._body.runs:
            self._end_paragraph()
        numbered = enumerate([*self._body.found, *self._notes], start=1)
        return [type(each)(each.text, each.heading, each.item, each.bold, each.cell, line) for line, each in numbered]

    def _open(self) -> None:
        self._decode()
        self._to_skip = 0
        if len(self._stack) >= _DEEPEST:
            raise damaged(_SUFFIX)
        self._stack.append(self._state)
        self._state = copy.copy(self._state)
        self._style, self._style_name = 0, ""

    def _close(self) -> None:
        self._decode()
        self._to_skip = 0
        self._starred = False
        inner, self._state = self._state, self._stack.pop()
        if inner.place == "styles":
            name = self._style_name.strip().removesuffix(";").strip()
            if (rank := named_rank(name)) is not None or (rank := inner.outline):
                self._ranks[self._style] = rank
            if names_contents(name):
                self._contents.add(self._style)
            self._style_name = ""
        if inner.flow is not self._state.flow:
            self._end_flow(inner)

    def _end_flow(self, inner: _State) -> None:
        if inner.flow.runs:
            outer, self._state = self._state, inner
            self._end_paragraph()
            self._state = outer
        into = self._notes if inner.flow.kind is Note else self._state.flow.boxes
        into.extend(inner.flow.found)

    def _skip(self, token: Token) -> None:
        length = len(token.data) if token.kind == "text" else 1
        if length > self._to_skip:
            self._bytes += token.data[self._to_skip :]
        self._to_skip = max(0, self._to_skip - length)

    def _decode(self) -> None:
        if self._bytes:
            text = self._bytes.decode(self._codecs.get(self._state.font, self._codec), "replace")
            self._bytes.clear()
            self._write(text)

    def _write(self, text: str) -> None:
        state = self._state
        if state.place == "styles":
            self._style_name += text
        elif state.place == "text" and not state.hidden and not state.deleted:
            runs = state.flow.runs
            if runs and runs[-1][1] == state.bold:  # halves of one character may come apart
                text = runs.pop()[0] + text
            runs.append((text, state.bold))

    def _symbol(self, token: Token) -> None:
        if token.name == "*":
            self._starred = True
        elif token.name in "\r\n":
            self._end_paragraph()
        elif token.name in SYMBOLS:
            self._write(SYMBOLS[token.name])

    def _word(self, token: Token) -> None:
        name, number, state = token.name, token.number, self._state
        starred, self._starred = self._starred, False
        if name in ("listtext", "pntext") and state.place == "text":
            state.flow.marked = True
        if name in _SKIPPED or (starred and name not in _KEPT_STARRED):
            state.place = "skipped"
        elif name == "fonttbl":
            state.place = "fonts"
        elif name == "stylesheet":
            state.place = "styles"
        elif name == "u":
            self._write(chr(number % 0x10000 if number < 0 else min(number, 0x10FFFF)))
            self._to_skip = state.fallback
        elif name in _CODE_PAGES or name == "ansicpg":
            self._codec = self._codecs[0] = codec(_CODE_PAGES.get(name, number))
        elif name in ("fcharset", "cpg") and state.place == "fonts":
            self._codecs[state.font] = codec(number, charset=name == "fcharset") or self._codec
        elif name in WORDS:
            self._write(WORDS[name])
        elif state.place == "text":
            self._structure(name, number)
        self._format(name, number)

    def _format(self, name: str, number: int) -> None:
        state = self._state
        if name == "b":
            state.bold = number != 0
        elif name == "v":
            state.hidden = number != 0
        elif name == "deleted":
            state.deleted = number != 0
        elif name == "plain":
            state.bold = state.hidden = state.deleted = False
        elif name == "uc":
            state.fallback = max(0, number)
        elif name == "f":
            state.font = number
        elif name == "outlinelevel":
            state.outline = number + 1 if 0 <= number < 9 else 0
        elif name == "s":
            state.style = self._style = number
        elif name == "ls":
            state.numbered = number != 0
        elif name == "ilvl":
            state.level = min(max(number, 0), 8)
        elif name == "intbl":
            state.in_table = True
        elif name == "pard":
            state.style = state.outline = state.level = 0
            state.numbered = state.in_table = False

    def _structure(self, name: str, number: int) -> None:
        state = self._state
        if name in ("par", "nestcell", "sect"):
            if name != "sect" or state.flow.runs:
                self._end_paragraph(state.in_table)
        elif name == "cell":
            self._end_paragraph(in_table=True)
            self._column += 1
        elif name == "row":
            self._row, self._column = self._row + 1, 0
        elif name in ("footnote", "shptxt"):
            state.flow = _Flow(Note if name == "footnote" else Paragraph)
            state.bold = state.hidden = state.in_table = state.numbered = False

    def _end_paragraph(self, in_table: bool = False) -> None:
        self._decode()
        state, flow = self._state, self._state.flow
        if not in_table and self._row and flow is self._body:
            self._table, self._row, self._column = self._table + 1, 0, 0
        cell = (self._table, self._row, self._column) if in_table else None
        runs = [(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), bold) for text, bold in flow.runs]
        text, bold = clean(runs)
        heading = state.outline or self._ranks.get(state.style, 0)
        item = state.level + 1 if (state.numbered or flow.marked) and not heading else 0
        if state.style not in self._contents:
            flow.found.append(flow.kind(text, heading, item, bold, cell))
        flow.found.extend(flow.boxes)
        flow.runs, flow.boxes, flow.marked = [], [], False
