"""Zero the uninitialised memory that Chroma writes to disk: bytes left by the process, which may hold texts and names.

Observed with chromadb 1.5.9: `length.bin`, four bytes a vector, is written as allocated, since only cosine distances
need lengths, and `data_level0.bin` has room for vectors not added yet."""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER, _LENGTHS, _DATA = "header.bin", "length.bin", "data_level0.bin"
_HEADER_STRUCT = struct.Struct("<i4Q")  # version, offset of level 0, capacity, elements, bytes per element
_VERSION = 1
_BLOCK_SIZE = 1 << 20


def zero_uninitialised(folder: Path) -> None:
    """Zero the unused bytes of every index below a folder that no process is writing. Raises `OSError`."""
    for header in folder.rglob(_HEADER):
        _zero_from(header.with_name(_LENGTHS), 0)
        data = header.with_name(_DATA)
        with header.open("rb") as read:
            start = read.read(_HEADER_STRUCT.size)
        if len(start) == _HEADER_STRUCT.size and data.is_file():
            version, _, capacity, count, size = _HEADER_STRUCT.unpack(start)
            if version == _VERSION and count <= capacity and data.stat().st_size in (capacity * size, count * size):
                _zero_from(data, count * size)


def _zero_from(path: Path, start: int) -> None:
    """Overwrite with zeros every non-zero block from an offset to the end."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        file.seek(start)
        while block := file.read(_BLOCK_SIZE):
            if block.strip(b"\0"):
                file.seek(-len(block), 1)
                file.write(bytes(len(block)))
