"""The tables of the catalog, and how an empty one is made."""

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
"""What a data folder may hold beside an index: the accounts of those who use it, kept by the people side; where it was
restored, what described its corpus; the receipts of withdrawals; the files that wait to be added to the corpus, those
that were taken out of it, and what the last run that a page started did."""

FULL_TEXT = {Scope.PUBLIC: "lexical_public", Scope.TEAM: "lexical_team"}
"""The full-text table of each scope. They are nested: the team's holds public passages too."""

# A source has a version for each content it had: `staged` while a run prepares it, `live` once the run is committed,
# `former` after a later run took its place, until the run after that.
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
    """Make an empty catalog in `folder`, written aside and renamed. Raises `DataFolderRefused` when the folder cannot
    be written or holds files of something else; then it is as it was."""
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
            os.link(aside, folder / FILE)  # unlike a rename, never in the place of another run's
    except (OSError, sqlite3.OperationalError) as error:
        refused = unwritable_folder(folder, error)
        _remove_partial(aside, made)
        raise refused from error
    _remove_partial(aside, [])


def _write(path: Path, meta: Mapping[str, str]) -> None:
    rows = {"schema": VERSION, "generation": "0", "run": "0", "vectors_dirty": "0", "vectors_folder": "", **meta}
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")  # stays with the file
        connection.executescript(_TABLES)
        connection.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())
        connection.commit()
    finally:
        connection.close()
    if path.with_name(f"{path.name}-wal").exists():  # closing puts all into the file, or on a full disk says nothing
        raise OSError(errno.ENOSPC, "")


def _remove_partial(aside: Path, made: Iterable[Path]) -> None:
    """Leave nothing of a catalog that was being made."""
    with suppress(OSError):
        for path in aside.parent.glob(f"{aside.name}*"):
            path.unlink()
        for folder in made:
            folder.rmdir()


def discard(folder: Path) -> None:
    """Take away a catalog in which nothing was ever committed, and its folder if that holds nothing else."""
    for path in folder.iterdir():
        if path.name != WITHDRAWN and _is_ours(path.name) and path.is_file():
            path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def _is_ours(name: str) -> bool:
    """Whether a data folder holds a file of this name because we put it there."""
    return name in (PEOPLE, DESCRIBING, RECEIPTS, HOLDING, BIN, RUNS, WITHDRAWN) or name.startswith(
        (FILE, "vectors-", "index.lock", "vectors.lock")
    )
