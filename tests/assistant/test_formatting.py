"""Tests of French formatting: numbers, dates, lines."""

from __future__ import annotations

import datetime
from typing import get_args

import pytest

from assistant import formatting
from index.types import Kind


@pytest.mark.parametrize(
    ("number", "formatted"),
    [(0, "0 fichier"), (1, "1 fichier"), (2, "2 fichiers"), (1234567, "1\u202f234\u202f567 fichiers")],
)
def test_numbers_are_grouped_and_nouns_take_the_plural(number: int, formatted: str) -> None:
    assert formatting.counted(number, "fichier") == formatted


def test_an_irregular_plural_is_used() -> None:
    assert formatting.counted(2, "fichier à indexer", "fichiers à indexer") == "2 fichiers à indexer"


@pytest.mark.parametrize(
    ("plain", "set_"),
    [
        ("L'index n'est pas lu : réessayez ; sinon, qui sait ?", "L’index n’est pas lu\u00a0: réessayez\u00a0; sinon, "
         "qui sait\u00a0?"),
        ("Le fichier « eau.md » est vide.", "Le fichier «\u00a0eau.md\u00a0» est vide."),
        ("Il finit par un signe !", "Il finit par un signe\u00a0!"),
        ("Une heure, 12:30, et un chemin, a ;b", "Une heure, 12:30, et un chemin, a ;b"),
        ("«\u00a0déjà\u00a0»\u00a0: rien", "«\u00a0déjà\u00a0»\u00a0: rien"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_line_is_typeset(plain: str, set_: str) -> None:
    assert formatting.typeset(plain) == set_
    assert formatting.typeset(set_) == set_


def test_a_moment_is_formatted_to_the_minute_and_an_impossible_one_is_empty() -> None:
    assert formatting.moment(datetime.datetime(2026, 3, 1, 9, 5).timestamp()) == "1er\u00a0mars 2026 à 09:05"
    assert formatting.moment(1e300) == ""


def test_short_dates_of_charts() -> None:
    assert (formatting.short_day(datetime.date(2026, 1, 1)), formatting.short_month("2021-03-09")) == (
        "1er janv.",
        "03/2021",
    )


def test_an_invalid_date_stays_on_one_line() -> None:
    assert formatting.french_date("au\nprintemps") == "au printemps"


def test_every_kind_of_source_has_a_name() -> None:
    assert set(formatting.KINDS) == set(get_args(Kind))


def test_empty_parts_of_a_reference_are_left_out() -> None:
    assert formatting.joined("Charte", "", None, "p.\u00a012") == "Charte · p.\u00a012"
