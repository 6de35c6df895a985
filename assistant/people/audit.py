"""Records the audit trail: logins, openings, publications and exports of team-only sources, and changes of the corpus.

One SQLite file of the data folder, readable by its owner only. It holds ids of sources, never a question, an answer, a
passage or a network address; after a withdrawal, some ids refer to no source any more."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.errors import AuditRefused
from assistant.people.private_files import FOLDER, database

FILE = "audit.db"
_TABLE = "CREATE TABLE IF NOT EXISTS entries (at REAL, who TEXT, act TEXT, sources TEXT)"
KEPT = 365 * 24 * 3600
"""Retention time of an entry, in seconds."""


class AuditAction(StrEnum):
    """An audited action. The value is its French text in the trail."""

    CAME_IN = "est entré"
    WAS_REFUSED = "n'a pas pu entrer"
    LEFT = "est sorti"
    OPENED = "a ouvert"
    PUBLISHED = "a publié"
    REVOKED = "a dépublié"
    WITHDREW = "a retiré"
    EXPORTED = "a exporté"
    ADDED = "a ajouté au corpus"
    REMOVED = "a mis à la corbeille"
    PUT_BACK = "a remis dans le corpus"
    ERASED = "a effacé pour de bon"
    UPDATED = "a mis l’index à jour"
    ROLLED_BACK = "est revenu sur la dernière mise à jour"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry of the trail. `at` is in seconds since 1970; `sources` are ids."""

    at: float
    who: str
    act: AuditAction
    sources: tuple[str, ...]


class Audit:
    """The audit trail of one data folder. Safe to share between processes and threads."""

    def __init__(self, data_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = data_dir / FOLDER / FILE
        self._clock = clock

    def record(self, who: str, act: AuditAction, sources: Sequence[str] = ()) -> None:
        """Add an entry, and delete those past their retention time. Raise `AuditRefused` when it cannot be written: the
        caller must then not do the action."""
        with self._open() as db:
            now = self._clock()
            db.execute("DELETE FROM entries WHERE at < ?", (now - KEPT,))
            values = (now, who, act.value, json.dumps(list(sources)))
            db.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", values)

    def last(self, limit: int) -> list[AuditEntry]:
        """Return the last entries, oldest first."""
        if not self._path.exists():
            return []
        with self._open() as db:
            rows = db.execute("SELECT * FROM entries ORDER BY at DESC, rowid DESC LIMIT ?", (limit,)).fetchall()
        return [
            AuditEntry(at, who, AuditAction(act), tuple(json.loads(sources)))
            for at, who, act, sources in reversed(rows)
        ]

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return database(self._path, _TABLE, refused=self._refused)

    def _refused(self, reason: str) -> AuditRefused:
        return AuditRefused(
            f"Le journal d'accès « {self._path} » ne peut pas être tenu ({reason}).",
            "Donnez-vous le droit d'y écrire, ou libérez de la place : sans lui, l'équipe n'ouvre rien.",
        )
