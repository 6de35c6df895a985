"""The tokens of Rich Text Format, and what its words and numbers for characters and encodings mean."""

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
# Windows character sets to code pages; 0 and 1 are the file's own, 2 is for symbols.
_CHARSETS = {
    77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
    186: 1257, 204: 1251, 222: 874, 238: 1250, 255: 437,
}  # fmt: skip
_NAMES = {10000: "mac_roman", 65001: "utf-8"}


@dataclass(frozen=True, slots=True)
class Token:
    """`name` and `number` (1 where it is not said) of a word, `name` of a symbol, `data` of text and bytes."""

    kind: Literal["open", "close", "word", "symbol", "byte", "text"]
    name: str = ""
    number: int = 1
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens of a file, in order; line ends and binary pictures (`\\bin`) are left out."""
    position = 0
    while found := _TOKEN.search(data, position):
        position = found.end()
        if found["word"]:
            number = int(found["number"] or 1)
            name = found["word"].decode("ascii")
            if name == "bin":
                position += max(0, number)
            else:
                yield Token("word", name, number)
        elif found["byte"]:
            yield Token("byte", data=bytes.fromhex(found["byte"].decode("ascii")))
        elif found["symbol"]:
            yield Token("symbol", found["symbol"].decode("latin-1"))
        elif found["group"]:
            yield Token("open" if found["group"] == b"{" else "close")
        else:
            yield Token("text", data=found["text"])


def codec(number: int, charset: bool = False) -> str:
    """Python's name for a code page or, with `charset`, for a Windows character set; empty for the file's own set,
    cp1252 for an unknown code page."""
    if charset:
        if number not in _CHARSETS:
            return ""
        number = _CHARSETS[number]
    name = _NAMES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
