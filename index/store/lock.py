"""Locks between processes, on files of the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import portalocker

from index.errors import IndexBusy
from index.store.storage_errors import unwritable_folder

RUN = "index.lock"
"""Lock file of a data folder, held by any process that changes its index."""


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Hold `path` along with other readers; wait for writers."""
    with _held(path, portalocker.LockFlags.SHARED):
        yield


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold `path` alone; wait for all other holders."""
    with _held(path, portalocker.LockFlags.EXCLUSIVE):
        yield


@contextmanager
def only_run(path: Path) -> Iterator[None]:
    """Hold `path` for a whole run of the indexer. Raises `IndexBusy` at once when another run holds it."""
    try:
        with _held(path, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING):
            yield
    except portalocker.LockException as error:
        raise IndexBusy(
            f"Une autre indexation écrit déjà dans « {path.parent} ».", "Attendez qu'elle finisse, puis relancez."
        ) from error


@contextmanager
def _held(path: Path, flags: portalocker.LockFlags) -> Iterator[None]:
    try:
        opened = path.open("ab")
    except OSError as error:
        raise unwritable_folder(path.parent, error) from error
    with opened as file:
        portalocker.lock(file, flags)
        try:
            yield
        finally:
            portalocker.unlock(file)
