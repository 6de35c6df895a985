"""Texts that are no transcripts and must not be taken for transcripts."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from index.reading.transcripts.labelled import find_transcript
from tests.conftest import DATA
from tests.index.reading.transcripts.builders import paragraphs

pytestmark = pytest.mark.long


def test_the_report_of_the_study_is_no_transcript(shared: Path) -> None:
    texts = sorted((shared / "corpus").glob("*.txt"))
    assert texts
    for path in texts:
        assert find_transcript(paragraphs(path.read_text(encoding="utf-8")), {}) is None


def test_the_invented_documents_are_no_transcripts() -> None:
    texts = sorted((DATA / "jardins").rglob("*.md"))
    assert texts
    for path in texts:
        assert find_transcript(paragraphs(path.read_text(encoding="utf-8")), {}) is None, path


@pytest.mark.parametrize("name", ["piaf", "cnil_faq", "servicepublic"])
def test_encyclopedia_help_desk_and_administration_are_no_transcripts(shared: Path, name: str) -> None:
    """Read each text alone, and ten in a row, also with one sentence on each line, so that colons occur at the start
    of lines."""
    (path,) = (shared / "data/retrieval" / name).glob("corpus.jsonl*")
    lines = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with lines:
        rows = [json.loads(line) for line in lines][:2000]
    texts = [f"{row['title']}\n{row['text']}" for row in rows]
    texts += ["\n".join(texts[start : start + 10]) for start in range(0, len(texts), 10)]
    texts += [text.replace(". ", ".\n").replace("; ", ";\n") for text in texts]
    taken = [text[:200] for text in texts if find_transcript(paragraphs(text), {}) is not None]
    assert taken == []


@pytest.mark.parametrize(
    "text",
    [
        "Nous avons vu deux choses :\nles fèves.\nNous avons vu deux choses :\nles courges.",
        "Objectif : semer.\nMoyens : des graines.\nBudget : 12 euros.\n" * 4,
        "Paillage : sous les fèves.\nArrosage : le soir.\nTaille : en mars.\n" * 4,
        "M. Colibri est venu.\nM. Brun aussi.\n" * 5,
        "A. Semer\nB. Arroser\nC. Récolter\n" * 2,
        "Bonjour : oui.\n" * 10,
        "https://jardins.example : le site.\nhttps://pont.example : l'autre.\n" * 5,
        "Enquêtrice : Et vous ?\nOdile : Moi ?\n" + "Le rapport continue longuement sans elles.\n" * 60,
        "",
        "\n\n",
    ],
)
def test_prose_with_colons_and_dashes_is_no_transcript(text: str) -> None:
    assert find_transcript(paragraphs(text), {}) is None
