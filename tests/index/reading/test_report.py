"""Structure of the study's report, as received, against the structure that a human reader sees in it."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

from index.reading.chunk import passages
from index.reading.metadata import read_description
from index.reading.read import Reading, list_files, open_file
from index.reading.text import decode
from index.reading.units import units
from index.types import Passage


@pytest.fixture(scope="module")
def report(shared: Path) -> tuple[Reading, str]:
    """Return the report as read, and its text as it is in the file."""
    root = shared / "corpus"
    (path,) = list_files(root)
    reading = open_file(root, path, read_description(root)).read("report")
    return reading, decode((root / PurePosixPath(path)).read_bytes())


@pytest.fixture(scope="module")
def cut_passages(report: tuple[Reading, str]) -> list[Passage]:
    reading, _ = report
    return passages(reading.source, reading.sections)


def under(cut_passages: list[Passage], *context: str) -> list[Passage]:
    return [passage for passage in cut_passages if passage.context == context]


def starting(cut_passages: list[Passage], words: str) -> Passage:
    (found,) = [passage for passage in cut_passages if passage.text.startswith(words)]
    return found


def test_corpus_toml_makes_the_report_public(report: tuple[Reading, str]) -> None:
    assert report[0].source.visibility == "public"
    assert report[0].source.kind == "document"


def test_the_five_members_of_the_team_are_items_under_their_heading(cut_passages: list[Passage]) -> None:
    members = [passage for passage in under(cut_passages, "L'EQUIPE DE RECHERCHE") if passage.kind == "item"]
    assert [member.text.split(",")[0] for member in members] == [
        "Amélie Lefebvre-Chombart",
        "Laurent Gardin",
        "Florence Jany-Catrice",
        "Olivier Petit",
        "Pierre Robert",
    ]
    for member in members:
        (unit,) = units(member)
        assert unit.text.count(",") == 2  # the comma that ends the item is not quoted
        assert unit.text.endswith(("France", "Lille", "Artois", "Lille."))


def test_the_line_on_volunteers_is_one_item_under_its_heading(cut_passages: list[Passage]) -> None:
    line = starting(cut_passages, "Les bénévoles : exploitation")
    assert line.kind == "item"
    assert line.place.heading == ("SYNTHÈSE DES ÉCHANGES", "La suite")
    assert line.place.line == 126
    (unit,) = units(line)
    assert unit.text.endswith("Réciprocité du bénévolat, rétributions non monétaires")


@pytest.mark.parametrize("town", ["VALENCIENNES\nLE 15 MAI 2023", "LENS\nLE 23 MAI 2023"])
def test_the_dates_of_the_workshops_are_quotable_and_head_no_section(cut_passages: list[Passage], town: str) -> None:
    date = starting(cut_passages, town)
    assert date.text == town
    assert date.context == ("DEUX ATELIERS DE RESTITUTION",)
    assert not [passage for passage in cut_passages if town.replace("\n", " ") in passage.context]


def test_nested_items_carry_their_parent(cut_passages: list[Passage]) -> None:
    parent = "Interactions avec les collectivités territoriales :"
    nested = under(cut_passages, "SYNTHÈSE DES ÉCHANGES", "Les surprises", parent)
    assert [passage.text for passage in nested] == [
        "dépendance/indépendance",
        "tensions/collaborations",
        "interconnaissance +/-",
    ]


def test_each_section_of_the_synthesis_holds_its_items(cut_passages: list[Passage]) -> None:
    counts = {
        heading: len(under(cut_passages, "SYNTHÈSE DES ÉCHANGES", heading))
        for heading in ("Les surprises", "Les manques", "Les confirmations", "La suite", "Comparaisons des 3 terrains")
    }
    assert list(counts.values()) == [7, 10, 6, 13, 10]


def test_the_three_axes_carry_the_sentence_that_introduces_them(cut_passages: list[Passage]) -> None:
    for words in ("les pratiques et l'organisation", "leur histoire", "les effets de la coopération"):
        introduction = starting(cut_passages, words).context[-1]
        assert introduction.endswith("les éléments saillants des terrains observés autour de trois axes :")


def test_headings_above_a_text_are_not_quoted(cut_passages: list[Passage]) -> None:
    texts = {passage.text for passage in cut_passages}
    assert not texts & {"L'EQUIPE DE RECHERCHE", "La suite", "Les manques", "DESCRIPTION DU PROJET"}


def test_every_passage_is_in_the_file_letter_for_letter(
    report: tuple[Reading, str], cut_passages: list[Passage]
) -> None:
    file = " ".join(report[1].replace("**", "").split())
    for passage in cut_passages:
        assert " ".join(passage.text.split()) in file
        lines = report[1].split("\n")
        assert passage.place.line is not None
        assert passage.text.split()[0] in lines[passage.place.line - 1].replace("**", "")


def test_every_word_of_the_file_is_in_some_section(report: tuple[Reading, str]) -> None:
    reading, file = report
    read = re.findall(r"\w+", " ".join(section.text for section in reading.sections))
    assert read == re.findall(r"\w+", file)
