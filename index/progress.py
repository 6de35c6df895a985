"""How far a run is, for whoever watches it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

# Bytes of a file that give a passage, before any file of the kind was read: most of a PDF is not text.
_BYTES_PER_PASSAGE = {".pdf": 2000.0, ".rtf": 1000.0}
_DEFAULT_BYTES_PER_PASSAGE = 250.0


@dataclass(frozen=True, slots=True)
class Step:
    """How far a step of a run is: `done` of `total`, counted in `unit`. `name` is French.

    The step that reads and embeds counts the files that are kept, and says how many passages are embedded of how many
    expected: it is these that take the time."""

    name: str
    done: int
    total: int
    unit: Literal["fichier", "passage", ""] = ""
    passages: int = 0
    expected: int = 0


Progress = Callable[[Step], None]


def no_progress(step: Step) -> None:
    """The progress that nobody watches."""


class PassageEstimate:
    """How many passages an indexing will have embedded: known of the files cut already, and guessed of the others by
    their sizes and by what others of the same suffix gave."""

    def __init__(self, files: Iterable[tuple[PurePosixPath, int]]) -> None:
        """`files` are all those to read, with their sizes in bytes."""
        self._unread_bytes: Counter[str] = Counter()
        for path, size in files:
            self._unread_bytes[path.suffix.lower()] += size
        self._read_bytes: Counter[str] = Counter()
        self._passages_read: Counter[str] = Counter()

    def record_done(self, path: PurePosixPath, size: int, passages: int = 0) -> None:
        """A file is done: it was cut into passages, or could not be read."""
        suffix = path.suffix.lower()
        self._unread_bytes[suffix] -= size
        if passages:
            self._read_bytes[suffix] += size
            self._passages_read[suffix] += passages

    def expected(self) -> int:
        """The passages of all files, those done included."""
        return self._passages_read.total() + round(
            sum(size / self._bytes_per_passage(suffix) for suffix, size in self._unread_bytes.items())
        )

    def _bytes_per_passage(self, suffix: str) -> float:
        """The bytes of a file of this suffix that give a passage."""
        if self._passages_read[suffix]:
            return max(1, self._read_bytes[suffix]) / self._passages_read[suffix]
        return _BYTES_PER_PASSAGE.get(suffix, _DEFAULT_BYTES_PER_PASSAGE)
