"""A data folder made by an earlier version of the program (tests/data/README.md) is read, asked and updated as a folder
made today. The corpus is invented."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path

import pytest

from tests.assistant.conftest import Assistant, Run
from tests.assistant.questions import QUESTIONS
from tests.conftest import DATA, JARDINS

DAY = "2026-11-02"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """The data folder of the earlier version."""
    with tarfile.open(DATA / "data_folder_schema_3.tar.xz") as packed:
        packed.extractall(tmp_path / "data", filter="data")
    return tmp_path / "data"


def answers(run: Run) -> list[dict[str, object]]:
    """Return the answers that a run printed, without the time that they took."""
    assert run.status == 0, run.err
    return [{**json.loads(line), "seconds": 0} for line in run.out.splitlines()]


@pytest.mark.parametrize("scope", ["public", "team"])
def test_it_answers_as_an_index_made_today(
    assistant: Assistant,
    earlier: Path,
    jardins_data: Path,
    tmp_path: Path,
    scope: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSISTANT_CORPUS", str(JARDINS))  # where the lexicon is: the earlier folder's corpus has moved
    questions = tmp_path / "questions.txt"
    questions.write_text("\n".join(QUESTIONS), encoding="utf-8")
    asked = ("ask", "--questions", str(questions), "--as", scope, "--json")
    then, now = (answers(assistant(*asked, data_dir=folder)) for folder in (earlier, jardins_data))
    assert len(then) == len(QUESTIONS) and sum(bool(answer["citations"]) for answer in then) > len(QUESTIONS) / 2
    assert then == now
    searched = ("search", "le rôle des bénévoles", "--as", scope, "--json")
    then, now = (answers(assistant(*searched, data_dir=folder)) for folder in (earlier, jardins_data))
    assert then == now


@pytest.mark.long
def test_an_index_run_finds_every_file_unchanged(assistant: Assistant, earlier: Path, tmp_path: Path) -> None:
    corpus = shutil.copytree(JARDINS, tmp_path / "corpus")
    report = json.loads(assistant("index", str(corpus), "--json", data_dir=earlier).out)
    assert len(report["unchanged"]) == 7
    assert not any(report[key] for key in ("added", "changed", "renamed", "removed", "failed"))


def test_what_people_wrote_is_there(assistant: Assistant, earlier: Path) -> None:
    feedback = json.loads(assistant("feedback", "list", "--json", data_dir=earlier).out)
    (reaction,), (unanswered,) = feedback["reactions"], feedback["unanswered"]
    assert (reaction["day"], reaction["comment"]) == (DAY, "Je ne connaissais pas ce conseil.")
    assert reaction["citations"][0]["passage"] == "26ed8c42add0f007"
    assert (unanswered["question"], unanswered["first"]) == ("Quelle est la capitale de l’Australie ?", DAY)
    assert assistant("user", "list", data_dir=earlier).out == "ada\n"
    (entry,) = json.loads(assistant("audit", "--json", data_dir=earlier).out)["entries"]
    assert (entry["who"], entry["sources"]) == ("ada", ["documents/rapport-annuel.md"])
