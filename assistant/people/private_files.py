"""Creates the private files of one folder of the data folder, readable by their owner only, and opens SQLite databases
in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from index.errors import os_reason
from index.files import PRIVATE, create_new

FOLDER = "people"
"""Name of the folder in a data folder."""


def make_private(path: Path, content: str = "") -> None:
    """Create a file that only its owner can read, unless it exists. Raise `OSError`."""
    if not path.exists():
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            with create_new(path, PRIVATE) as file:
                file.write(content.encode())
        except FileExistsError:
            return  # created by another process meanwhile


@contextmanager
def database(
    path: Path,
    *tables: str,
    refused: Callable[[str], Exception],
    timeout: float = 10.0,
    isolation: Literal["DEFERRED", "IMMEDIATE"] = "DEFERRED",
) -> Iterator[sqlite3.Connection]:
    """Open a SQLite file in one transaction, and create it with its `tables` when it does not exist. Deleted rows are
    overwritten in its bytes (`secure_delete`). When the file cannot be opened, read or written, raise the exception
    that `refused` builds from the reason. Let `sqlite3.IntegrityError` through: it concerns the written values."""
    try:
        make_private(path)
        with closing(sqlite3.connect(path, timeout=timeout, isolation_level=isolation)) as db, db:
            db.execute("PRAGMA secure_delete = ON")
            for table in tables:
                db.execute(table)
            yield db
    except sqlite3.IntegrityError:
        raise
    except (OSError, sqlite3.DatabaseError) as error:
        raise refused(os_reason(error) if isinstance(error, OSError) else str(error)) from error
