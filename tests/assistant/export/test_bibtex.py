"""Tests of BibTeX exports, read by bibtexparser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from pylatexenc.latex2text import LatexNodes2Text

from assistant.export.bibtex import escape, export
from assistant.export.wording import citation_key, one_line
from index.types import Passage
from tests.assistant.export.passage_samples import (
    CHARTER,
    HOSTILE,
    UNFIT,
    exported,
    hostile,
    passage,
    several,
    thousand,
)


def read(passages: list[Passage]) -> Library:
    library = parse_string(exported(export, passages).decode())
    assert not library.failed_blocks
    assert len(library.blocks) == len(library.entries)
    return library


def printed(latex: str) -> str:
    """Return the text that LaTeX prints, by pylatexenc, which does not know braces by name and takes the circumflex for
    an accent."""
    known = latex.replace(r"\textbraceleft{}", r"\{").replace(r"\textbraceright{}", r"\}")
    return str(LatexNodes2Text().latex_to_text(known)).replace("ˆ", "^")


def test_each_source_is_an_entry_of_its_known_metadata() -> None:
    charter, interview, reworded = read(several()).entries
    assert (charter.entry_type, interview.entry_type, reworded.entry_type) == ("techreport", "misc", "techreport")
    assert {field.key: field.value for field in charter.fields} == {
        "title": "Charte des Jardins du Pont", "year": "2018", "month": "apr", "day": "3",
    }  # fmt: skip
    assert {field.key: field.value for field in interview.fields} == {
        "title": "Entretien d’une jardinière", "howpublished": "Entretien", "year": "2020", "month": "sep",
        "note": "Sourcelles, réservé à l’équipe",
    }  # fmt: skip
    assert {field.key: field.value for field in reworded.fields} == {
        "title": "Synthèse d’un atelier", "note": "reformulation, non l’original",
    }  # fmt: skip


def test_without_passages_the_file_is_empty() -> None:
    assert exported(export, []) == b""


def test_keys_are_unique_and_stay_the_same() -> None:
    entries = read(thousand()).entries
    assert len({entry.key for entry in entries}) == len(entries) == 10
    assert citation_key(CHARTER) == "charte-des-jardins-du-pont-92e4d698"
    assert citation_key(replace(CHARTER, digest="autre", path="ailleurs.md")) == citation_key(CHARTER)
    assert citation_key(replace(CHARTER, title="👩‍🌾")).startswith("source-")


def test_hostile_titles_stay_in_their_entry_unchanged() -> None:
    entries = read(hostile()).entries
    assert [entry.entry_type for entry in entries] == ["techreport"] * len(hostile())
    for made, entry in zip(hostile(), entries, strict=True):
        assert printed(entry.fields_dict["title"].value) == one_line(made.text)


@pytest.mark.parametrize("text", [*HOSTILE, *UNFIT], ids=ascii)
def test_braces_balance_and_special_characters_are_escaped(text: str) -> None:
    escaped = escape(text)
    assert escaped.count("{") == escaped.count("}")
    bare = escaped
    for command in ("backslash", "braceleft", "braceright", "asciitilde", "asciicircum", "asciigrave"):
        bare = bare.replace(f"\\text{command}{{}}", "")
    bare = bare.replace("{}", "")
    for sign in "#$%&_":
        bare = bare.replace(f"\\{sign}", "")
    assert not set(bare) & set("\\{}#$%&_~^`\n")


def test_an_invalid_date_is_left_out() -> None:
    (entry,) = read([passage("x", replace(CHARTER, date="au printemps"))]).entries
    assert set(entry.fields_dict) == {"title"}
