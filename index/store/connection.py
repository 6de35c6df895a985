"""SQLite connections to the catalog's file. Errors for a full, read-only or damaged disk become one French line, and a
catalog in a read-only folder can still be read."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from index.errors import DataFolderRefused
from index.store.schema import FILE
from index.store.storage_errors import primary_code, unreadable_index, unwritable_folder

_T = TypeVar("_T")
# Primary result codes about the disk or the file, not about the statement.
_DISK_CODES = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
_DAMAGE_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Connection(sqlite3.Connection):
    """A connection that raises `DataFolderRefused` for errors of the disk."""

    folder: Path
    opened_state: tuple[int, ...] | None = None
    """State of the file when it was opened without locks; `None` for an ordinary connection."""

    def execute(self, sql: str, parameters: Any = ()) -> _Cursor:
        return self.cursor(_Cursor).execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any]) -> _Cursor:
        return self.cursor(_Cursor).executemany(sql, parameters)

    def is_stale(self) -> bool:
        """Return whether this connection reads without locks a file that another process has written since."""
        return self.opened_state is not None and self.opened_state != _file_state(self.folder)


class _Cursor(sqlite3.Cursor):
    connection: Connection

    def execute(self, sql: str, parameters: Any = ()) -> _Cursor:
        with _french_errors(self.connection.folder):
            super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Iterable[Any]) -> _Cursor:
        with _french_errors(self.connection.folder):
            super().executemany(sql, parameters)
        return self

    def fetchone(self) -> Any:
        with _french_errors(self.connection.folder):
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        with _french_errors(self.connection.folder):
            return super().fetchall()

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except sqlite3.DatabaseError as error:  # not with `_french_errors`, which would cost more than reading the row
            _raise_in_french(error, self.connection.folder)


class CatalogConnections:
    """Per-thread connections to the catalog of a data folder, with snapshots and transactions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._local = threading.local()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Make all reads of this thread inside the block see one state of the catalog, whatever is committed meanwhile.
        May be nested."""
        connection = self._connection
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            if connection.in_transaction:  # a severe failure has already ended it
                connection.execute("COMMIT")

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Commit everything done inside the block, or nothing."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk has already ended it
                connection.execute("ROLLBACK")
            raise

    @property
    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is not None and not connection.in_transaction and connection.is_stale():
            connection.close()
            connection = None
        if connection is None:
            connection = self._local.connection = connect(self.folder)
        return connection

    def compact(self, patience_s: float = 60.0) -> None:
        """Rewrite the file without deleted data, and truncate its write-ahead log. Raises `DataFolderRefused` when
        other processes keep reading it for more than `patience_s` seconds."""
        connection = self._connection
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("VACUUM")
        until = time.monotonic() + patience_s
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                raise DataFolderRefused(
                    f"Un autre programme lit le dossier de données «\u00a0{self.folder}\u00a0» sans s'arrêter.",
                    "Arrêtez-le, puis relancez.",
                )
            time.sleep(0.2)

    def close(self) -> None:
        """Close the connection of this thread."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None


def connect(folder: Path) -> Connection:
    """Open the catalog's file for this thread. Raises `DataFolderRefused`.

    In WAL mode SQLite writes files beside the database even to read it. Where it cannot (a read-only folder, a full
    disk), the file is opened as immutable, without locks, which is correct as long as no process writes it: `is_stale`
    detects that."""
    try:
        return _open(folder, "mode=rw")
    except sqlite3.DatabaseError as error:
        if primary_code(error) not in _DISK_CODES:
            _raise_in_french(error, folder)
        state = _file_state(folder)
        if state[-1]:  # committed data still in the write-ahead log
            raise DataFolderRefused(
                f"Le dossier de données «\u00a0{folder}\u00a0» ne peut pas être écrit, et la fin de la dernière "
                "indexation y attend d'être rangée.",
                "Rendez-le inscriptible ou libérez de la place le temps d'une commande, par exemple assistant status.",
            ) from error
        with _french_errors(folder):
            connection = _open(folder, "immutable=1")
        connection.opened_state = state
        return connection


def _open(folder: Path, mode: str) -> Connection:
    address = f"{(folder / FILE).absolute().as_uri()}?{mode}"  # neither mode creates a missing file
    connection = sqlite3.connect(address, timeout=30, isolation_level=None, factory=Connection, uri=True)
    connection.folder = folder
    try:
        sqlite3.Connection.execute(connection, "PRAGMA synchronous = NORMAL")
        sqlite3.Connection.execute(connection, "PRAGMA foreign_keys = ON")
        # SQLite opens the file at the first statement only.
        sqlite3.Connection.execute(connection, "SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _file_state(folder: Path) -> tuple[int, ...]:
    """Return values that change with the file; last, the size in bytes of its write-ahead log."""
    try:
        stat, log = os.stat(folder / FILE), folder / f"{FILE}-wal"
        return stat.st_ino, stat.st_size, stat.st_mtime_ns, log.stat().st_size if log.exists() else 0
    except OSError:
        return (0,)


@contextmanager
def _french_errors(folder: Path) -> Iterator[None]:
    """Translate the SQLite errors raised inside the block."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        _raise_in_french(error, folder)


def _raise_in_french(error: sqlite3.DatabaseError, folder: Path) -> NoReturn:
    """Raise a `DataFolderRefused` for the SQLite error being handled, or that error again when the statement is at
    fault."""
    kind = primary_code(error)
    if kind in _DAMAGE_CODES:
        raise unreadable_index(folder / FILE, error) from error
    if kind == sqlite3.SQLITE_BUSY:
        raise DataFolderRefused(
            f"Un autre programme écrit dans le dossier de données «\u00a0{folder}\u00a0».",
            "Attendez qu'il finisse, puis relancez.",
        ) from error
    if kind in _DISK_CODES:
        raise unwritable_folder(folder, error) from error
    raise error


def placeholders(values: Sequence[object]) -> str:
    """Return a comma-separated list of SQL placeholders, one for each value."""
    return ", ".join("?" * len(values))


def chunks(values: Sequence[_T], size: int = 500) -> Iterator[Sequence[_T]]:
    """Yield `values` in order, `size` at a time: the number of parameters that one statement accepts is limited."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
