"""Search for texts in the raw bytes of a folder's files, whatever program wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import BytesAhoCorasick

_PIECE_LENGTH, _MIN_LENGTH = 24, 12  # characters of a searched piece
_BLOCK_SIZE = 1 << 24  # bytes
_BREAKS = re.compile(r'[\x00-\x1f"\\]+')  # characters that JSON escapes


@dataclass(frozen=True, slots=True)
class RawSearchResult:
    """Extent of a search, and its matches. Paths are relative to the searched folder."""

    files: int
    size: int
    """Bytes searched."""
    pieces: int
    """Number of searched pieces: a text is cut, since a program may break it anywhere."""
    holding: tuple[str, ...]
    """Files that hold a searched piece."""
    unread: tuple[str, ...]
    """Files that could not be read."""
    also_in: tuple[str, ...]
    """Sources that hold some pieces too, which are therefore not searched."""


class RawTextSearch:
    """Search for the pieces of `texts`, except the pieces that the texts of `staying` (sources and texts) hold too."""

    def __init__(self, texts: Iterable[str], staying: Iterable[tuple[str, str]]) -> None:
        pieces = {piece.encode() for text in texts for piece in _pieces(text)}
        held, self._also_in = _pieces_held(sorted(pieces), staying)
        self._pieces = sorted(pieces - held)
        self._automaton = BytesAhoCorasick(self._pieces) if self._pieces else None

    def matches(self, text: str) -> bool:
        """Return whether a text holds a searched piece, so that a caller can blank it before the search."""
        return self._automaton is not None and bool(self._automaton.find_matches_as_indexes(text.encode()))

    def search(self, folder: Path) -> RawSearchResult:
        """Search every file below a folder. Files that disappear meanwhile are skipped."""
        longest = max(map(len, self._pieces), default=0)
        size, read, holding, unread = 0, 0, [], []
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            try:
                if not path.is_file():
                    continue
                if self._automaton is not None and _holds(path, self._automaton, longest):
                    holding.append(name)
                size += path.stat().st_size
                read += 1
            except FileNotFoundError:  # the temporary journal of a database
                continue
            except OSError:
                unread.append(name)
        return RawSearchResult(read, size, len(self._pieces), tuple(holding), tuple(unread), self._also_in)


def _pieces(text: str) -> Iterator[str]:
    """Yield the pieces of a text: consecutive slices of its JSON-safe parts, up to the end of each part."""
    for part in _BREAKS.split(text):
        if len(part) >= _MIN_LENGTH:
            yield from (part[at : at + _PIECE_LENGTH] for at in range(0, len(part) - _PIECE_LENGTH + 1, _PIECE_LENGTH))
            yield part[-_PIECE_LENGTH:]


def _pieces_held(pieces: list[bytes], staying: Iterable[tuple[str, str]]) -> tuple[set[bytes], tuple[str, ...]]:
    """Return the pieces that the texts of `staying` hold, and the sources of these texts."""
    found: set[bytes] = set()
    sources: dict[str, None] = {}
    if pieces:
        automaton = BytesAhoCorasick(pieces)
        for source, text in staying:
            matches = automaton.find_matches_as_indexes(text.encode(), overlapping=True)
            found.update(pieces[number] for number, _, _ in matches)
            if matches:
                sources[source] = None
    return found, tuple(sources)


def _holds(path: Path, automaton: BytesAhoCorasick, longest: int) -> bool:
    """Return whether a file holds a piece, also across two blocks."""
    before = b""
    with path.open("rb") as read:
        while block := read.read(_BLOCK_SIZE):
            if automaton.find_matches_as_indexes(before + block):
                return True
            before = block[-longest:]
    return False
