"""Writes CSV for French spreadsheets: UTF-8 with a byte order mark, and semicolons.

A spreadsheet runs as a formula any cell that begins with certain signs. As OWASP advises (CSV Injection), an apostrophe
precedes each cell that begins with one of them, after spaces or not; a program that reads the file must remove it."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Sequence

from assistant.export.wording import clean
from assistant.formatting import KINDS
from index.types import Passage

COLUMNS = (
    "texte", "source", "titre", "genre", "site", "date", "page", "début", "fin", "locuteur", "titre de section",
    "identifiant du passage", "nature", "accès",
)  # fmt: skip
_ACCESS = {"public": "public", "team": "équipe"}
_FORMULA = re.compile("[\t\r\n]|[\\s\u200b-\u200f\u2060-\u2064]*[=+\\-@＝＋－＠]")


def export(passages: Sequence[Passage], *, title: str, made_on: datetime.date) -> bytes:
    """Return one row per passage, in the given order; `title` and `made_on` are not used."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in _cells(passage)] for passage in passages)
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula."""
    text = clean(cell)
    return f"'{text}" if _FORMULA.match(text) or _FORMULA.match(cell) else text


def _cells(passage: Passage) -> tuple[str, ...]:
    source, place = passage.source, passage.place
    return (
        passage.text,
        source.path,
        source.title,
        KINDS[source.kind].lower(),
        source.site,
        source.date,
        "" if place.page is None else str(place.page),
        _time(place.start_s),
        _time(place.end_s),
        place.speaker or "",
        " › ".join(place.heading),
        passage.id,
        source.nature,
        _ACCESS[source.visibility],
    )


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
