"""Looks for texts in the raw bytes of a folder's files, whatever program wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import BytesAhoCorasick

_PIECE_LENGTH, _MIN_LENGTH = 24, 12  # characters that are looked for together
_BLOCK_SIZE = 1 << 24  # bytes read at once
_BREAKS = re.compile(r'[\x00-\x1f"\\]+')  # what is written otherwise in JSON


@dataclass(frozen=True, slots=True)
class RawSearchResult:
    """What was searched, and the files, relative to the folder, that hold some of what was looked for."""

    files: int
    size: int
    """In bytes."""
    pieces: int
    """Looked for: a text is cut, since a program may break it anywhere."""
    holding: tuple[str, ...]
    unread: tuple[str, ...]
    """Files that could not be read."""
    also_in: tuple[str, ...]
    """The sources that say some of it too, which was therefore not looked for."""


class RawTextSearch:
    """Pieces of `texts` to look for, less those that texts which stay, with their sources, hold too."""

    def __init__(self, texts: Iterable[str], staying: Iterable[tuple[str, str]]) -> None:
        pieces = {piece.encode() for text in texts for piece in _pieces(text)}
        held, self._also_in = _pieces_held(sorted(pieces), staying)
        self._pieces = sorted(pieces - held)
        self._automaton = BytesAhoCorasick(self._pieces) if self._pieces else None

    def matches(self, text: str) -> bool:
        """Whether a text holds what the search would find: for whoever is to blank it first."""
        return self._automaton is not None and bool(self._automaton.find_matches_as_indexes(text.encode()))

    def search(self, folder: Path) -> RawSearchResult:
        """Look for them in every file below a folder. Files that go away meanwhile are passed over."""
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
            except FileNotFoundError:  # a database's journal, as it comes and goes
                continue
            except OSError:
                unread.append(name)
        return RawSearchResult(read, size, len(self._pieces), tuple(holding), tuple(unread), self._also_in)


def _pieces(text: str) -> Iterator[str]:
    for part in _BREAKS.split(text):
        if len(part) >= _MIN_LENGTH:
            yield from (part[at : at + _PIECE_LENGTH] for at in range(0, len(part) - _PIECE_LENGTH + 1, _PIECE_LENGTH))
            yield part[-_PIECE_LENGTH:]


def _pieces_held(pieces: list[bytes], staying: Iterable[tuple[str, str]]) -> tuple[set[bytes], tuple[str, ...]]:
    """The pieces that texts which stay hold, and the sources of these."""
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
    before = b""
    with path.open("rb") as read:
        while block := read.read(_BLOCK_SIZE):
            if automaton.find_matches_as_indexes(before + block):
                return True
            before = block[-longest:]
    return False
