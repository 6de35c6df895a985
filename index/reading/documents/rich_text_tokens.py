"""Tokenizer of Rich Text Format, and the meaning of its words and numbers for characters and encodings."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?"
    rb"|\\'(?P<byte>[0-9a-fA-F]{2})"
    rb"|\\(?P<symbol>[\s\S])"
    rb"|(?P<group>[{}])"
    rb"|(?P<text>[^\\{}\r\n\x00]+)"
)
SYMBOLS = {"\\": "\\", "{": "{", "}": "}", "~": "\u00a0", "_": "-", "\t": " "}
WORDS = {
    "line": "\n", "lbr": "\n", "softline": "\n", "page": "\n", "column": "\n", "tab": " ", "emspace": " ",
    "enspace": " ", "qmspace": " ", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•",
}  # fmt: skip
# Windows character sets to code pages; 0 and 1 are that of the file, 2 is for symbols.
_CHARSETS = {
    77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
    186: 1257, 204: 1251, 222: 874, 238: 1250, 255: 437,
}  # fmt: skip
_CODEC_NAMES = {10000: "mac_roman", 65001: "utf-8"}


@dataclass(frozen=True, slots=True)
class RtfToken:
    """A token: `name` and `number` (default 1) of a control word, `name` of a control symbol, `data` of text and
    bytes."""

    kind: Literal["open", "close", "word", "symbol", "byte", "text"]
    name: str = ""
    number: int = 1
    data: bytes = b""


def tokenize(data: bytes) -> Iterator[RtfToken]:
    """Yield the tokens of a file, in order, without line ends and binary pictures (`\\bin`)."""
    position = 0
    while match := _TOKEN.search(data, position):
        position = match.end()
        if match["word"]:
            number = int(match["number"] or 1)
            name = match["word"].decode("ascii")
            if name == "bin":
                position += max(0, number)
            else:
                yield RtfToken("word", name, number)
        elif match["byte"]:
            yield RtfToken("byte", data=bytes.fromhex(match["byte"].decode("ascii")))
        elif match["symbol"]:
            yield RtfToken("symbol", match["symbol"].decode("latin-1"))
        elif match["group"]:
            yield RtfToken("open" if match["group"] == b"{" else "close")
        else:
            yield RtfToken("text", data=match["text"])


def codec_name(number: int, charset: bool = False) -> str:
    """Return Python's codec name for a code page or, with `charset`, for a Windows character set; empty for the
    file's own set, cp1252 for an unknown code page."""
    if charset:
        if number not in _CHARSETS:
            return ""
        number = _CHARSETS[number]
    name = _CODEC_NAMES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
