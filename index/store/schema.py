"""The tables of the catalog, and how an empty one is made."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from index.errors import DataFolderRefused, why

VERSION = "1"
FILE = "catalog.db"

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    id TEXT PRIMARY KEY, path TEXT UNIQUE NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, site TEXT NOT NULL,
    date TEXT NOT NULL, visibility TEXT NOT NULL, nature TEXT NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    source TEXT NOT NULL REFERENCES sources(id) ON DELETE CASCADE ON UPDATE CASCADE,
    visibility TEXT NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL, context TEXT NOT NULL, place TEXT NOT NULL, vector BLOB NOT NULL,
    mirrored INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX passages_of_source ON passages(source, ordinal);
CREATE INDEX passages_of_visibility ON passages(visibility);
CREATE INDEX passages_to_mirror ON passages(mirrored) WHERE mirrored = 0;
CREATE TABLE unmirrored (key INTEGER PRIMARY KEY, visibility TEXT NOT NULL);
CREATE VIRTUAL TABLE lexical_public USING fts5(heading, text, tokenize = 'ascii');
CREATE VIRTUAL TABLE lexical_team USING fts5(heading, text, tokenize = 'ascii');
CREATE VIRTUAL TABLE lexical_public_terms USING fts5vocab(lexical_public, 'row');
CREATE VIRTUAL TABLE lexical_team_terms USING fts5vocab(lexical_team, 'row');
"""


def create(folder: Path, meta: Mapping[str, str]) -> None:
    """Make an empty catalog in `folder`, written aside and renamed. Raises `DataFolderRefused` when the folder cannot
    be written or holds files of something else."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        strangers = [path for path in folder.iterdir() if not _is_ours(path.name)]
        if strangers:
            raise DataFolderRefused(
                f"Le dossier de données « {folder} » contient déjà d'autres fichiers ({strangers[0].name}).",
                "Choisissez un dossier vide ou nouveau avec --data-dir.",
            )
        aside = folder / f"{FILE}.{os.getpid()}.part"
        connection = sqlite3.connect(aside)
        try:
            connection.execute("PRAGMA journal_mode = WAL")  # stays with the file
            connection.executescript(_TABLES)
            rows = {"schema": VERSION, "generation": "0", "vectors_dirty": "0", "vectors_folder": "", **meta}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())
            connection.commit()
        finally:
            connection.close()
        try:
            os.link(aside, folder / FILE)  # unlike a rename, never in the place of another run's
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    except (OSError, sqlite3.OperationalError) as error:
        reason = why(error) if isinstance(error, OSError) else str(error)
        raise DataFolderRefused(
            f"Le dossier de données « {folder} » ne peut pas être écrit ({reason}).",
            "Vérifiez les droits et la place libre, ou choisissez un autre dossier avec --data-dir.",
        ) from error


def _is_ours(name: str) -> bool:
    """Whether a data folder holds a file of this name because we put it there."""
    return name.startswith((FILE, "vectors-", "index.lock", "vectors.lock"))
