"""Who belongs to the team: names and passwords in one SQLite file of the data folder, readable by its owner only.

Passwords are kept as Argon2id (RFC 9106), by argon2-cffi. A session is a signed text, by itsdangerous, that names an
account and the state it had when the session began: removing the account or changing its password ends its sessions."""

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
"""Seconds after which a session ends by itself."""

_hasher = argon2.PasswordHasher()


@dataclass(frozen=True, slots=True)
class Account:
    """Someone of the team. `created` is in seconds since 1970."""

    name: str
    created: float


class Accounts:
    """The accounts of one data folder. Processes and threads may share it."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir
        self._path = data_dir / FOLDER / FILE

    def __len__(self) -> int:
        return len(self.all())

    def all(self) -> list[Account]:
        """Every account, by name; none when there is no file yet."""
        if not self._path.exists():
            return []
        with self._open() as db:
            return [Account(*row) for row in db.execute("SELECT name, created FROM accounts ORDER BY name")]

    def add(self, name: str, password: str) -> None:
        """Raises `AccountRefused` when the name is taken or not one, or the password is too short."""
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
        """End the account and its sessions. Raises `AccountRefused` when there is none of that name."""
        self._change(name, "DELETE FROM accounts WHERE name = ?", (name,))

    def set_password(self, name: str, password: str) -> None:
        """Change a password, which ends the sessions that began with the other. Raises `AccountRefused`."""
        values = (_hashed(password), secrets.token_hex(8), name)
        self._change(name, "UPDATE accounts SET password = ?, state = ? WHERE name = ?", values)

    def state(self, name: str, password: str) -> str | None:
        """The state of the account, if this is its password. An unknown name takes as long as a wrong password."""
        found = self._row(name)
        hashed = found[0] if found else _nobody()
        try:
            _hasher.verify(hashed, password[:_LONGEST])
        except argon2.exceptions.VerificationError:
            return None
        return found[1] if found else None

    def present_state(self, name: str) -> str | None:
        """The state of an account now; `None` when there is none of that name."""
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
    """Signed sessions. `secret` signs them: whoever has it is the team."""

    def __init__(self, accounts: Accounts, secret: bytes) -> None:
        self._accounts = accounts
        self._signer = URLSafeTimedSerializer(secret, salt="session")

    def begin(self, name: str, password: str) -> str | None:
        """A session for whoever knows the password; `None` for anyone else."""
        state = self._accounts.state(name, password)
        return self._signer.dumps([name, state]) if state else None

    def knows(self, name: str) -> bool:
        """Whether there is an account of this name."""
        return self._accounts.present_state(name) is not None

    def name(self, session: str) -> str | None:
        """Whose session it is; `None` when it is not ours, is too old, or its account has changed since."""
        try:
            name, state = self._signer.loads(session, max_age=SESSION)
        except (BadData, ValueError, TypeError):
            return None
        known = self._accounts.present_state(str(name))
        return str(name) if known and secrets.compare_digest(known, str(state)) else None


def read_secret(data_dir: Path, file: Path | None = None) -> bytes:
    """The secret that signs sessions: that of `file`, or that of the data folder, made at the first call, for its owner
    only. Raises `AccountRefused` when it cannot be read or is too short."""
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
    """The secret for a server: the kept one, or, where there is nobody to sign for, one of the moment, so that a data
    folder that cannot be written is served all the same. Raises `AccountRefused`."""
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
def _nobody() -> str:
    """What the password of an unknown name is compared with."""
    return _hasher.hash(secrets.token_hex(_SECRET_BYTES))
