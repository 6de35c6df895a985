"""Effect of styles and numbering on the paragraphs of Word documents.

All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import pytest

from index.reading.documents import word
from tests.index.reading.documents.word_builders import STYLES, package, para, run, texts


@pytest.mark.parametrize(
    ("style", "rank"),
    [("T1", 1), ("Titre2", 2), ("Mien", 1), ("Plan", 3), ("Boucle", 0), ("Absent", 0), ("Normal", 0), ("Sanstm", 0)],
)
def test_styles_give_heading_ranks(style: str, rank: int) -> None:
    (found,) = word.read_paragraphs(package(para(run("a"), f'<w:pStyle w:val="{style}"/>'), styles=STYLES))
    assert found.heading == rank


@pytest.mark.parametrize(("level", "rank"), [("0", 1), ("8", 9), ("9", 0), ("x", 0), ("-1", 0)])
def test_outline_levels_give_heading_ranks(level: str, rank: int) -> None:
    (found,) = word.read_paragraphs(package(para(run("a"), f'<w:outlineLvl w:val="{level}"/>')))
    assert found.heading == rank


@pytest.mark.parametrize(
    ("numbering", "depth"),
    [
        ('<w:ilvl w:val="0"/><w:numId w:val="3"/>', 1),
        ('<w:ilvl w:val="2"/><w:numId w:val="3"/>', 3),
        ('<w:numId w:val="3"/>', 1),
        ('<w:ilvl w:val="0"/><w:numId w:val="0"/>', 0),
        ('<w:ilvl w:val="99999999999"/><w:numId w:val="1"/>', 1),
    ],
)
def test_numbering_gives_item_depths(numbering: str, depth: int) -> None:
    (found,) = word.read_paragraphs(package(para(run("a"), f"<w:numPr>{numbering}</w:numPr>")))
    assert found.item == depth


def test_a_numbered_heading_is_a_heading() -> None:
    properties = '<w:pStyle w:val="T1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    (found,) = word.read_paragraphs(package(para(run("a"), properties), styles=STYLES))
    assert (found.heading, found.item) == (1, 0)


def test_tables_of_contents_are_left_out() -> None:
    control = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{para(run('Sommaire'))}</w:sdtContent></w:sdt>"
    )
    body = control + para(run("Bilan 3"), '<w:pStyle w:val="TM1"/>') + para(run("Corps"))
    assert texts(body, styles=STYLES) == ["Corps"]


def test_hidden_text_and_field_codes_are_left_out() -> None:
    code = "<w:r><w:instrText>PAGEREF _Toc1</w:instrText></w:r>"
    assert texts(para(run("vu") + run(" caché", "<w:vanish/>") + run(" su", '<w:vanish w:val="0"/>') + code)) == [
        "vu su"
    ]


def test_bold_runs_are_measured() -> None:
    bold = "<w:b/>"
    strong = '<w:rStyle w:val="lev"/>'
    body = (
        para(run("A", bold) + run(" ") + run("B : ", strong) + run("suite"))
        + para(run("a") + run("b", bold))
        + para(run("tout"), '<w:pStyle w:val="Gras"/>')
        + para(run("non", '<w:b w:val="false"/>'), '<w:pStyle w:val="Gras"/>')
    )
    assert [paragraph.bold for paragraph in word.read_paragraphs(package(body, styles=STYLES))] == [5, 0, 4, 0]
