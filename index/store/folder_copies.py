"""Where copies of the vectors lie on this machine: each in a folder of its own beside the catalog.

A copy that the catalog names is never written: one that is to hold more is made beside, of the files of the one
before, so that questions go on meanwhile, and whatever is interrupted leaves what was there. Chroma was seen to leave
its folder unreadable for good when it is killed while it writes, and to crash when it opens what another writes."""

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
    """The folders of copies in a data folder; the name of a copy is that of its folder."""

    place = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock_file = folder / "vectors.lock"

    def holds(self, name: str) -> bool:
        """Whether there is a copy of this name."""
        return bool(name) and (self._folder / name).is_dir()

    def is_ours(self, name: str) -> bool:
        """As `holds`."""
        return self.holds(name)

    def open(self, name: str, vector: FloatArray) -> VectorCopy:
        """A copy, ready for questions. Raises `CopyUnusable`, where nothing may be written too: the library writes when
        it opens, and when a first question like `vector` loads its graph."""
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
        """A copy opened for a moment, whose collections are not looked up; it is blanked once it is closed, since
        opening writes too. Raises as `open` does."""
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
        """The copy that `beside` made room for, open to be written; nobody else opens it. Raises `CopyUnusable`."""
        copy = open_folder(self._folder / name)
        try:
            copy.create_collections()
            yield copy
        finally:
            copy.close()

    def prepare_copy(self, before: str, last: str) -> str:
        """The name of a new copy, which no process may have open: with all that the copy `before` holds, or empty.
        `last` is the name that was given last. Raises `CopyUnusable`."""
        taken = [path.name for path in self._folder.glob(f"{_PREFIX}*")]
        name = f"{_PREFIX}{max(_number(one) for one in (*taken, last)) + 1}"
        with chroma_errors(), lock.exclusive(self._lock_file):
            if before:
                shutil.copytree(self._folder / before, self._folder / name)
            else:
                (self._folder / name).mkdir()
        return name

    def delete_others(self, name: str) -> None:
        """Take every copy away but this one: no other is opened any more."""
        others = [path for path in self._folder.glob(f"{_PREFIX}*") if path.name != name]
        if others:
            with lock.exclusive(self._lock_file):
                for path in others:
                    shutil.rmtree(path, ignore_errors=True)

    def close(self, name: str, copy: VectorCopy) -> None:
        """Let go of a copy that was opened for questions."""
        copy.close()
        if not name:  # all the data folder is not of the copy
            return
        # A folder that is closed to us by now was not written either.
        with suppress(DataFolderRefused, OSError), lock.exclusive(self._lock_file):
            uninitialised_bytes.zero_uninitialised(self._folder / name)

    def failure_reason(self, error: Exception) -> tuple[str, str]:
        """What went wrong, and the remedy, in French."""
        return (
            write_failure_reason(self._folder, error),
            "Libérez de la place ou vérifiez le disque, puis relancez\u00a0: assistant index.",
        )

    def _open_copy(self, name: str) -> VectorCopy:
        if not (self._folder / name).is_dir():  # the library would make an empty one
            raise FileNotFoundError(name)
        return open_folder(self._folder / name)


def _number(name: str) -> int:
    digits = name.removeprefix(_PREFIX)
    return int(digits) if digits.isdecimal() else 0
