"""Tables of the catalog, and creation of an empty one."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from index.errors import DataFolderRefused
from index.privacy.withdrawals import FILE as WITHDRAWN
from index.store.storage_errors import unwritable_folder
from index.types import Scope

VERSION = "3"
FILE = "catalog.db"
PEOPLE, DESCRIBING, RECEIPTS = "people", "corpus", "recus"
HOLDING, BIN, RUNS = "depot", "corbeille", "mises-a-jour"
"""Entries of a data folder beside the index: `PEOPLE` holds the accounts of users and is managed by the people side;
`DESCRIBING`, in a restored folder, the files that describe its corpus; `RECEIPTS` the receipts of withdrawals;
`HOLDING` the files that wait to be added to the corpus, `BIN` the files removed from it, and `RUNS` the report of the
last run started from a page."""

FULL_TEXT = {Scope.PUBLIC: "lexical_public", Scope.TEAM: "lexical_team"}
"""Full-text table of each scope. The tables are nested: the team's holds public passages too."""

# A source has a version for each of its contents: `staged` while a run prepares it, `live` once the run is committed,
# `former` after a later run replaced it, until the run after that.
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    version INTEGER PRIMARY KEY AUTOINCREMENT, state TEXT NOT NULL, run INTEGER NOT NULL, size INTEGER NOT NULL,
    id TEXT NOT NULL, path TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, site TEXT NOT NULL,
    date TEXT NOT NULL, visibility TEXT NOT NULL, nature TEXT NOT NULL, digest TEXT NOT NULL,
    stamp TEXT NOT NULL
);
CREATE UNIQUE INDEX sources_by_state ON sources(state, id);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL,
    version INTEGER NOT NULL REFERENCES sources(version) ON DELETE CASCADE,
    visibility TEXT NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL, context TEXT NOT NULL, place TEXT NOT NULL,
    heading_terms TEXT NOT NULL, text_terms TEXT NOT NULL,
    windows INTEGER NOT NULL, vectors BLOB NOT NULL
);
CREATE UNIQUE INDEX passages_of_version ON passages(version, ordinal);
CREATE UNIQUE INDEX passages_by_id ON passages(version, id);
CREATE TABLE mirror_queue (
    key INTEGER PRIMARY KEY, visibility TEXT NOT NULL, windows INTEGER NOT NULL, wanted INTEGER NOT NULL
);
CREATE VIRTUAL TABLE lexical_public USING fts5(
    heading_terms, text_terms, content = 'passages', content_rowid = 'key', tokenize = 'ascii'
);
CREATE VIRTUAL TABLE lexical_team USING fts5(
    heading_terms, text_terms, content = 'passages', content_rowid = 'key', tokenize = 'ascii'
);
CREATE VIRTUAL TABLE lexical_public_terms USING fts5vocab(lexical_public, 'row');
CREATE VIRTUAL TABLE lexical_team_terms USING fts5vocab(lexical_team, 'row');
"""


def create(folder: Path, meta: Mapping[str, str]) -> None:
    """Create an empty catalog in `folder`, written under a temporary name and linked into place. Raises
    `DataFolderRefused` when the folder is not writable or holds files of another program; the folder is then
    unchanged."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    aside = folder / f"{FILE}.{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        strangers = [path for path in folder.iterdir() if not _is_ours(path.name)]
        if strangers:
            raise DataFolderRefused(
                f"Le dossier de données « {folder} » contient déjà d'autres fichiers ({strangers[0].name}).",
                "Choisissez un dossier vide ou nouveau avec --data-dir.",
            )
        _write(aside, meta)
        with suppress(FileExistsError):
            os.link(aside, folder / FILE)  # unlike a rename, never replaces the catalog of another run
    except (OSError, sqlite3.OperationalError) as error:
        refused = unwritable_folder(folder, error)
        _remove_partial(aside, made)
        raise refused from error
    _remove_partial(aside, [])


def _write(path: Path, meta: Mapping[str, str]) -> None:
    """Write an empty catalog to `path`. Raises `OSError`."""
    rows = {"schema": VERSION, "generation": "0", "run": "0", "vectors_dirty": "0", "vectors_folder": "", **meta}
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")  # persistent in the file
        connection.executescript(_TABLES)
        connection.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())
        connection.commit()
    finally:
        connection.close()
    if path.with_name(f"{path.name}-wal").exists():  # closing merges the log, but fails silently on a full disk
        raise OSError(errno.ENOSPC, "")


def _remove_partial(aside: Path, made: Iterable[Path]) -> None:
    """Delete the files of an unfinished catalog and the folders made for it."""
    with suppress(OSError):
        for path in aside.parent.glob(f"{aside.name}*"):
            path.unlink()
        for folder in made:
            folder.rmdir()


def discard(folder: Path) -> None:
    """Delete a catalog in which nothing was ever committed, and its folder if empty then."""
    for path in folder.iterdir():
        if path.name != WITHDRAWN and _is_ours(path.name) and path.is_file():
            path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def _is_ours(name: str) -> bool:
    """Return whether a file with this name in a data folder is ours."""
    return name in (PEOPLE, DESCRIBING, RECEIPTS, HOLDING, BIN, RUNS, WITHDRAWN) or name.startswith(
        (FILE, "vectors-", "index.lock", "vectors.lock")
    )
