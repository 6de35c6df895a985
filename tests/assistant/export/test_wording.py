"""Tests of the texts that the formats share, and of their characters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.export.wording import by_source, clean, one_line, reference, summary
from assistant.formatting import french_date
from index.reading.text import tidy
from tests.assistant.export.passage_samples import CHARTER, DAY, HOSTILE, UNFIT, passage, several


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_texts_are_unchanged(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(("text", "left"), UNFIT.items(), ids=ascii)
def test_characters_that_formats_refuse_are_removed(text: str, left: str) -> None:
    assert clean(text) == left


@given(st.text().map(tidy))
def test_the_text_of_an_indexed_passage_only_loses_unfit_characters(text: str) -> None:
    kept = "".join(char for char in text if char not in "\ufffe\uffff" and not "\ufdd0" <= char <= "\ufdef")
    lines = kept.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    assert clean(text) == lines.replace("\u2028", "\n").replace("\u2029", "\n")


@given(st.text(st.characters()))
def test_one_line_has_no_line_end_for_any_reader(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    one_line(text).encode()


def test_references_give_the_known_metadata_and_the_remarks() -> None:
    page, speaker, heading, line = map(reference, several())
    assert page == "Charte des Jardins du Pont (document, 3 avril 2018), p.\u00a012"
    assert speaker == (
        "Entretien d’une jardinière (entretien, Sourcelles, septembre 2020), 00:12:30, Enquêtée 2, réservé à l’équipe"
    )
    assert heading.endswith("La charte › Les engagements")
    assert line == "Synthèse d’un atelier (document), ligne\u00a03, reformulation, non l’original"


@pytest.mark.parametrize(
    ("date", "formatted"),
    [
        ("", ""),
        ("2020", "2020"),
        ("2020-03", "mars 2020"),
        ("2020-03-01", "1er mars 2020"),
        ("2020-12-31", "31 décembre 2020"),
        ("2020-13", "2020-13"),
        ("au printemps", "au printemps"),
    ],
)
def test_dates_are_in_french(date: str, formatted: str) -> None:
    assert french_date(date) == formatted


def test_a_summary_counts() -> None:
    assert summary(several(), DAY) == "4 passages de 3 sources, exportés le 1er mars 2026."
    assert summary(several()[:1], DAY) == "1 passage de 1 source, exporté le 1er mars 2026."
    assert summary([], DAY) == "0 passage de 0 source, exporté le 1er mars 2026."


def test_passages_are_grouped_in_the_order_of_their_source() -> None:
    twice = [*several(), passage("Fermer le portail en partant.", CHARTER, 1)]
    grouped = [(source.id, [passage.order for passage in group]) for source, group in by_source(twice)]
    assert grouped == [("charte", [1, 4]), ("entretien", [7]), ("synthese", [0])]
    assert by_source([replace(several()[0], id="autre"), several()[0]])[0][1][0].order == 4
