"""Looks for texts in the raw bytes of a folder's files, whatever program wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import BytesAhoCorasick

_PIECE, _SHORTEST = 24, 12  # characters that are looked for together
_READ = 1 << 24  # bytes read at once
_BREAKS = re.compile(r'[\x00-\x1f"\\]+')  # what is written otherwise in JSON


@dataclass(frozen=True, slots=True)
class Search:
    """What was searched, and the files, relative to the folder, that hold some of what was looked for."""

    files: int
    size: int
    """In bytes."""
    pieces: int
    """Looked for: a text is cut, since a program may break it anywhere."""
    holding: tuple[str, ...]


def search(folder: Path, texts: Iterable[str], staying: Iterable[str]) -> Search:
    """Look for `texts` in every file below `folder`, less the pieces that `staying` texts hold too."""
    pieces = {piece.encode() for text in texts for piece in _pieces(text)}
    pieces -= _held(pieces, staying)
    automaton = BytesAhoCorasick(sorted(pieces)) if pieces else None
    longest = max(map(len, pieces), default=0)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    holding = [path for path in files if automaton is not None and _holds(path, automaton, longest)]
    size = sum(path.stat().st_size for path in files)
    return Search(len(files), size, len(pieces), tuple(str(path.relative_to(folder)) for path in holding))


def _pieces(text: str) -> Iterator[str]:
    for part in _BREAKS.split(text):
        if len(part) >= _SHORTEST:
            yield from (part[at : at + _PIECE] for at in range(0, len(part) - _PIECE + 1, _PIECE))
            yield part[-_PIECE:]


def _held(pieces: set[bytes], staying: Iterable[str]) -> set[bytes]:
    if not pieces:
        return set()
    ordered = sorted(pieces)
    automaton = BytesAhoCorasick(ordered)
    found: set[bytes] = set()
    for text in staying:
        found.update(ordered[number] for number, _, _ in automaton.find_matches_as_indexes(text.encode(), True))
    return found


def _holds(path: Path, automaton: BytesAhoCorasick, longest: int) -> bool:
    before = b""
    with path.open("rb") as read:
        while block := read.read(_READ):
            if automaton.find_matches_as_indexes(before + block):
                return True
            before = block[-longest:]
    return False
