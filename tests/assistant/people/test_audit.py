"""Tests of the audit trail: its content and retention, and the refusal to show what cannot be recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copytree

import pytest

from assistant.errors import AuditRefused
from assistant.people.audit import KEPT, Audit, AuditAction
from assistant.types import Answer
from assistant.ui.services import Opening, by_anyone, by_the_team
from index.store.catalog import Catalog
from index.types import Scope
from tests.assistant.conftest import Assistant
from tests.index.builders import source

ANSWER = Answer("q", "q", "Le texte.", (), (), (), False, "extractive", 0.0)


def answers(question: str, before: Sequence[str], opening: Opening) -> Iterator[str | Answer]:
    opening([source("s1", "team"), source("s2", "public")])
    yield "Le texte."
    yield ANSWER


def test_there_is_no_file_before_the_first_entry(tmp_path: Path) -> None:
    assert Audit(tmp_path).last(10) == []
    assert list(tmp_path.iterdir()) == []


def test_entries_are_kept_in_order_for_their_owner_only(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    audit.record("ada", AuditAction.CAME_IN)
    audit.record("bea", AuditAction.OPENED, ["s1", "s2"])
    assert [(entry.who, entry.act, entry.sources) for entry in audit.last(10)] == [
        ("ada", AuditAction.CAME_IN, ()),
        ("bea", AuditAction.OPENED, ("s1", "s2")),
    ]
    assert [entry.who for entry in audit.last(1)] == ["bea"]
    assert (tmp_path / "people" / "audit.db").stat().st_mode & 0o777 == 0o600


def test_an_entry_is_dropped_after_a_year(tmp_path: Path) -> None:
    Audit(tmp_path, clock=lambda: 0.0).record("ada", AuditAction.CAME_IN)
    Audit(tmp_path, clock=lambda: KEPT + 1.0).record("bea", AuditAction.CAME_IN)
    assert [entry.who for entry in Audit(tmp_path).last(10)] == ["bea"]
    assert b"ada" not in (tmp_path / "people" / "audit.db").read_bytes()


def test_an_opening_is_recorded_before_the_first_word_is_shown(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    pieces = by_the_team(answers, audit)("Quoi ?", (), "ada")
    assert next(pieces) == "Le texte."
    assert [(entry.who, entry.act, entry.sources) for entry in audit.last(10)] == [("ada", AuditAction.OPENED, ("s1",))]
    list(pieces)
    assert len(audit.last(10)) == 1


def test_no_word_is_shown_when_the_opening_cannot_be_recorded(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "audit.db").write_bytes(b"this is no database, and too long to be an empty one" * 50)
    with pytest.raises(AuditRefused, match="sans lui, l'équipe n'ouvre rien"):
        next(by_the_team(answers, Audit(tmp_path))("Quoi ?", (), "ada"))
    assert next(by_anyone(answers)("Quoi ?", (), "")) == "Le texte."


def test_the_trail_shows_the_paths_of_existing_sources(
    assistant: Assistant, jardins_data: Path, tmp_path: Path
) -> None:
    data = copytree(jardins_data, tmp_path / "data")
    assert "Rien n'a encore été ouvert" in assistant("audit", data_dir=data).out
    catalog = Catalog.open(data)
    held = catalog.sources(Scope.TEAM)[0]
    catalog.close()
    Audit(data).record("ada", AuditAction.OPENED, [held.id, "absent"])
    assert f"ada a ouvert\u00a0: {held.path}, absent" in assistant("audit", data_dir=data).out
    assert '"act": "a ouvert"' in assistant("audit", "--json", data_dir=data).out
