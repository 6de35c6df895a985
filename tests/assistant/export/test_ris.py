"""Tests of RIS exports, read by rispy."""

from __future__ import annotations

from typing import Any

import rispy

from assistant.export.ris import export
from assistant.export.wording import citation_key, one_line
from index.types import Passage
from tests.assistant.export.passage_samples import CHARTER, INTERVIEW, exported, hostile, several, thousand


def read(passages: list[Passage]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = rispy.loads(exported(export, passages).decode())
    return records


def test_each_source_is_a_record_of_its_known_metadata() -> None:
    charter, interview, reworded = read(several())
    assert charter == {
        "type_of_reference": "RPRT", "id": citation_key(CHARTER), "title": "Charte des Jardins du Pont", "year": "2018",
        "date": "2018/04/03/",
    }  # fmt: skip
    assert interview == {
        "type_of_reference": "PCOMM", "id": citation_key(INTERVIEW), "title": "Entretien d’une jardinière",
        "year": "2020", "date": "2020/09//", "keywords": ["Sourcelles"], "notes": ["réservé à l’équipe"],
    }  # fmt: skip
    assert reworded["notes"] == ["reformulation, non l’original"]
    assert "year" not in reworded


def test_lines_have_the_standard_form() -> None:
    for line in exported(export, hostile()).decode().split("\r\n"):
        assert not line or (line[:2].isalnum() and line[2:6] == "  - "), line


def test_hostile_titles_stay_in_their_record_unchanged() -> None:
    records = read(hostile())
    assert [record["title"] for record in records] == [one_line(made.text).rstrip() for made in hostile()]
    assert {record["type_of_reference"] for record in records} == {"RPRT"}


def test_no_passage_and_a_thousand_are_exported() -> None:
    assert read([]) == []
    assert len({record["id"] for record in read(thousand())}) == 10
