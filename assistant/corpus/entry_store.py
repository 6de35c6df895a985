"""Files kept in a folder of the data folder, for its owner only, until somebody says what becomes of them: those that
wait to be added to the corpus, and those that were taken out of it.

Each entry is a folder made aside and renamed: killed at any step, there is a whole entry or none."""

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
_LEFT_OVER_S = 3600.0  # after which what was being made will not be any more
_SAID, _FILES = "entry.json", "files"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept: `folder` holds its files under their own names; `said` is what was noted of it, `at` in seconds
    since 1970."""

    id: str
    folder: Path
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.said.get("name", ""))

    @property
    def who(self) -> str:
        return str(self.said.get("who", ""))

    @property
    def at(self) -> float:
        at = self.said.get("at", 0.0)
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
        return self._folder

    def add(self, fill: Callable[[Path], Mapping[str, Any]]) -> Entry:
        """Keep what `fill` puts into the folder it is given, with what it says of it. Raises `OSError`, or what `fill`
        raises; nothing is left then."""
        self.sweep()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(8)
        with atomic_folder(self._folder / name, self._folder / f"{name}{_MAKING}") as part:
            (part / _FILES).mkdir(mode=0o700)
            said = {**fill(part / _FILES), "at": self._clock()}
            write_atomic(part / _SAID, json.dumps(said), mode=PRIVATE)
        return Entry(name, self._folder / name / _FILES, said)

    def entries(self) -> list[Entry]:
        """All that is kept, oldest first; what cannot be read is no entry."""
        try:
            names = sorted(os.listdir(self._folder))
        except OSError:
            return []
        found = [entry for name in names if (entry := self.get(name)) is not None]
        return sorted(found, key=lambda entry: (entry.at, entry.name))

    def get(self, name: str) -> Entry | None:
        """An entry by its id, whatever is given for one."""
        if not _NAME.fullmatch(name):
            return None
        try:
            said = json.loads((self._folder / name / _SAID).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(said, dict) or not isinstance(said.get("name"), str):
            return None
        return Entry(name, self._folder / name / _FILES, said)

    def erase(self, name: str) -> None:
        """Erase an entry for good; none is no trouble. Raises `OSError`."""
        if _NAME.fullmatch(name):
            self._let_go(name, name)

    def unfinished(self) -> list[Entry]:
        """What is being made, or was when its process was killed, as far as it has files: nothing is noted of it but
        the name of the first."""
        found = []
        for part in sorted(self._folder.glob(f"*{_MAKING}")):
            with suppress(OSError):
                names = sorted(os.listdir(part / _FILES))
                found += [Entry(part.stem, part / _FILES, {"name": names[0]})] if names else []
        return found

    def erase_unfinished(self, entry: Entry) -> None:
        """Erase one of `unfinished`, made meanwhile or not. Raises `OSError`."""
        self._let_go(f"{entry.id}{_MAKING}", entry.id)
        self.erase(entry.id)

    def _let_go(self, there: str, name: str) -> None:
        going = self._folder / f"{name}{_GOING}"
        with suppress(FileNotFoundError):
            os.rename(self._folder / there, going)
        _erase(going)

    def sweep(self) -> None:
        """Take away what was left half-made or half-erased by a process that was killed."""
        for path in (*self._folder.glob(f"*{_MAKING}"), *self._folder.glob(f"*{_GOING}")):
            with suppress(OSError):  # gone meanwhile
                if path.suffix == _GOING or path.stat().st_mtime < time.time() - _LEFT_OVER_S:
                    shutil.rmtree(path, ignore_errors=True)


def _erase(folder: Path) -> None:
    """Erase a folder that another may be erasing as well: only what is still there after that is an error."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)
