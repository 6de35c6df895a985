"""Stores the accounts of the team and signs their sessions: one SQLite file of the data folder, readable by its owner
only.

Passwords are hashed with Argon2id (RFC 9106), by argon2-cffi. A session is a text signed by itsdangerous that holds the
name of an account and its state at login: removing the account or changing its password ends its sessions."""

from __future__ import annotations

import re
import secrets
import sqlite3
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import argon2
from itsdangerous import BadData, URLSafeTimedSerializer

from assistant.errors import AccountRefused
from assistant.people.private_files import FOLDER, database, make_private
from index.errors import os_reason

FILE, SECRET = "accounts.db", "secret"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS accounts (name TEXT PRIMARY KEY COLLATE NOCASE, "
    "password TEXT NOT NULL, state TEXT NOT NULL, created REAL NOT NULL)"
)
_NAME = re.compile(r"[\w.@-]{1,64}")
_SHORTEST, _LONGEST = 12, 1024  # characters of a password
_SECRET_BYTES = 32
SESSION = 12 * 3600
"""Lifetime of a session, in seconds."""

_hasher = argon2.PasswordHasher()


@dataclass(frozen=True, slots=True)
class Account:
    """A member of the team. `created` is in seconds since 1970."""

    name: str
    created: float


class Accounts:
    """The accounts of one data folder. Safe to share between processes and threads."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir
        self._path = data_dir / FOLDER / FILE

    def __len__(self) -> int:
        return len(self.all())

    def all(self) -> list[Account]:
        """Return every account, by name; an empty list when the file does not exist yet."""
        if not self._path.exists():
            return []
        with self._open() as db:
            return [Account(*row) for row in db.execute("SELECT name, created FROM accounts ORDER BY name")]

    def add(self, name: str, password: str) -> None:
        """Create an account. Raise `AccountRefused` when the name is taken or not valid, or the password is too short
        or too long."""
        if not _NAME.fullmatch(name):
            raise AccountRefused(
                f"« {name} » ne peut pas être un nom de compte.",
                "Prenez de 1 à 64 lettres, chiffres, points, tirets ou @.",
            )
        hashed = _hashed(password)
        with self._open() as db:
            try:
                values = (name, hashed, secrets.token_hex(8), time.time())
                db.execute("INSERT INTO accounts (name, password, state, created) VALUES (?, ?, ?, ?)", values)
            except sqlite3.IntegrityError as error:
                raise AccountRefused(
                    f"Le compte « {name} » existe déjà.", "Changez son mot de passe : assistant user password NOM."
                ) from error

    def remove(self, name: str) -> None:
        """Remove an account, which ends its sessions. Raise `AccountRefused` when it does not exist."""
        self._change(name, "DELETE FROM accounts WHERE name = ?", (name,))

    def set_password(self, name: str, password: str) -> None:
        """Change a password, which ends the sessions opened with the previous one. Raise `AccountRefused`."""
        values = (_hashed(password), secrets.token_hex(8), name)
        self._change(name, "UPDATE accounts SET password = ?, state = ? WHERE name = ?", values)

    def verified_state(self, name: str, password: str) -> str | None:
        """Return the state of the account when the password is right, otherwise `None`. An unknown name takes as long
        as a wrong password, so that timing does not reveal which names exist."""
        found = self._row(name)
        hashed = found[0] if found else _dummy_hash()
        try:
            _hasher.verify(hashed, password[:_LONGEST])
        except argon2.exceptions.VerificationError:
            return None
        return found[1] if found else None

    def current_state(self, name: str) -> str | None:
        """Return the current state of an account; `None` when it does not exist."""
        found = self._row(name)
        return found[1] if found else None

    def _row(self, name: str) -> tuple[str, str] | None:
        if not self._path.exists():
            return None
        with self._open() as db:
            row = db.execute("SELECT password, state FROM accounts WHERE name = ?", (name,)).fetchone()
        return (str(row[0]), str(row[1])) if row else None

    def _change(self, name: str, statement: str, values: tuple[str, ...]) -> None:
        with self._open() as db:
            if db.execute(statement, values).rowcount == 0:
                raise AccountRefused(f"Il n'y a pas de compte « {name} ».", "Voir : assistant user list.")

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return database(self._path, _TABLE, refused=self._refused)

    def _refused(self, reason: str) -> AccountRefused:
        return AccountRefused(
            f"Les comptes de « {self._path.parent} » ne peuvent pas être lus ({reason}).",
            "Donnez-vous le droit d'y écrire, ou restaurez une sauvegarde.",
        )


class Sessions:
    """Signed sessions. `secret` signs them: its holder can forge a session of any account."""

    def __init__(self, accounts: Accounts, secret: bytes) -> None:
        self._accounts = accounts
        self._signer = URLSafeTimedSerializer(secret, salt="session")

    def begin(self, name: str, password: str) -> str | None:
        """Return a new session when the password is right, otherwise `None`."""
        state = self._accounts.verified_state(name, password)
        return self._signer.dumps([name, state]) if state else None

    def knows(self, name: str) -> bool:
        """Return True when an account has this name."""
        return self._accounts.current_state(name) is not None

    def name(self, session: str) -> str | None:
        """Return the account name of a session; `None` when its signature is not valid, it has expired, or its account
        has changed since."""
        try:
            name, state = self._signer.loads(session, max_age=SESSION)
        except (BadData, ValueError, TypeError):
            return None
        known = self._accounts.current_state(str(name))
        return str(name) if known and secrets.compare_digest(known, str(state)) else None


def read_secret(data_dir: Path, file: Path | None = None) -> bytes:
    """Return the secret that signs sessions: that of `file`, or that of the data folder, created at the first call and
    readable by its owner only. Raise `AccountRefused` when it cannot be read or is too short."""
    path = file or data_dir / FOLDER / SECRET
    try:
        if file is None:
            make_private(path, secrets.token_hex(_SECRET_BYTES))
        secret = path.read_bytes().strip()
    except OSError as error:
        raise AccountRefused(
            f"Le secret des sessions « {path} » ne peut pas être lu ({os_reason(error)}).",
            "Donnez à ASSISTANT_SECRET_FILE un fichier lisible par vous seul.",
        ) from error
    if len(secret) < _SECRET_BYTES:
        raise AccountRefused(
            f"Le secret des sessions « {path} » est trop court.", "Mettez-y au moins 32 caractères tirés au hasard."
        )
    return secret


def session_secret(accounts: Accounts, file: Path | None) -> bytes:
    """Return the secret for a server: the stored one, or a temporary one when there is no account, so that a read-only
    data folder can be served. Raise `AccountRefused`."""
    if file is None and not len(accounts):
        return secrets.token_bytes(_SECRET_BYTES)
    return read_secret(accounts.folder, file)


def _hashed(password: str) -> str:
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise AccountRefused(
            "Ce mot de passe est trop court ou trop long.", f"Prenez-en un de {_SHORTEST} caractères au moins."
        )
    return _hasher.hash(password)


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    """Return the hash against which the password of an unknown name is verified."""
    return _hasher.hash(secrets.token_hex(_SECRET_BYTES))
