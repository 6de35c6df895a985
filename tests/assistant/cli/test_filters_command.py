"""`assistant search` and `assistant export` held to a time, a role or a source. The corpus is invented."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.assistant.conftest import Assistant
from tests.assistant.research_corpus import FILES
from tests.assistant.samples import write_corpus
from tests.doubles import FakeEmbedder


@pytest.fixture
def data(tmp_path: Path, no_model: FakeEmbedder, assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_FIND_NAMES", "non")
    corpus = write_corpus(tmp_path / "corpus", FILES)
    assert assistant("index", str(corpus), data_dir=tmp_path / "data").status == 0
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("held", "paths"),
    [
        (("--from", "2021"), {"transcripts/e2.txt"}),
        (("--from", "2020-10", "--to", "2020-10-31"), {"documents/annee.md"}),
        (("--role", "bénévole"), {"transcripts/e1.txt"}),
        (("--source", "documents/atelier.md", "--kind", "document"), {"documents/atelier.md"}),
        (("--role", "sourcière"), set()),
    ],
)
def test_only_matching_passages_are_found_and_exported(
    assistant: Assistant, data: Path, held: tuple[str, ...], paths: set[str]
) -> None:
    asked = ("bénévoles", *held, "--as", "team")
    hits = json.loads(assistant("search", *asked, "--json", data_dir=data).out)["hits"]
    assert {hit["source"]["path"] for hit in hits} == paths
    out = data.parent / "passages.csv"
    assert assistant("export", *asked, "--format", "csv", "--out", str(out), data_dir=data).status == 0
    if not paths:
        assert not out.exists()
        return
    _, *rows = csv.reader(out.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    assert {row[1] for row in rows} == paths


@pytest.mark.parametrize(
    "held", [("--from", "hier"), ("--to", "2020-02-30"), ("--from", "2021", "--to", "2020"), ("--to", "")]
)
def test_a_malformed_date_is_refused_in_one_line(assistant: Assistant, data: Path, held: tuple[str, ...]) -> None:
    run = assistant("search", "bénévoles", *held, data_dir=data)
    assert (run.status, run.out) == (2, "")
    assert run.err.strip() and "Traceback" not in run.err
