"""End-to-end tests on the command line: the study's report, as received, is indexed and questioned."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT, assistant, environment

pytestmark = pytest.mark.process

TEAM = ("Amélie Lefebvre-Chombart", "Laurent Gardin", "Florence Jany-Catrice", "Olivier Petit", "Pierre Robert")


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("first")
    return environment(folder / "reached.log", ASSISTANT_MODELS=str(models_dir))


@pytest.fixture(scope="module")
def data_dir(shared: Path, env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of the indexed report."""
    data = tmp_path_factory.mktemp("report") / "data"
    done = assistant("index", shared / "corpus", "--data-dir", data, "--json", env=env)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert len(report["added"]) == 1 and report["failed"] == []
    return data


@pytest.fixture(scope="module")
def report_text(shared: Path) -> str:
    """Text of the report without white space and mark-up."""
    (file,) = (shared / "corpus").glob("*.txt")
    return plain(file.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    return " ".join(text.replace("**", "").split())


def ask(question: str, data_dir: Path, env: dict[str, str]) -> dict[str, Any]:
    done = assistant("ask", question, "--data-dir", data_dir, "--json", env=env)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_role_of_the_volunteers(data_dir: Path, env: dict[str, str], report_text: str) -> None:
    answer = ask("rôle des bénévoles à Lens ?", data_dir, env)
    first = [citation["quote"] for citation in answer["citations"][:3]]
    assert any("lien avec le projet" in quote and "Réciprocité du bénévolat" in quote for quote in first)
    assert all(citation["verified"] for citation in answer["citations"])
    assert all(plain(citation["quote"]) in report_text for citation in answer["citations"])
    assert any("bénévoles" in notice and "Lens en particulier" in notice for notice in answer["notices"])


def test_hours_of_interviews(data_dir: Path, env: dict[str, str], report_text: str) -> None:
    answer = ask("combien d'heures d'entretiens ?", data_dir, env)
    assert "57h" in answer["citations"][0]["quote"]
    assert all(plain(citation["quote"]) in report_text for citation in answer["citations"])


def test_the_whole_team(data_dir: Path, env: dict[str, str]) -> None:
    answer = ask("qui fait partie de l'équipe de recherche ?", data_dir, env)
    quotes = " ".join(citation["quote"] for citation in answer["citations"])
    assert [name for name in TEAM if name in quotes] == list(TEAM)
    assert len(answer["citations"]) == len(TEAM)


@pytest.mark.parametrize(
    "question",
    [
        "quelle est la capitale de l'Australie ?",
        "qui a gagné la coupe du monde 1998 ?",
        "quel est le budget du projet ?",
        "qui est le maire de Lens ?",
        "Comment faire une tarte aux pommes ?",
    ],
)
def test_a_question_outside_the_report_is_refused(question: str, data_dir: Path, env: dict[str, str]) -> None:
    answer = ask(question, data_dir, env)
    assert answer["refused"] and answer["citations"] == []


def test_asking_imports_neither_torch_nor_llama_index(data_dir: Path, env: dict[str, str]) -> None:
    program = (
        "import json, sys\n"
        "from assistant.cli.main import main\n"
        "status = main(sys.argv[1:])\n"
        "heavy = ('torch', 'llama_index', 'sentence_transformers', 'transformers', 'gradio')\n"
        "print(json.dumps([status, sorted(name for name in heavy if name in sys.modules)]))\n"
    )
    command = [sys.executable, "-c", program, "ask", "rôle des bénévoles ?", "--data-dir", str(data_dir)]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [0, []]


def test_no_connection_left_this_machine(data_dir: Path, env: dict[str, str]) -> None:
    ask("rôle des bénévoles à Lens ?", data_dir, env)
    assert not Path(env["NETWORK_GUARD_LOG"]).exists()


class TestRefusals:
    """Each refusal gives one French line with the remedy, exit status 2, and changes nothing."""

    @staticmethod
    def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
        assert done.returncode == 2, done
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 1, done.stderr
        for word in words:
            assert word in lines[0]
        assert re.search(r"[.»] [A-ZÉ].*\.$", lines[0]), "a reason, then a remedy"
        assert done.stdout == ""

    def test_missing_corpus(self, env: dict[str, str], tmp_path: Path) -> None:
        done = assistant("index", tmp_path / "absent", "--data-dir", tmp_path / "data", env=env)
        self.refused(done, "n'existe pas")
        assert list(tmp_path.iterdir()) == []

    def test_empty_corpus(self, env: dict[str, str], tmp_path: Path) -> None:
        (tmp_path / "vide").mkdir()
        done = assistant("index", tmp_path / "vide", "--data-dir", tmp_path / "data", env=env)
        self.refused(done, "ne contient aucun fichier")
        assert [path.name for path in tmp_path.iterdir()] == ["vide"]

    def test_folder_without_read_permission(self, env: dict[str, str], tmp_path: Path) -> None:
        closed = tmp_path / "ferme"
        closed.mkdir(mode=0o000)
        as_anyone = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
        done = assistant("index", closed, "--data-dir", tmp_path / "data", env=env, prefix=as_anyone)
        closed.chmod(0o700)
        self.refused(done, "permission refusée")
        assert not (tmp_path / "data").exists()

    def test_data_folder_of_another_corpus(self, data_dir: Path, env: dict[str, str], tmp_path: Path) -> None:
        other = tmp_path / "autre" / "documents"
        other.mkdir(parents=True)
        (other / "note.md").write_text("# Une note\n\nLe jardin inventé ouvre le mardi.\n", encoding="utf-8")
        before = contents(data_dir)
        self.refused(assistant("index", other.parent, "--data-dir", data_dir, env=env), "autre corpus", "--data-dir")
        assert contents(data_dir) == before

    def test_data_folder_of_another_version(self, shared: Path, env: dict[str, str], tmp_path: Path) -> None:
        import sqlite3

        connection = sqlite3.connect(tmp_path / "catalog.db")
        connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
        connection.execute("INSERT INTO meta VALUES ('schema', '999')")
        connection.commit()
        connection.close()
        before = contents(tmp_path)
        self.refused(assistant("index", shared / "corpus", "--data-dir", tmp_path, env=env), "autre version", "999")
        self.refused(assistant("ask", "bénévoles ?", "--data-dir", tmp_path, env=env), "autre version")
        assert contents(tmp_path) == before

    def test_unknown_model(self, shared: Path, env: dict[str, str], tmp_path: Path) -> None:
        unknown = {**env, "ASSISTANT_EMBEDDING_MODEL": "personne/modele-inconnu"}
        done = assistant("index", shared / "corpus", "--data-dir", tmp_path / "data", env=unknown)
        self.refused(done, "modele-inconnu", "ASSISTANT_EMBEDDING_MODEL")
        assert not (tmp_path / "data").exists()

    def test_nothing_indexed(self, env: dict[str, str], tmp_path: Path) -> None:
        for command in (["ask", "bénévoles ?"], ["search", "bénévoles"], ["status"], ["serve"]):
            done = assistant(*command, "--data-dir", tmp_path / "data", env=env)
            self.refused(done, "Aucun index", "assistant index")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its bytes, except the logs that a read of a database may leave."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }
