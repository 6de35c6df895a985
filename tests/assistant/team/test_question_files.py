"""Tests of golden files: valid ones are read, others are refused by their line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadRequest
from assistant.team import question_files
from assistant.team.question_files import Golden
from tests.assistant.evaluation_samples import HENS, write_golden

GOOD: dict[str, Any] = {"id": "a", "question": "qui ?", "answers": [HENS]}


def test_a_file_is_read(tmp_path: Path) -> None:
    path = write_golden(
        tmp_path,
        {**GOOD, "kind": "essai", "audience": 3},
        "",
        {"id": "b", "question": " qui ? ", "answers": ["**Les** poules", "oies"], "all": True, "notice": "étang"},
        {"id": "c", "question": "Australie ?", "answers": [], "refused": True},
    )
    assert question_files.read_golden(path) == [
        Golden("a", "qui ?", (HENS,), kind="essai"),
        Golden("b", "qui ?", ("Les poules", "oies"), whole=True, notice="étang"),
        Golden("c", "Australie ?", refused=True),
    ]


def test_a_file_with_a_byte_order_mark_or_other_line_ends_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n\r\n")
    assert [question.id for question in question_files.read_golden(path)] == ["a"]


BAD = {
    "not json": ([GOOD, "{"], "ligne 2", "JSON"),
    "deep": (["[" * 100_000], "ligne 1", "JSON"),
    "no object": (["[1]"], "ligne 1", "objet"),
    "no id": ([{"question": "qui ?", "answers": [HENS]}], "ligne 1", "«\u00a0id\u00a0» manque"),
    "no question": ([GOOD, {"id": "b", "answers": [HENS]}], "ligne 2", "«\u00a0question\u00a0» manque"),
    "empty question": ([{**GOOD, "question": " "}], "ligne 1", "est vide"),
    "question of another kind": ([{**GOOD, "question": 3}], "ligne 1", "pas un texte"),
    "no answers": ([{"id": "a", "question": "qui ?"}], "ligne 1", "pas d'«\u00a0answers\u00a0»"),
    "empty answers": ([{**GOOD, "answers": []}], "ligne 1", "refused"),
    "one answer": ([{**GOOD, "answers": HENS}], "ligne 1", "liste"),
    "null answers": ([{**GOOD, "answers": None}], "ligne 1", "liste"),
    "answers of another kind": ([{**GOOD, "answers": [HENS, 3]}], "ligne 1", "liste"),
    "empty answer": ([{**GOOD, "answers": [HENS, ""]}], "ligne 1", "liste"),
    "answers and refused": ([{**GOOD, "refused": True}], "ligne 1", "à la fois"),
    "refused of another kind": ([{**GOOD, "refused": "oui"}], "ligne 1", "true ni false"),
    "all of another kind": ([{**GOOD, "all": 1}], "ligne 1", "true ni false"),
    "empty notice": ([{**GOOD, "notice": ""}], "ligne 1", "notice"),
    "twice the same id": ([GOOD, "", GOOD], "lignes 1 et 3", "id"),
    "empty": ([], "vide", "JSON"),
    "only blank lines": (["", "  "], "vide", "JSON"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_an_invalid_golden_file_is_refused_by_its_line(tmp_path: Path, bad: tuple[list[object], str, str]) -> None:
    lines, *expected = bad
    with pytest.raises(BadRequest) as refusal:
        question_files.read_golden(write_golden(tmp_path, *lines))
    text = str(refusal.value)
    assert all(words in text for words in expected), text
    assert "\n" not in text and refusal.value.remedy.endswith(".")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xe9"], ids=["absent", "no text"])
def test_an_unreadable_file_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "q.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadRequest, match="ne peut pas être lu"):
        question_files.read_golden(path)
