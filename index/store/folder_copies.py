"""Copies of the vectors on this machine, each in its own folder beside the catalog.

The copy that the catalog names is never written: a copy with new vectors is created beside it from its files, so that
questions go on meanwhile and an interruption leaves the current copy unchanged. Chroma was observed to leave its folder
permanently unreadable when killed while writing, and to crash when opening a folder that another process writes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import DataFolderRefused
from index.store import lock, uninitialised_bytes
from index.store.chroma import VISIBILITIES, FloatArray, VectorCopy, chroma_errors, open_folder
from index.store.storage_errors import write_failure_reason

_PREFIX = "vectors-"


class FolderCopies:
    """Copies in the folders of a data folder; the name of a copy is the name of its folder."""

    place = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock_file = folder / "vectors.lock"

    def holds(self, name: str) -> bool:
        """Return whether a copy with this name exists."""
        return bool(name) and (self._folder / name).is_dir()

    def is_ours(self, name: str) -> bool:
        """Return whether a copy with this name exists, as `holds` does."""
        return self.holds(name)

    def open(self, name: str, vector: FloatArray) -> VectorCopy:
        """Open a copy for questions. Raises `CopyUnusable`, also in a folder that is not writable: the library writes
        when it opens, and when a first question like `vector` loads its graph."""
        with chroma_errors():
            with lock.shared(self._lock_file):
                copy = self._open_copy(name)
            try:
                copy.load_collections()
                with lock.exclusive(self._lock_file):
                    for visibility in VISIBILITIES:
                        copy.nearest(visibility, vector, 1)
                    uninitialised_bytes.zero_uninitialised(self._folder / name)
            except BaseException:
                copy.close()
                raise
            return copy

    @contextmanager
    def reading(self, name: str) -> Iterator[VectorCopy]:
        """Open a copy for the block, without looking its collections up. Zero its uninitialised bytes once it is
        closed, since opening writes too. Raises `CopyUnusable`."""
        with chroma_errors(), lock.shared(self._lock_file):
            copy = self._open_copy(name)
            try:
                yield copy
            finally:
                copy.close()
        with chroma_errors(), lock.exclusive(self._lock_file):
            uninitialised_bytes.zero_uninitialised(self._folder / name)

    @contextmanager
    def writing(self, name: str) -> Iterator[VectorCopy]:
        """Open for writing a copy made by `prepare_copy`; no other process opens it. Raises `CopyUnusable`."""
        copy = open_folder(self._folder / name)
        try:
            copy.create_collections()
            yield copy
        finally:
            copy.close()

    def prepare_copy(self, before: str, last: str) -> str:
        """Create the folder of a new copy, which no process has open, and return its name. It holds the content of the
        copy `before`, or nothing when that is empty. `last` is the name given last. Raises `CopyUnusable`."""
        taken = [path.name for path in self._folder.glob(f"{_PREFIX}*")]
        name = f"{_PREFIX}{max(_number(known) for known in (*taken, last)) + 1}"
        with chroma_errors(), lock.exclusive(self._lock_file):
            if before:
                shutil.copytree(self._folder / before, self._folder / name)
            else:
                (self._folder / name).mkdir()
        return name

    def delete_others(self, name: str) -> None:
        """Delete every copy except `name`."""
        others = [path for path in self._folder.glob(f"{_PREFIX}*") if path.name != name]
        if others:
            with lock.exclusive(self._lock_file):
                for path in others:
                    shutil.rmtree(path, ignore_errors=True)

    def close(self, name: str, copy: VectorCopy) -> None:
        """Close a copy that was opened for questions."""
        copy.close()
        if not name:  # an empty name would mean the whole data folder
            return
        # A folder that is no longer writable was not written either.
        with suppress(DataFolderRefused, OSError), lock.exclusive(self._lock_file):
            uninitialised_bytes.zero_uninitialised(self._folder / name)

    def failure_reason(self, error: Exception) -> tuple[str, str]:
        """Return the cause of an error and its remedy, in French."""
        return (
            write_failure_reason(self._folder, error),
            "Libérez de la place ou vérifiez le disque, puis relancez\u00a0: assistant index.",
        )

    def _open_copy(self, name: str) -> VectorCopy:
        if not (self._folder / name).is_dir():  # the library would create an empty copy
            raise FileNotFoundError(name)
        return open_folder(self._folder / name)


def _number(name: str) -> int:
    """Return the number of a copy, 0 for another name."""
    digits = name.removeprefix(_PREFIX)
    return int(digits) if digits.isdecimal() else 0
