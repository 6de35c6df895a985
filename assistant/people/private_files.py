"""Files of the people side: in one folder of the data folder, for their owner only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from index.errors import os_reason

FOLDER = "people"
"""Where they lie in a data folder."""


def make_private(path: Path, content: str = "") -> None:
    """Make a file that only its owner can read, unless it is there. Raises `OSError`."""
    if not path.exists():
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as made:
                made.write(content)
        except FileExistsError:
            return  # made by another process meanwhile


@contextmanager
def database(
    path: Path,
    *tables: str,
    refused: Callable[[str], Exception],
    timeout: float = 10.0,
    isolation: Literal["DEFERRED", "IMMEDIATE"] = "DEFERRED",
) -> Iterator[sqlite3.Connection]:
    """A SQLite file in one transaction, made with its `tables` when it is not there; what is deleted from it is gone
    from its bytes. Raises what `refused` makes of a reason when the file cannot be kept, and `sqlite3.IntegrityError`,
    which speaks of what is written, as it is."""
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
