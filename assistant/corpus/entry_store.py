"""Files stored in the data folder, for its owner only, until a person decides on them: those that wait to be added to
the corpus, and those that were taken out of it.

Each entry is a folder made aside and renamed (an atomic write): killed at any step, there is a whole entry or none."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.files import PRIVATE, atomic_folder, write_atomic

_NAME = re.compile(r"[0-9a-f]{16}")
_MAKING, _GOING = ".part", ".gone"
_LEFT_OVER_S = 3600.0  # after which an unfinished entry is left over from a killed process
_METADATA, _FILES = "entry.json", "files"


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored file: `folder` holds it under its own name, with what goes with it; `metadata` was noted when it was
    stored, `at` in seconds since 1970."""

    id: str
    folder: Path
    metadata: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of the file."""
        return str(self.metadata.get("name", ""))

    @property
    def who(self) -> str:
        """The account of the person who stored it."""
        return str(self.metadata.get("who", ""))

    @property
    def at(self) -> float:
        """The time at which it was stored, in seconds since 1970."""
        at = self.metadata.get("at", 0.0)
        return float(at) if isinstance(at, int | float) else 0.0

    @property
    def file(self) -> Path:
        """The file that the entry is about; others may lie beside it."""
        return self.folder / self.name


class EntryStore:
    """The entries of one folder. Processes and threads may share it."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock

    @property
    def path(self) -> Path:
        """The folder of the entries."""
        return self._folder

    def add(self, fill: Callable[[Path], Mapping[str, Any]]) -> Entry:
        """Store the files that `fill` puts into the folder it is given, with the metadata that it returns. Raises
        `OSError`, or what `fill` raises; nothing is left then."""
        self.sweep()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(8)
        with atomic_folder(self._folder / name, self._folder / f"{name}{_MAKING}") as part:
            (part / _FILES).mkdir(mode=0o700)
            metadata = {**fill(part / _FILES), "at": self._clock()}
            write_atomic(part / _METADATA, json.dumps(metadata), mode=PRIVATE)
        return Entry(name, self._folder / name / _FILES, metadata)

    def entries(self) -> list[Entry]:
        """Return the entries, oldest first; what cannot be read is left out."""
        try:
            names = sorted(os.listdir(self._folder))
        except OSError:
            return []
        found = [entry for name in names if (entry := self.get(name)) is not None]
        return sorted(found, key=lambda entry: (entry.at, entry.name))

    def get(self, name: str) -> Entry | None:
        """Return an entry by its id, or `None`, whatever text is given for an id."""
        if not _NAME.fullmatch(name):
            return None
        try:
            metadata = json.loads((self._folder / name / _METADATA).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
            return None
        return Entry(name, self._folder / name / _FILES, metadata)

    def erase(self, name: str) -> None:
        """Erase an entry for good, if it is there. Raises `OSError`."""
        if _NAME.fullmatch(name):
            self._erase_folder(name, name)

    def unfinished(self) -> list[Entry]:
        """Return the entries that are being made, or were when their process was killed, and that have files; their
        metadata is the name of the first file alone."""
        found = []
        for part in sorted(self._folder.glob(f"*{_MAKING}")):
            with suppress(OSError):
                names = sorted(os.listdir(part / _FILES))
                found += [Entry(part.stem, part / _FILES, {"name": names[0]})] if names else []
        return found

    def erase_unfinished(self, entry: Entry) -> None:
        """Erase an entry of `unfinished`, whether or not it was finished meanwhile. Raises `OSError`."""
        self._erase_folder(f"{entry.id}{_MAKING}", entry.id)
        self.erase(entry.id)

    def _erase_folder(self, folder: str, name: str) -> None:
        """Erase a folder by a rename first, so that no half of it is ever an entry."""
        going = self._folder / f"{name}{_GOING}"
        with suppress(FileNotFoundError):
            os.rename(self._folder / folder, going)
        _erase(going)

    def sweep(self) -> None:
        """Delete what a killed process left half-made or half-erased."""
        for path in (*self._folder.glob(f"*{_MAKING}"), *self._folder.glob(f"*{_GOING}")):
            with suppress(OSError):  # gone meanwhile
                if path.suffix == _GOING or path.stat().st_mtime < time.time() - _LEFT_OVER_S:
                    shutil.rmtree(path, ignore_errors=True)


def _erase(folder: Path) -> None:
    """Erase a folder that another process may be erasing as well. Raises `OSError` when some of it is still there."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)
