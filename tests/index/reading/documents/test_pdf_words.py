"""Words cut at line ends. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.reading.documents.pdf_words import HyphenJoiner
from tests.index.reading.documents.pdf_builders import PROSE, column, make_pdf, texts, wrap_text

HYPHENS = [
    ("organi-", "sation", (), "organisation"),
    ("Nord-", "Pas-de-Calais", (), "Nord-Pas-de-Calais"),
    ("plates-", "bandes", ("des plates-bandes",), "plates-bandes"),
    ("contre-", "sens", ("un contresens",), "contresens"),
    ("contre-", "sens", ("contre-sens", "contre-sens", "contresens"), "contre-sens"),
    ("celui-", "là", (), "celui-là"),
    ("dit-", "il", (), "dit-il"),
    ("a-t-", "elle", (), "a-t-elle"),
    ("c'est-", "à-dire", (), "c'est-à-dire"),
    ("c'est-à-", "dire", (), "c'est-à-dire"),
    ("peut-", "être", (), "peut-être"),
    ("va-", "leur", (), "valeur"),
    ("l'inter-", "vention", (), "l'intervention"),
    ("ORGANI-", "SATION", ("l'organisation",), "ORGANISATION"),
    ("NORD-", "PAS", (), "NORD-PAS"),
    ("fin -", "reprise", (), "fin - reprise"),
    ("2019-", "2021", (), "2019- 2021"),
    ("réor\u00ad", "ganiser", (), "réorganiser"),
    ("deux", "mots", (), "deux mots"),
]


@pytest.mark.parametrize(("end", "start", "elsewhere", "whole"), HYPHENS)
def test_words_cut_at_line_ends_are_joined(end: str, start: str, elsewhere: Sequence[str], whole: str) -> None:
    assert HyphenJoiner([*elsewhere, end, start]).join([end, start]) == whole


def test_words_are_joined_across_columns_and_pages() -> None:
    text = "La réorgani- sation du Nord- Pas-de-Calais et des plates- bandes a surpris. Les plates-bandes tiennent."
    lines = [*wrap_text(PROSE, 80), *text.replace("- ", "-\n").split("\n")]
    mended = "La réorganisation du Nord-Pas-de-Calais et des plates-bandes a surpris. Les plates-bandes tiennent."
    whole = f"{PROSE} {mended}"
    assert " ".join(texts(make_pdf([column(60, 100, lines)]))) == whole
    assert " ".join(texts(make_pdf([column(60, 100, lines[:-3]), column(60, 100, lines[-3:])]))) == whole
