"""The bin: files taken out of the corpus, with what goes with them, until they are put back or erased for good."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from assistant.corpus import folder
from assistant.corpus.entry_store import Entry, EntryStore
from assistant.corpus.inbox import copy_into
from assistant.errors import CorpusRefused
from index.errors import os_reason
from index.reading.metadata import SIDECAR


class Bin:
    """The bin of one data folder. `root` gives the corpus folder."""

    def __init__(self, path: Path, root: Callable[[], Path]) -> None:
        self.store = EntryStore(path)
        self._root = root

    def keep(self, path: PurePosixPath, title: str, who: str) -> Entry:
        """Store a copy of a file of the corpus, with what goes with it. Raises `CorpusRefused`."""
        full = folder.inside(self._root(), path)
        if not full.is_file():
            raise CorpusRefused("Ce fichier n’est plus dans le dossier du corpus.", "Revenez à la liste des sources.")

        def fill(into: Path) -> Mapping[str, Any]:
            copy_into([full, *folder.belongings(full)], into)
            return {"name": full.name, "path": str(path), "title": title, "who": who}

        try:
            return self.store.add(fill)
        except OSError as error:
            raise CorpusRefused(
                f"Ce fichier n’a pas pu être mis à la corbeille ({os_reason(error)}).", "Il est resté dans le corpus."
            ) from error

    def take_out(self, path: PurePosixPath) -> None:
        """Delete a file of the corpus, with what goes with it. The file goes first: it is never left without the
        sidecar that reserves it. Raises `CorpusRefused`."""
        full = folder.inside(self._root(), path)
        try:
            for file in (full, *folder.belongings(full)):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise folder.refused(self._root(), error, "Le fichier est resté dans le corpus") from error

    def remove(self, path: PurePosixPath, title: str, who: str) -> Entry:
        """Move a file of the corpus into the bin. Raises `CorpusRefused`: it is then still in the corpus."""
        entry = self.keep(path, title, who)
        try:
            self.take_out(path)
        except CorpusRefused:
            if folder.inside(self._root(), path).exists():
                self.store.erase(entry.id)
            raise
        return entry

    def put_back(self, entry: Entry) -> PurePosixPath:
        """Put an entry back where it was in the corpus, and return that path. Raises `CorpusRefused` when another file
        is there, when a sidecar there would describe it otherwise, or when it cannot be written."""
        path = path_of(entry)
        full = folder.inside(self._root(), path)
        side = entry.folder / f"{entry.name}{SIDECAR}"
        orphan = full.with_name(f"{full.name}{SIDECAR}")
        if not side.is_file() and os.path.lexists(orphan):  # it might make the file public
            raise CorpusRefused(
                f"Une description qui n’est pas la sienne, «\u00a0{path}{SIDECAR}\u00a0», dirait qui peut le "
                "lire\u00a0: il est resté dans la corbeille.",
                "Ôtez-la du dossier du corpus, ou demandez-le à la personne qui s’en occupe, puis recommencez.",
            )
        try:
            sidecar = side.read_text(encoding="utf-8") if side.is_file() else None
            full.parent.mkdir(parents=True, exist_ok=True)
            folder.put(entry.file, full, sidecar, is_public=False, replacing=False)
            for file in entry.folder.iterdir():
                if file not in (entry.file, side) and not (full.parent / file.name).exists():
                    folder.put(file, full.parent / file.name, None, is_public=False, replacing=False)
        except FileExistsError as error:
            raise CorpusRefused(
                f"Un autre fichier se trouve maintenant à «\u00a0{path}\u00a0».", "Mettez-le d’abord à la corbeille."
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            trouble = error if isinstance(error, OSError) else OSError(0, "")
            raise folder.refused(self._root(), trouble, "Le fichier est resté dans la corbeille") from error
        self.store.erase(entry.id)
        return path


def path_of(entry: Entry) -> PurePosixPath:
    """Return the path that an entry of the bin had in the corpus."""
    return PurePosixPath(str(entry.metadata.get("path", entry.name)))
