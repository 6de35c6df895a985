"""Tests of the golden questions on the study's report: the file is consistent, and the assistant reaches these
shares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.answer.verify import is_verbatim
from assistant.cli.terminal import score_lines
from assistant.compose.parts import compose
from assistant.compose.workspace import open_workspace
from assistant.settings import AssistantSettings
from assistant.team.evaluation import Score, score
from assistant.team.question_files import read_golden
from index.indexing.build import build
from index.reading.text import split_front_matter
from index.settings import IndexSettings
from index.types import Scope
from tests.conftest import DATA, ROOT

pytestmark = pytest.mark.long

GOLDEN = DATA / "golden.jsonl"
REPORT = ROOT / "corpus" / "documents" / "compte-rendu-ateliers-2023.md"

# Measured shares (.871 and .904) minus one or two questions, since the rounding of another processor may change them;
# the goals are .95 and .90. Raise these thresholds with the assistant, never lower them.
FIRST_THREE = 0.86
REFUSALS = 0.88


# — the file —


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def report() -> str:
    """Text of the report."""
    _, body, _ = split_front_matter(REPORT.read_text(encoding="utf-8"))
    return body.replace("**", "")


def test_every_answer_stands_in_the_report(rows: list[dict[str, Any]], report: str) -> None:
    wrong = [(row["id"], text) for row in rows for text in row["answers"] if not is_verbatim(text, report)]
    assert wrong == []


def test_every_part_of_the_report_is_asked_for(rows: list[dict[str, Any]], report: str) -> None:
    """Each line is the answer to a question, except headings and lines that introduce a list."""
    answers = [text for row in rows for text in row["answers"]]
    content_lines = [line for line in report.splitlines() if line.strip() and not line.startswith("#")]
    left = [
        line
        for line in content_lines
        if not line.endswith(":") and not any(is_verbatim(text, line) for text in answers)
    ]
    assert left == []


def test_questions_are_unique(rows: list[dict[str, Any]]) -> None:
    for field in ("id", "question"):
        values = [row[field] for row in rows]
        assert len(set(values)) == len(values)


def test_every_line_has_its_fields(rows: list[dict[str, Any]]) -> None:
    fields = {"id", "question", "answers", "refused", "audience", "faults", "kind"}
    for row in rows:
        assert fields <= set(row) <= fields | {"all", "notice"}, row
        assert row["audience"] in ("participant", "researcher")
        assert isinstance(row["faults"], bool)
        assert row["refused"] is (not row["answers"])
        assert not row.get("all") or len(row["answers"]) > 1
    assert len(read_golden(GOLDEN)) == len(rows)


def test_questions_are_of_many_sorts(rows: list[dict[str, Any]]) -> None:
    assert len(rows) >= 100
    assert sum(row["faults"] for row in rows) >= len(rows) / 3
    assert sum(row["refused"] for row in rows) >= 25
    assert {row["kind"] for row in rows if row["refused"]} == {"foreign", "near", "trap"}
    assert sum("notice" in row for row in rows) >= 5
    assert sum(row.get("all", False) for row in rows) >= 10
    for audience in ("participant", "researcher"):
        assert sum(row["audience"] == audience for row in rows) >= len(rows) / 3


# — the assistant —


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Score:
    """Score of the corpus of this repository, indexed and questioned with the real model."""
    settings = IndexSettings(data_dir=tmp_path_factory.mktemp("golden") / "data", models_dir=models_dir)
    assert not build(ROOT / "corpus", open_workspace(settings)).failed
    parts = compose(open_workspace(settings), AssistantSettings())
    return score(
        read_golden(GOLDEN),
        lambda question: parts.engine.ask(question, Scope.PUBLIC),
        lambda excerpt: parts.holds(excerpt, Scope.PUBLIC),
    )


@pytest.mark.timeout(900)  # hundreds of questions, on a machine that may be busy
def test_answers_of_the_report_are_cited(reached: Score) -> None:
    assert reached.first_three.met >= FIRST_THREE * reached.first_three.of, "\n".join(score_lines(reached))


@pytest.mark.timeout(900)
def test_questions_outside_the_report_are_refused(reached: Score) -> None:
    assert reached.refusals.met >= REFUSALS * reached.refusals.of, "\n".join(score_lines(reached))


@pytest.mark.timeout(900)
def test_every_excerpt_is_in_the_index(reached: Score) -> None:
    assert [failure.id for failure in reached.failures if "introuvable" in failure.why] == []
