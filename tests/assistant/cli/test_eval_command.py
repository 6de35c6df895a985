"""`assistant eval`: what it prints, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli import json_output
from assistant.team import evaluation
from tests.assistant.cli.test_argparse_fr import english
from tests.assistant.conftest import Assistant, MakeParts
from tests.assistant.evaluation_samples import four, write_golden
from tests.doubles import FakeEmbedder

TEXT = "# La ferme\n\nLes poules dorment au village.\n\nLes canards nagent.\n\nLes oies crient.\n"
KNOWN = {"id": "poules", "question": "Où dorment les poules ?", "answers": ["poules dorment au village"]}
ELSEWHERE = {"id": "ailleurs", "question": "Quelle est la capitale de l’Australie ?", "refused": True}


@pytest.fixture
def data(parts_over: MakeParts, tmp_path: Path) -> Path:
    """The data folder of a small invented corpus, indexed without the model."""
    parts_over({"documents/ferme.md": TEXT, "transcripts/e.md": "Le renard est passé mardi.\n"})
    return tmp_path / "data"


def test_the_command_scores_a_file_in_json(
    assistant: Assistant, data: Path, tmp_path: Path, no_model: FakeEmbedder
) -> None:
    run = assistant("eval", str(write_golden(tmp_path, KNOWN, ELSEWHERE)), "--json", data_dir=data)
    assert (run.status, run.err, run.out.count("\n")) == (0, "", 1)
    result = json.loads(run.out)
    assert set(result) == set(json_output.score(four()))
    assert (result["questions"], result["answerable"], result["first"], result["refusals"]) == (2, 1, 1.0, 1.0)
    assert result["failures"] == []


def test_the_command_is_done_whatever_the_scores(assistant: Assistant, data: Path, tmp_path: Path) -> None:
    wrong = {**KNOWN, "answers": ["Les poules volent"]}
    run = assistant("eval", str(write_golden(tmp_path, wrong)), data_dir=data)
    assert (run.status, run.err) == (0, "")
    assert "bon passage cité en premier" in run.out and "0,0\u00a0% (0 sur 1)" in run.out
    assert f"{evaluation.ABSENT}\u00a0; {evaluation.UNKNOWN}" in run.out


def test_the_scope_decides_the_answers(assistant: Assistant, data: Path, tmp_path: Path) -> None:
    path = write_golden(tmp_path, {"id": "r", "question": "Quand le renard est-il passé ?", "answers": ["passé mardi"]})
    assert evaluation.UNKNOWN in assistant("eval", str(path), data_dir=data).out
    team = json.loads(assistant("eval", str(path), "--as", "team", "--json", data_dir=data).out)
    assert team["first"] == 1.0


@pytest.mark.parametrize("least", ["1,1", "0,0", "0.5, 1"])
def test_a_threshold_that_is_reached_exits_done(assistant: Assistant, data: Path, tmp_path: Path, least: str) -> None:
    path = write_golden(tmp_path, KNOWN, ELSEWHERE)
    assert assistant("eval", str(path), "--at-least", least, data_dir=data).status == 0


@pytest.mark.parametrize("json_too", [False, True])
def test_a_threshold_that_is_not_reached_exits_in_part(
    assistant: Assistant, data: Path, tmp_path: Path, json_too: bool
) -> None:
    path = write_golden(tmp_path, {**KNOWN, "answers": ["Les oies crient"]}, ELSEWHERE)
    options = ["--json"] if json_too else []
    run = assistant("eval", str(path), "--at-least", "1,1", *options, data_dir=data)
    assert (run.status, run.err) == (1, "")
    assert json.loads(run.out)["first_three"] == 0 if json_too else "En dessous" in run.out


@pytest.mark.parametrize("least", ["1", "1,2", "nan,1", "a,b", "1,1,1", "-1,1"])
def test_a_malformed_threshold_is_refused(assistant: Assistant, tmp_path: Path, least: str) -> None:
    run = assistant("eval", str(write_golden(tmp_path, KNOWN)), f"--at-least={least}", data_dir=tmp_path)
    assert (run.status, run.out, run.err.count("\n"), english(run.err)) == (2, "", 1, set())


def test_a_bad_file_is_refused_before_the_index_is_opened(assistant: Assistant, tmp_path: Path) -> None:
    run = assistant("eval", str(write_golden(tmp_path, "{")), data_dir=tmp_path / "absent")
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert "ligne 1" in run.err and english(run.err) == set()
    run = assistant("eval", str(write_golden(tmp_path, KNOWN)), data_dir=tmp_path / "absent")
    assert run.status == 2 and "Aucun index" in run.err


def test_without_a_file_the_questions_are_those_of_the_corpus(assistant: Assistant, data: Path, tmp_path: Path) -> None:
    run = assistant("eval", data_dir=data)
    assert (run.status, run.out) == (2, "") and "questions.jsonl" in run.err and run.err.count("\n") == 1
    write_golden(tmp_path / "corpus", KNOWN)
    run = assistant("eval", "--json", data_dir=data)
    assert (run.status, json.loads(run.out)["questions"]) == (0, 1)
