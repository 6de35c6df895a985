"""Atomic writes: a file or a folder is written beside its place and renamed.

A process killed at any step leaves the former one or the new one, whole. A file is written under a hidden random name
that ends with `.part`, in the folder of its destination: a rename is atomic within one file system only (POSIX,
rename(2)). Its bytes are on the disk (`fsync`) before it is renamed."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PRIVATE = 0o600
"""Mode of a file for its owner only."""
SHARED = 0o666
"""Mode that a new file has by default, less the umask."""
_NO_HARD_LINKS = (errno.EPERM, errno.EOPNOTSUPP)


def create_new(path: Path, mode: int = SHARED) -> IO[bytes]:
    """Return a new file open for writing, of this mode less the umask. Raises `FileExistsError` where the path exists,
    or another `OSError`."""
    return open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode))


@contextmanager
def atomic_file(path: Path, *, mode: int = SHARED, replacing: bool = True) -> Iterator[IO[bytes]]:
    """Yield a new file, open for writing, that is renamed to `path` when the block ends without an error.

    Its mode is `mode` less the umask. Raises `FileExistsError` where another file is there at that moment, unless it is
    `replacing`, or another `OSError`; nothing is left of the new file then."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with create_new(part, mode) as written:
            yield written
            _sync(written)
        if replacing:
            os.replace(part, path)
        else:
            _link(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _sync(written: IO[bytes]) -> None:
    """Put the content of a file on the disk."""
    written.flush()
    os.fsync(written.fileno())


def write_atomic(path: Path, content: bytes | str, *, mode: int = SHARED, replacing: bool = True) -> None:
    """Write a file at once, text as UTF-8; raises as `atomic_file`."""
    with atomic_file(path, mode=mode, replacing=replacing) as written:
        written.write(content.encode() if isinstance(content, str) else content)


def _link(part: Path, path: Path) -> None:
    """Give a file its name. Raises `FileExistsError` where the name is taken: a link fails then, unlike a rename."""
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS or os.path.lexists(path):
            raise
        os.rename(part, path)  # a disk without hard links


@contextmanager
def atomic_folder(
    folder: Path, aside: Path, *, accepts: Callable[[Path], bool] = lambda folder: False
) -> Iterator[Path]:
    """Make the folder `aside`, for its owner only, yield it, and rename it to `folder` when the block ends.

    A `folder` that holds files, made meanwhile by another process, stays where `accepts` takes it. Raises `OSError`
    otherwise, or what the block raises; nothing is left of `aside` then."""
    try:
        aside.mkdir(mode=0o700, parents=True)
        yield aside
        try:
            os.rename(aside, folder)
        except OSError:
            if not accepts(folder):
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
