"""`assistant privacy` as a researcher types it. The interviews are invented, and so is the association."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assistant.compose.parts import compose
from assistant.compose.workspace import open_workspace
from assistant.settings import AssistantSettings
from index.errors import DataFolderRefused
from index.indexing.build import build
from index.privacy.withdrawals import FILE
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.lock import only_run
from tests.assistant.conftest import Assistant
from tests.assistant.samples import write_corpus
from tests.conftest import JARDINS
from tests.doubles import FakeEmbedder, fake_workspace

pytestmark = pytest.mark.long

ONE = "transcripts/entretien-sourcelles.md"
OTHER = "transcripts/entretien-zibeline.md"
WORDS = ("surnomme", "bruit des poules", "compte caché")


@pytest.fixture
def study(tmp_path: Path, models_dir: Path, jardins_data: Path) -> tuple[Path, Path]:
    """A corpus of its own and its data folder, with the real model."""
    corpus, data = shutil.copytree(JARDINS, tmp_path / "corpus"), shutil.copytree(jardins_data, tmp_path / "data")
    # A run, which only sees that the corpus has moved.
    build(corpus, open_workspace(IndexSettings(data_dir=data, models_dir=models_dir)))
    return corpus, data


def holding(folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(word.encode() in path.read_bytes() for word in WORDS)]


def found(assistant: Assistant, data: Path, scope: str) -> str:
    return assistant("search", "un membre soupçonné, le compte caché du voisin", "--as", scope, data_dir=data).out


def test_identifiers_are_listed_with_their_places(assistant: Assistant, study: tuple[Path, Path]) -> None:
    output = json.loads(assistant("privacy", "check", "--json", data_dir=study[1]).out)
    assert output["interviews"] == 3
    assert {"path": ONE, "place": "passage 2, La fatigue", "kind": "groupe de moins de cinq"}.items() <= (
        output["findings"][0].items()
    )
    lines = assistant("privacy", "check", ONE, data_dir=study[1]).out
    assert "nous ne sommes plus que trois" in lines and "1 à regarder" in lines


def test_an_excerpt_is_read_published_found_by_the_public_and_revoked(
    assistant: Assistant, study: tuple[Path, Path]
) -> None:
    _, data = study
    shown = assistant("privacy", "read", ONE, data_dir=data).out
    assert "1.2  On soupçonne un membre du CA" in shown and "à ne pas publier — groupe" in shown
    published = assistant(
        "privacy", "publish", ONE, "--passages", "1.2", "--consent", "accord écrit", "--by", "Ada", "--json",
        data_dir=data,
    )  # fmt: skip
    name = json.loads(published.out)["id"]
    assert "On soupçonne un membre du CA" in found(assistant, data, "public")
    listed = assistant("privacy", "published", data_dir=data).out
    assert name in listed and "accord écrit" in listed and "par Ada" in listed
    assert assistant("privacy", "revoke", name, data_dir=data).status == 0
    assert "On soupçonne" not in found(assistant, data, "public")
    again = assistant("privacy", "revoke", name, data_dir=data)
    assert again.status == 2 and "published" in again.err


@pytest.mark.parametrize(
    "options",
    [
        ("--passages", "2.1", "--consent", "oui", "--by", "Ada"),
        ("--passages", "99", "--consent", "oui", "--by", "Ada"),
        ("--passages", "1", "--consent", " ", "--by", "Ada"),
    ],
)
def test_a_refused_publication_is_one_line(
    options: tuple[str, ...], assistant: Assistant, study: tuple[Path, Path]
) -> None:
    run = assistant("privacy", "publish", ONE, *options, data_dir=study[1])
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert "0 extraits" in assistant("privacy", "published", data_dir=study[1]).out


def test_a_withdrawal_is_complete_and_an_earlier_backup_restores_nothing(
    assistant: Assistant, study: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, data = study
    assert holding(data)
    assert assistant("backup", str(tmp_path / "avant"), data_dir=data).status == 0
    run = assistant("privacy", "withdraw", OTHER, data_dir=data)
    assert run.status == 0, run.err
    assert "rien n’en a été retrouvé" in run.out and str(corpus / OTHER) in run.out
    assert holding(data) == []
    assert "compte caché" not in found(assistant, data, "team")
    (failed,) = json.loads(assistant("index", str(corpus), "--json", data_dir=data).out)["failed"]
    assert failed["path"] == OTHER and "Supprimez-le" in failed["remedy"]
    assert holding(data) == []

    assert assistant("restore", str(tmp_path / "avant"), data_dir=tmp_path / "rendu").status == 0
    assert holding(tmp_path / "rendu") == []
    assert "compte caché" not in found(assistant, tmp_path / "rendu", "team")

    kept = tmp_path / "ailleurs" / "corpus"
    kept.mkdir(parents=True)
    shutil.move(corpus / FILE, kept / FILE)  # another machine, where only the list of withdrawals was brought
    shutil.rmtree(corpus)
    monkeypatch.setenv("ASSISTANT_CORPUS", str(kept))
    assert assistant("restore", str(tmp_path / "avant"), data_dir=tmp_path / "loin").status == 0
    assert holding(tmp_path / "loin") == []
    assert (tmp_path / "loin" / FILE).is_file()

    monkeypatch.setenv("ASSISTANT_CORPUS", str(tmp_path / "nulle part"))
    warned = assistant("restore", str(tmp_path / "avant"), data_dir=tmp_path / "seul")
    assert warned.status == 0 and "--withdrawals" in warned.out and holding(tmp_path / "seul")
    given = str(tmp_path / "loin" / FILE)
    restored = assistant("restore", str(tmp_path / "avant"), "--withdrawals", given, data_dir=tmp_path / "dit")
    assert (restored.status, "--withdrawals" in restored.out) == (0, False)
    assert holding(tmp_path / "dit") == []
    absent = assistant("restore", str(tmp_path / "avant"), "--withdrawals", "x", data_dir=tmp_path / "rien")
    assert absent.status == 2 and not (tmp_path / "rien").exists()


def test_an_interrupted_withdrawal_is_finished_by_the_next_command(
    assistant: Assistant, study: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(catalog: Catalog, patience_s: float = 0) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Catalog, "compact", cut)
        run = assistant("privacy", "withdraw", OTHER, data_dir=study[1])
    assert run.status == 130 and "assistant index" in run.err and "Rien n'a été modifié" not in run.err
    again = assistant("privacy", "withdraw", OTHER, data_dir=study[1])
    assert again.status == 2 and "sont maintenant finis" in again.err
    assert holding(study[1]) == []


def test_a_change_is_refused_while_another_program_changes_the_index(
    assistant: Assistant, study: tuple[Path, Path]
) -> None:
    with only_run(study[1] / "index.lock"):
        run = assistant("privacy", "withdraw", OTHER, data_dir=study[1])
    assert (run.status, run.err.count("\n")) == (2, 1)
    assert "Une autre indexation" in run.err


def test_an_excerpt_is_no_source_to_withdraw(assistant: Assistant, study: tuple[Path, Path]) -> None:
    options = ("--passages", "1.2", "--consent", "oui", "--by", "Ada", "--json")
    name = json.loads(assistant("privacy", "publish", ONE, *options, data_dir=study[1]).out)["id"]
    run = assistant("privacy", "withdraw", name, data_dir=study[1])
    assert run.status == 2 and f"assistant privacy revoke {name}" in run.err
    assert "a publié" in assistant("audit", data_dir=study[1]).out


def test_a_withdrawal_that_names_nobody_is_refused_on_one_line(assistant: Assistant, study: tuple[Path, Path]) -> None:
    run = assistant("privacy", "withdraw", "personne", data_dir=study[1])
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert holding(study[1])


def test_an_index_that_has_not_applied_a_withdrawal_is_refused(
    assistant: Assistant, tmp_path: Path, no_model: FakeEmbedder
) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"documents/a.md": "# Outils\n\nLa bêche est neuve et bien rangée ici."})
    workspace = fake_workspace(IndexSettings(data_dir=tmp_path / "data"), no_model)
    build(corpus, workspace)
    other = shutil.copytree(tmp_path / "data", tmp_path / "autre")
    assert assistant("privacy", "withdraw", "documents/a.md", data_dir=other).status == 0
    with pytest.raises(DataFolderRefused, match="retiré de l'étude"):
        compose(workspace, AssistantSettings())
    report = build(corpus, workspace)
    assert [failure["path"] for failure in report.failed] == ["documents/a.md"]
    assert compose(workspace, AssistantSettings()).catalog.sources.__self__.source_count() == 0  # type: ignore[attr-defined]
