"""Commands are done while the Chroma server that holds the copy is down, and their status and lines say so."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assistant.cli import background
from assistant.cli.interrupts import InterruptHandler
from assistant.cli.main import main
from assistant.corpus.run_result import RunEnd
from index.settings import IndexSettings
from index.store import backup
from index.store.catalog import Catalog
from index.store.chroma import CopyUnusable
from index.store.stray_copies import StrayCopy
from index.types import Scope
from tests.assistant.samples import write_corpus
from tests.doubles import fake_factory, fake_workspace
from tests.processes import free_port

SAID = "Enquêtrice : Et ici ?\n\nEnquêtée : Le grand pommier au bout du verger donne encore des fruits.\n"


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A corpus and its index, made by two runs, and from then on a server that does not answer."""
    corpus, data = write_corpus(tmp_path / "corpus", {"transcripts/seule.txt": SAID}), tmp_path / "data"
    assert run(["index", str(corpus), "--data-dir", str(data)]) == 0
    write_corpus(corpus, {"documents/b.md": "La serre est ouverte aux bénévoles."})
    assert run(["index", str(corpus), "--data-dir", str(data)]) == 0
    monkeypatch.setenv("ASSISTANT_CHROMA", f"http://127.0.0.1:{free_port()}")
    return corpus, data


def run(arguments: list[str]) -> int:
    """Run the command line in this process, without a model; return its exit status."""
    return main(arguments, fake_factory())


def sources(data: Path) -> int:
    catalog = Catalog.open(data)
    try:
        return len(catalog.sources(Scope.TEAM))
    finally:
        catalog.close()


def test_a_rollback_is_done_and_reports_the_late_copy(
    study: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["index", "--rollback", "--data-dir", str(study[1])]) == 1
    output = capsys.readouterr()
    assert "est revenu" in output.out and "ne répond pas" in output.err and "ASSISTANT_CHROMA" in output.err
    assert sources(study[1]) == 1


def test_the_page_s_rollback_is_done_and_reports_the_late_copy(study: tuple[Path, Path]) -> None:
    settings = IndexSettings.from_environment(os.environ, study[1])
    end, message = background._roll_back(fake_workspace(settings), InterruptHandler())
    assert end is RunEnd.DONE and "est revenu" in message and "ne répond pas" in message


def test_a_publication_and_a_revocation_are_done_and_report_the_late_copy(
    study: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data-dir", str(study[1])]
    capsys.readouterr()
    publish = ["privacy", "publish", "transcripts/seule.txt", "--passages", "0", "--consent", "oui", "--by", "Ada"]
    assert run([*publish, "--json", *data]) == 1
    output = capsys.readouterr()
    assert "ne répond pas" in output.err and sources(study[1]) == 3
    assert run(["privacy", "revoke", json.loads(output.out)["id"], *data]) == 1
    output = capsys.readouterr()
    assert "Extrait retiré" in output.out and "ne répond pas" in output.err and sources(study[1]) == 2


def test_a_revocation_and_a_withdrawal_name_a_server_that_is_not_set_any_more(
    study: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSISTANT_CHROMA")
    data, left = ["--data-dir", str(study[1])], StrayCopy("http://ancien:8000 a/b", "assistant-1-1-1")
    publish = ["privacy", "publish", "transcripts/seule.txt", "--passages", "0", "--consent", "oui", "--by", "Ada"]
    capsys.readouterr()
    assert run([*publish, "--json", *data]) == 0
    name = json.loads(capsys.readouterr().out)["id"]
    catalog = Catalog.open(study[1])
    catalog.set_meta(vectors_place=left.place, vectors_folder=left.name)
    catalog.close()
    assert run(["privacy", "revoke", name, *data]) == 1
    output = capsys.readouterr()
    assert left.place in output.err and left.name in output.err
    assert run(["privacy", "withdraw", "transcripts/seule.txt", *data]) == 1
    output = capsys.readouterr()
    assert left.place in output.out and left.name in output.out


@pytest.mark.parametrize("on_server", [True, False])
def test_a_withdrawal_is_done_and_reports_the_late_copy(
    study: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    on_server: bool,
) -> None:
    def full(*_: object) -> None:
        raise CopyUnusable from OSError(28, "")

    if not on_server:
        monkeypatch.delenv("ASSISTANT_CHROMA")
        monkeypatch.setattr("index.store.folder_copies.open_folder", full)
    capsys.readouterr()
    assert run(["privacy", "withdraw", "transcripts/seule.txt", "--data-dir", str(study[1])]) == 1
    output = capsys.readouterr()
    assert ("ne répond pas" if on_server else "disque est plein") in output.err and "assistant index" in output.err
    (receipt,) = (study[1] / "recus").iterdir()
    text = receipt.read_text(encoding="utf-8")
    assert ("pas encore supprimé" in text) is on_server and sources(study[1]) == 1


def test_a_restoration_is_done_and_reports_the_late_copy(
    study: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup.back_up(study[1], tmp_path / "file", {})
    capsys.readouterr()
    assert run(["restore", str(tmp_path / "file"), "--data-dir", str(tmp_path / "there")]) == 1
    output = capsys.readouterr()
    assert "restaurée" in output.out and "ne répond pas" in output.err
    assert sources(tmp_path / "there") == 2
