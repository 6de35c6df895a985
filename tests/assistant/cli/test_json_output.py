"""The records as JSON: exactly the documented fields."""

from __future__ import annotations

import json
from dataclasses import replace

from assistant.cli import json_output
from assistant.types import Answer, Term
from index.indexing.staging import IndexReport
from index.types import Hit, Place
from tests.assistant.samples import citation, hit, passage

SOURCE = {"id", "title", "path", "site", "kind", "visibility", "nature"}
PLACE = {"heading", "page", "line", "speaker", "start_s", "end_s", "label"}
ANSWER = {"question", "searched_for", "answer", "refused", "citations", "terms", "notices", "engine", "seconds"}
CITATION = {"number", "quote", "verified", "badges", "source", "place", "passage"}
HIT = {"passage", "text", "score", "found_by", "source", "place"}
REPORT = {"added", "changed", "renamed", "removed", "unchanged", "failed", "seconds", "passages"}

SPOKEN = replace(
    passage("Oui, « ça » pousse."),
    place=Place(("Les poules", "L’été"), page=12, line=3, speaker="Enquêtée 2", start_s=3750.0, end_s=3760.5),
)
TERM = Term("CA", "Ceux qui.", ("x",), ("y",), "a.md")
FULL = Answer(
    "q ?",
    "q ? (aussi\u00a0: r)",
    "« Oui » [1]",
    (citation(1, SPOKEN),),
    (TERM,),
    ("Rien.",),
    False,
    "extractive",
    0.123456,
)


def test_an_answer_has_the_documented_fields() -> None:
    value = json_output.answer(FULL)
    assert set(value) == ANSWER
    assert set(value["citations"][0]) == CITATION
    assert set(value["citations"][0]["source"]) == SOURCE
    assert set(value["citations"][0]["place"]) == PLACE
    assert value["terms"] == [{"term": "CA", "definition": "Ceux qui.", "source": "a.md", "everyday": "", "study": ""}]
    assert value["notices"] == ["Rien."]


def test_an_answer_comes_back_from_json_as_it_was() -> None:
    value = json_output.answer(FULL)
    assert json.loads(json.dumps(value)) == value
    assert value["answer"] == FULL.text
    assert value["citations"][0]["quote"] == SPOKEN.text
    assert value["citations"][0]["passage"] == SPOKEN.id
    assert value["seconds"] == 0.1235


def test_a_place_has_its_parts_and_its_label() -> None:
    assert json_output.answer(FULL)["citations"][0]["place"] == {
        "heading": ["Les poules", "L’été"],
        "page": 12,
        "line": 3,
        "speaker": "Enquêtée 2",
        "start_s": 3750.0,
        "end_s": 3760.5,
        "label": "p.\u00a012, 01:02:30, Enquêtée 2",
    }


def test_a_place_that_a_format_lacks_is_null() -> None:
    place = json_output.hits([hit(passage("Oui.", heading=("A", "B")))])["hits"][0]["place"]
    assert place["label"] == "A › B"
    assert {key for key, value in place.items() if value is None} == {"page", "line", "speaker", "start_s", "end_s"}


def test_a_refused_answer_has_the_same_fields() -> None:
    value = json_output.answer(replace(FULL, refused=True, citations=(), terms=(), notices=()))
    assert set(value) == ANSWER
    assert value["refused"] is True
    assert value["citations"] == value["terms"] == value["notices"] == []


def test_hits_have_the_documented_fields_and_keep_their_order() -> None:
    found: list[Hit] = [hit(passage("Une.", order=1), 2.34567), hit(passage("Deux.", order=2), 1.0)]
    value = json_output.hits(found)
    assert set(value) == {"hits"}
    assert all(
        set(entry) == HIT and set(entry["source"]) == SOURCE and set(entry["place"]) == PLACE for entry in value["hits"]
    )
    assert [(entry["text"], entry["score"]) for entry in value["hits"]] == [("Une.", 2.3457), ("Deux.", 1.0)]


def test_no_hit_is_an_empty_list() -> None:
    assert json_output.hits([]) == {"hits": []}


def test_a_report_has_the_documented_fields() -> None:
    value = json_output.report(
        IndexReport(failed=[{"path": "a", "reason": "r", "remedy": "m"}], seconds=1.239, passages=4)
    )
    assert set(value) == REPORT
    assert value["failed"] == [{"path": "a", "reason": "r", "remedy": "m"}]
    assert (value["seconds"], value["passages"]) == (1.24, 4)
