"""What Chroma writes of memory that it never filled: bytes of whatever the process held before, texts and names too.

Seen with chromadb 1.5.9: `length.bin`, four bytes a vector, is written as it was allocated, since lengths matter to
cosine distances alone, and `data_level0.bin` has room for vectors that are not there yet. Both are blanked here."""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER, _LENGTHS, _DATA = "header.bin", "length.bin", "data_level0.bin"
_HEADER_STRUCT = struct.Struct("<i4Q")  # version, offset of level 0, room for elements, elements, bytes of one
_VERSION = 1
_BLOCK_SIZE = 1 << 20


def zero_uninitialised(folder: Path) -> None:
    """Blank them in every index below a folder that nobody writes. Raises `OSError`."""
    for header in folder.rglob(_HEADER):
        _zero_from(header.with_name(_LENGTHS), 0)
        data = header.with_name(_DATA)
        with header.open("rb") as read:
            start = read.read(_HEADER_STRUCT.size)
        if len(start) == _HEADER_STRUCT.size and data.is_file():
            version, _, room, held, size = _HEADER_STRUCT.unpack(start)
            if version == _VERSION and held <= room and data.stat().st_size in (room * size, held * size):
                _zero_from(data, held * size)


def _zero_from(path: Path, start: int) -> None:
    """Write zeros over what is no zero from an offset to the end."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        file.seek(start)
        while block := file.read(_BLOCK_SIZE):
            if block.strip(b"\0"):
                file.seek(-len(block), 1)
                file.write(bytes(len(block)))
