"""The passages that each person of the team puts aside, to cite or to export: one SQLite file of the data folder, for
its owner only. It keeps ids and their order, never a text; an id that names nothing any more is left until its person
drops it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import BasketRefused
from assistant.people.private_files import FOLDER, database

FILE = "baskets.db"
MOST = 500
"""Passages in one basket."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS kept (who TEXT COLLATE NOCASE, passage TEXT, position INTEGER NOT NULL, "
    "PRIMARY KEY (who, passage)) WITHOUT ROWID"
)


class Baskets:
    """The baskets of one data folder. Processes and threads may share it; names are compared as those of accounts.
    Everything raises `BasketRefused` when the file cannot be kept or read."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FOLDER / FILE

    def of(self, who: str) -> list[str]:
        """The ids of the passages of someone's basket, in order."""
        if not self._path.exists():
            return []
        with self._open() as db:
            return _of(db, who)

    def add(self, who: str, passages: Sequence[str]) -> int:
        """Put passages at the end, those left out that are there already, and give how many are new. Raises
        `BasketRefused` when they would be more than `MOST`; then none is."""
        with self._open() as db:
            kept = _of(db, who)
            new = [one for one in dict.fromkeys(passages) if one not in kept]
            if len(kept) + len(new) > MOST:
                raise BasketRefused(
                    f"Le panier ne peut pas tenir plus de {MOST} passages, et il en a {len(kept)}.",
                    "Retirez-en, ou choisissez-en moins\u00a0: rien n’a été ajouté.",
                )
            _keep(db, who, [*kept, *new])
        return len(new)

    def exchange(self, who: str, one: str, other: str) -> bool:
        """Put two passages each in the place of the other; whether both are there."""
        with self._open() as db:
            kept = _of(db, who)
            if one not in kept or other not in kept:
                return False
            at, there = kept.index(one), kept.index(other)
            kept[at], kept[there] = other, one
            _keep(db, who, kept)
        return True

    def remove(self, who: str, passages: Collection[str]) -> int:
        """Take passages out; how many were there."""
        if not self._path.exists():
            return 0
        with self._open() as db:
            gone = db.executemany(
                "DELETE FROM kept WHERE who = ? AND passage = ?", [(who, one) for one in dict.fromkeys(passages)]
            )
            return gone.rowcount if passages else 0

    def erase(self, who: str) -> None:
        """Leave nothing of someone's basket."""
        if self._path.exists():
            with self._open() as db:
                db.execute("DELETE FROM kept WHERE who = ?", (who,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with database(self._path, _TABLE, refused=_refused) as db:
            db.execute("BEGIN IMMEDIATE")  # what is read inside is what is written over
            yield db


def _of(db: sqlite3.Connection, who: str) -> list[str]:
    rows = db.execute("SELECT passage FROM kept WHERE who = ? ORDER BY position", (who,)).fetchall()
    return [str(row[0]) for row in rows]


def _keep(db: sqlite3.Connection, who: str, passages: Sequence[str]) -> None:
    rows = [(who, passage, position) for position, passage in enumerate(passages)]
    db.executemany("REPLACE INTO kept VALUES (?, ?, ?)", rows)


def _refused(reason: str) -> BasketRefused:
    return BasketRefused(
        f"Le panier ne peut pas être enregistré ({reason}).",
        "Rien n’y a changé\u00a0: prévenez la personne qui s’occupe de l’assistant.",
    )
