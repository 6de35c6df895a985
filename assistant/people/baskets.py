"""Stores the passages that each member of the team puts aside, to cite or to export.

One SQLite file of the data folder, readable by its owner only. It holds ids and their order, never a text; the id of a
deleted passage stays until the owner of the basket removes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import BasketRefused
from assistant.people.private_files import FOLDER, database

FILE = "baskets.db"
MOST = 500
"""Passages in one basket, at most."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS kept (who TEXT COLLATE NOCASE, passage TEXT, position INTEGER NOT NULL, "
    "PRIMARY KEY (who, passage)) WITHOUT ROWID"
)


class Baskets:
    """The baskets of one data folder. Safe to share between processes and threads; names are compared like those of
    accounts. Every method raises `BasketRefused` when the file cannot be written or read."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FOLDER / FILE

    def of(self, who: str) -> list[str]:
        """Return the ids of the passages of a basket, in order."""
        if not self._path.exists():
            return []
        with self._open() as db:
            return _passages(db, who)

    def add(self, who: str, passages: Sequence[str]) -> int:
        """Add passages at the end, except those already there, and return the number added. Raise `BasketRefused`, and
        add none, when the basket would exceed `MOST`."""
        with self._open() as db:
            kept = _passages(db, who)
            new = [passage for passage in dict.fromkeys(passages) if passage not in kept]
            if len(kept) + len(new) > MOST:
                raise BasketRefused(
                    f"Le panier ne peut pas tenir plus de {MOST} passages, et il en a {len(kept)}.",
                    "Retirez-en, ou choisissez-en moins\u00a0: rien n’a été ajouté.",
                )
            _replace_passages(db, who, [*kept, *new])
        return len(new)

    def swap(self, who: str, first: str, second: str) -> bool:
        """Swap two passages. Return False, and change nothing, when one of them is missing."""
        with self._open() as db:
            kept = _passages(db, who)
            if first not in kept or second not in kept:
                return False
            first_position, second_position = kept.index(first), kept.index(second)
            kept[first_position], kept[second_position] = second, first
            _replace_passages(db, who, kept)
        return True

    def remove(self, who: str, passages: Collection[str]) -> int:
        """Remove passages, and return the number removed."""
        if not self._path.exists():
            return 0
        with self._open() as db:
            deleted = db.executemany(
                "DELETE FROM kept WHERE who = ? AND passage = ?",
                [(who, passage) for passage in dict.fromkeys(passages)],
            )
            return deleted.rowcount if passages else 0

    def erase(self, who: str) -> None:
        """Delete the whole basket of a person."""
        if self._path.exists():
            with self._open() as db:
                db.execute("DELETE FROM kept WHERE who = ?", (who,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with database(self._path, _TABLE, refused=_refused) as db:
            db.execute("BEGIN IMMEDIATE")  # locks the file between the read and the write
            yield db


def _passages(db: sqlite3.Connection, who: str) -> list[str]:
    rows = db.execute("SELECT passage FROM kept WHERE who = ? ORDER BY position", (who,)).fetchall()
    return [str(row[0]) for row in rows]


def _replace_passages(db: sqlite3.Connection, who: str, passages: Sequence[str]) -> None:
    rows = [(who, passage, position) for position, passage in enumerate(passages)]
    db.executemany("REPLACE INTO kept VALUES (?, ?, ?)", rows)


def _refused(reason: str) -> BasketRefused:
    return BasketRefused(
        f"Le panier ne peut pas être enregistré ({reason}).",
        "Rien n’y a changé\u00a0: prévenez la personne qui s’occupe de l’assistant.",
    )
