"""Progress of a run, for its observers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

# Bytes of a file per passage, until a file of the same suffix has been read: most of a PDF is not text.
_BYTES_PER_PASSAGE = {".pdf": 2000.0, ".rtf": 1000.0}
_DEFAULT_BYTES_PER_PASSAGE = 250.0


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of one step of a run: `done` of `total`, counted in `unit`. `name` is French.

    The step that reads and embeds counts the files kept, and also gives the embedded passages (`passages`) out of the
    `expected` ones, which take most of the time."""

    name: str
    done: int
    total: int
    unit: Literal["fichier", "passage", ""] = ""
    passages: int = 0
    expected: int = 0


Progress = Callable[[Step], None]


def no_progress(step: Step) -> None:
    """Ignore progress: the default observer."""


class PassageEstimate:
    """Estimate of the number of passages that an indexing run embeds: exact for the files already cut, extrapolated for
    the others from their sizes and from the files of the same suffix."""

    def __init__(self, files: Iterable[tuple[PurePosixPath, int]]) -> None:
        """Take all the files to read, with their sizes in bytes."""
        self._unread_bytes: Counter[str] = Counter()
        for path, size in files:
            self._unread_bytes[path.suffix.lower()] += size
        self._read_bytes: Counter[str] = Counter()
        self._passages_read: Counter[str] = Counter()

    def record_done(self, path: PurePosixPath, size: int, passages: int = 0) -> None:
        """Record that a file was cut into `passages` passages, or could not be read."""
        suffix = path.suffix.lower()
        self._unread_bytes[suffix] -= size
        if passages:
            self._read_bytes[suffix] += size
            self._passages_read[suffix] += passages

    def expected(self) -> int:
        """Return the estimated number of passages of all files, those done included."""
        return self._passages_read.total() + round(
            sum(size / self._bytes_per_passage(suffix) for suffix, size in self._unread_bytes.items())
        )

    def _bytes_per_passage(self, suffix: str) -> float:
        """Return the bytes of a file of this suffix per passage."""
        if self._passages_read[suffix]:
            return max(1, self._read_bytes[suffix]) / self._passages_read[suffix]
        return _BYTES_PER_PASSAGE.get(suffix, _DEFAULT_BYTES_PER_PASSAGE)
