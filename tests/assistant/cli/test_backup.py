"""A backup, restored elsewhere, answers the same; what is no whole backup changes nothing. The corpus is invented."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import io
import json
import shutil
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.compose.parts import compose
from assistant.compose.workspace import open_workspace
from assistant.people.accounts import Accounts
from assistant.people.baskets import Baskets
from assistant.people.measures import Measurement, Measures, QuestionResult
from assistant.settings import AssistantSettings
from index.errors import BackupRefused, DataFolderRefused
from index.indexing.build import build
from index.settings import IndexSettings
from index.store import backup
from index.store.schema import VERSION
from tests.assistant.conftest import Assistant
from tests.assistant.questions import QUESTIONS
from tests.assistant.samples import write_corpus
from tests.conftest import JARDINS
from tests.doubles import FakeEmbedder, fake_workspace

pytestmark = pytest.mark.long

PASSPHRASE = "une phrase de passe pour la sauvegarde"


@pytest.fixture
def indexed(tmp_path: Path, no_model: FakeEmbedder) -> Path:
    """A data folder over one invented file, with an account."""
    corpus = write_corpus(tmp_path / "corpus", {"documents/a.md": "# Les poules\n\nLes poules dorment ici."})
    build(corpus, fake_workspace(IndexSettings(data_dir=tmp_path / "data"), no_model))
    Accounts(tmp_path / "data").add("ada", "une phrase de passe")
    return tmp_path / "data"


def made(indexed: Path, passphrase: str = "") -> Path:
    file = indexed.parent / "sauvegarde"
    backup.back_up(indexed, file, {}, passphrase)
    return file


def test_restored_elsewhere_it_answers_the_same(
    assistant: Assistant, tmp_path: Path, jardins_data: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = shutil.copytree(JARDINS, tmp_path / "ici" / "corpus")
    (corpus / "mentions.md").write_text("Édité par nous.", encoding="utf-8")
    here, there = tmp_path / "ici" / "data", tmp_path / "ailleurs"
    shutil.copytree(jardins_data, here)
    build(corpus, open_workspace(IndexSettings(data_dir=here, models_dir=models_dir)))
    questions = tmp_path / "questions.txt"
    questions.write_text("\n".join(QUESTIONS[:12]), encoding="utf-8")
    before = assistant("ask", "--questions", str(questions), "--json", "--as", "team", data_dir=here)
    run = assistant("backup", str(tmp_path / "b"), "--json", data_dir=here)
    assert json.loads(run.out)["encrypted"] is False
    shutil.rmtree(tmp_path / "ici")  # another machine has neither the corpus nor the index
    assert assistant("restore", str(tmp_path / "b"), data_dir=there).status == 0
    after = assistant("ask", "--questions", str(questions), "--json", "--as", "team", data_dir=there)
    assert without_time(after.out) == without_time(before.out)
    assert json.loads(assistant("status", "--json", data_dir=there).out)["passages"] == 51
    settings = IndexSettings(data_dir=there, models_dir=models_dir)
    assert compose(open_workspace(settings), AssistantSettings(corpus=tmp_path / "aucun")).notice() == "Édité par nous."


def without_time(lines: str) -> list[dict[str, object]]:
    return [{**json.loads(line), "seconds": 0} for line in lines.splitlines()]


def test_accounts_go_with_it_and_the_secret_of_sessions_does_not(indexed: Path, tmp_path: Path) -> None:
    backup.restore(made(indexed), tmp_path / "ailleurs")
    assert Accounts(tmp_path / "ailleurs").verified_state("ada", "une phrase de passe")
    assert sorted(path.name for path in (tmp_path / "ailleurs").iterdir()) == ["catalog.db", "people"]
    assert sorted(path.name for path in (tmp_path / "ailleurs" / "people").iterdir()) == ["accounts.db"]


def test_baskets_go_with_it_for_their_owner_only(indexed: Path, tmp_path: Path) -> None:
    Baskets(indexed).add("ada", ["b", "a"])
    backup.restore(made(indexed), tmp_path / "ailleurs")
    assert Baskets(tmp_path / "ailleurs").of("ada") == ["b", "a"]
    assert (tmp_path / "ailleurs" / "people" / "baskets.db").stat().st_mode & 0o777 == 0o600


def test_the_results_of_the_golden_questions_go_with_it(indexed: Path, tmp_path: Path) -> None:
    result = QuestionResult("q1", "d", "", "", False, True, False, True, True, None, (("source", "passage"),))
    Measures(indexed).keep(Measurement("état", datetime.date(2026, 3, 4), "q", (result,)))
    backup.restore(made(indexed), tmp_path / "ailleurs")
    assert Measures(tmp_path / "ailleurs").last(2) == Measures(indexed).last(2) != []


def test_a_backup_is_private_and_reveals_nothing_when_encrypted(indexed: Path, tmp_path: Path) -> None:
    file = made(indexed, PASSPHRASE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"poules" not in file.read_bytes()
    assert file.read_bytes().startswith(b"age-encryption.org/")
    with pytest.raises(BackupRefused, match="est chiffrée"):
        backup.restore(file, tmp_path / "a")
    with pytest.raises(BackupRefused, match="ne se déchiffre pas"):
        backup.restore(file, tmp_path / "a", "une autre phrase")
    assert not (tmp_path / "a").exists()
    backup.restore(file, tmp_path / "a", PASSPHRASE)
    assert (tmp_path / "a" / "catalog.db").is_file()


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def altered(data: bytes) -> bytes:
    clear = bytearray(gzip.decompress(data))
    at = clear.index(b"SQLite format 3") + 4096 + 200
    clear[at] ^= 0xFF
    return gzip.compress(bytes(clear))


def with_a_stranger(name: str) -> Callable[[bytes], bytes]:
    def add(data: bytes) -> bytes:
        clear = io.BytesIO(gzip.decompress(data))
        with tarfile.open(fileobj=clear, mode="a:") as archive:
            entry = tarfile.TarInfo(name)
            entry.size = 3
            archive.addfile(entry, io.BytesIO(b"non"))
        return gzip.compress(clear.getvalue())

    return add


def announcing(name: str) -> Callable[[bytes], bytes]:
    """A backup whose manifest announces a file that would lie elsewhere."""

    def forge(data: bytes) -> bytes:
        content = b"non"
        files = {name: {"size": 3, "sha256": hashlib.sha256(content).hexdigest()}}
        manifest = json.dumps({"format": 1, "schema": VERSION, "files": files}).encode()
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            for member, text in ((backup.MANIFEST, manifest), (name, content)):
                entry = tarfile.TarInfo(member)
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text))
        return out.getvalue()

    return forge


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        altered,
        lambda data: b"",
        lambda data: b"un texte",
        lambda data: gzip.compress(b"\x00" * 10_000),
        with_a_stranger("people/secret"),
        with_a_stranger("../dehors"),
        announcing("../dehors"),
        announcing("/tmp/dehors"),
        announcing("corpus/../../dehors"),
        announcing("people/secret"),
    ],
)
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    damage: Callable[[bytes], bytes], indexed: Path, tmp_path: Path
) -> None:
    file = made(indexed)
    file.write_bytes(damage(file.read_bytes()))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BackupRefused, match="n'est pas une sauvegarde entière"):
        backup.restore(file, tmp_path / "ailleurs")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_holds_something_is_left_alone(indexed: Path) -> None:
    file = made(indexed)
    with pytest.raises(DataFolderRefused, match="n'est pas vide"):
        backup.restore(file, indexed)


def test_a_backup_that_cannot_be_written_or_read_is_reported(indexed: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="n'a pas pu être écrite"):
        backup.back_up(indexed, tmp_path / "absent" / "b", {})
    with pytest.raises(BackupRefused, match="n'existe pas"):
        backup.restore(tmp_path / "absent", tmp_path / "ailleurs")
    assert not (tmp_path / "ailleurs").exists()
