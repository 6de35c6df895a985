"""Tests of the accounts of the team: storage, login and end of sessions."""

from __future__ import annotations

import stat
import time
from pathlib import Path

import pytest

from assistant.errors import AccountRefused
from assistant.people import accounts as module
from assistant.people.accounts import FILE, SECRET, Accounts, Sessions, read_secret, session_secret
from assistant.people.private_files import FOLDER
from index.store.catalog import Catalog

pytestmark = pytest.mark.long

PASSWORD = "une phrase de passe"
OTHER = "une autre phrase de passe"


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    made = Accounts(tmp_path)
    made.add("ada", PASSWORD)
    return made


@pytest.fixture
def sessions(accounts: Accounts, tmp_path: Path) -> Sessions:
    return Sessions(accounts, read_secret(tmp_path))


def test_there_is_no_default_account(tmp_path: Path) -> None:
    empty = Accounts(tmp_path)
    assert len(empty) == 0
    assert empty.verified_state("admin", "admin") is None
    assert not (tmp_path / FOLDER / FILE).exists()


def test_passwords_are_hashed_and_the_files_are_private(accounts: Accounts, tmp_path: Path) -> None:
    read_secret(tmp_path)
    assert PASSWORD.encode() not in (tmp_path / FOLDER / FILE).read_bytes()
    assert b"$argon2id$" in (tmp_path / FOLDER / FILE).read_bytes()
    for name in (FILE, SECRET):
        assert stat.S_IMODE((tmp_path / FOLDER / name).stat().st_mode) == 0o600
    assert [account.name for account in accounts.all()] == ["ada"]


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", OTHER), ("ADA", OTHER), ("ada", ""), ("bea", PASSWORD), ("", ""), ("ada", PASSWORD[:-1])],
)
def test_a_wrong_name_or_password_does_not_get_in(name: str, password: str, sessions: Sessions) -> None:
    assert sessions.begin(name, password) is None


def test_a_session_names_its_account(sessions: Sessions) -> None:
    begun = sessions.begin("ada", PASSWORD)
    assert begun
    assert sessions.name(begun) == "ada"


def test_removing_an_account_ends_its_sessions(accounts: Accounts, sessions: Sessions) -> None:
    begun = sessions.begin("ada", PASSWORD)
    assert begun
    accounts.remove("ada")
    assert sessions.name(begun) is None
    accounts.add("ada", PASSWORD)  # another account of the same name
    assert sessions.name(begun) is None


def test_changing_a_password_ends_the_sessions_of_the_other(accounts: Accounts, sessions: Sessions) -> None:
    begun = sessions.begin("ada", PASSWORD)
    assert begun
    accounts.set_password("ada", OTHER)
    assert sessions.name(begun) is None
    assert sessions.begin("ada", PASSWORD) is None
    assert sessions.begin("ada", OTHER)


def test_a_session_expires(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = sessions.begin("ada", PASSWORD)
    assert begun
    later = time.time() + module.SESSION + 5
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert sessions.name(begun) is None


def test_an_altered_or_foreign_session_is_refused(sessions: Sessions, accounts: Accounts) -> None:
    begun = sessions.begin("ada", PASSWORD)
    assert begun
    head, rest = begun.split(".", 1)
    forged = Sessions(accounts, b"x" * 32).begin("ada", PASSWORD)
    for session in (f"{head[:-2]}AA.{rest}", begun[:-3] + "abc", forged or "", "", ".", "a.b.c", "\x00", "é" * 5000):
        assert sessions.name(session) is None


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a" * 65, "<b>", "a\n"])
def test_an_invalid_name_is_refused(name: str, accounts: Accounts) -> None:
    with pytest.raises(AccountRefused, match="ne peut pas être un nom"):
        accounts.add(name, PASSWORD)


def test_a_taken_name_a_short_password_and_an_unknown_account_are_refused(accounts: Accounts) -> None:
    with pytest.raises(AccountRefused, match="existe déjà"):
        accounts.add("Ada", OTHER)
    with pytest.raises(AccountRefused, match="12 caractères"):
        accounts.add("bea", "trop court")
    with pytest.raises(AccountRefused, match="Il n'y a pas de compte"):
        accounts.remove("bea")
    with pytest.raises(AccountRefused, match="Il n'y a pas de compte"):
        accounts.set_password("bea", PASSWORD)


def test_a_file_that_is_not_a_database_is_reported(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / FILE).write_bytes(b"ceci n'est pas une base" * 100)
    with pytest.raises(AccountRefused, match="ne peuvent pas être lus"):
        Accounts(tmp_path).all()


def test_the_secret_may_be_in_another_file_and_must_be_long(tmp_path: Path) -> None:
    given = tmp_path / "donne"
    given.write_text("a" * 40 + "\n", encoding="utf-8")
    assert read_secret(tmp_path, given) == b"a" * 40
    assert not (tmp_path / FOLDER / SECRET).exists()
    given.write_text("court", encoding="utf-8")
    with pytest.raises(AccountRefused, match="trop court"):
        read_secret(tmp_path, given)
    with pytest.raises(AccountRefused, match="ne peut pas être lu"):
        read_secret(tmp_path, tmp_path / "absent")
    assert read_secret(tmp_path) == read_secret(tmp_path)


def test_a_folder_without_accounts_gets_no_secret_file(tmp_path: Path, accounts: Accounts) -> None:
    empty = Accounts(tmp_path / "vide")
    assert len(session_secret(empty, None)) == 32
    assert not (tmp_path / "vide").exists()
    assert session_secret(accounts, None) == read_secret(tmp_path)


def test_accounts_may_be_created_before_the_first_indexing(accounts: Accounts, tmp_path: Path) -> None:
    catalog = Catalog.create(tmp_path, {"model": "essai"})
    catalog.close()
    assert len(Accounts(tmp_path)) == 1
