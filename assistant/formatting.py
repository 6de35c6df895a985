"""Formats numbers, dates, kinds of sources and lines of text in French, for every part of the assistant."""

from __future__ import annotations

import datetime
import re

from index.errors import one_line
from index.language.months import MONTHS
from index.reading.metadata import is_date

KINDS = {"document": "Document", "transcript": "Entretien"}
"""Label of each kind of source. Lower it within a sentence."""
_SHORT = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc.")
_DAY = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])(\d{4})", re.ASCII)
_BEFORE_SIGN = re.compile(r"(?<=\S) (?=[:;?!»](?:\s|[.,)]|$))")


def grouped(number: int) -> str:
    """Format a whole number with narrow spaces between thousands: « 5 000 »."""
    return f"{number:,}".replace(",", "\u202f")


def counted(number: int, singular: str, plural: str = "") -> str:
    """Format a number with its noun: « 1 fichier », « 2 000 fichiers ». `plural` is for nouns that do not just take an
    s."""
    return f"{grouped(number)} {singular if abs(number) < 2 else plural or f'{singular}s'}"


def read_date(text: str) -> str | None:
    """Return a typed date, `2020`, `2020-03`, `2020-03-15`, `15/03/2020` or `03/2020`, as the ISO date that the corpus
    uses; `None` for a text that is not a date."""
    text = text.strip()
    if match := _DAY.fullmatch(text):
        day, month, year = match.groups()
        text = f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")
    return text if is_date(text) else None


def joined(*parts: str | None) -> str:
    """Join the non-empty parts of a reference with middle dots: « Charte · p. 12 »."""
    return " · ".join(filter(None, parts))


def typeset(text: str) -> str:
    """Return `text` with French apostrophes and non-breaking spaces. Error messages are written with straight
    apostrophes and plain spaces, which suit a terminal."""
    return _BEFORE_SIGN.sub("\u00a0", text.replace("'", "’").replace("« ", "«\u00a0"))


def date_parts(date: str) -> list[int]:
    """Return the year, month and day of an ISO date, as many as it gives; an empty list for a text that is not a
    date."""
    return [int(part) for part in date.split("-")] if re.fullmatch(r"\d{4}(-\d\d){0,2}", date) else []


def french_date(date: str) -> str:
    """Format an ISO date: « 1er mars 2020 » for 2020-03-01, « mars 2020 » for 2020-03. Return any other text unchanged,
    on one line."""
    year, month, day = [*date_parts(date), 0, 0, 0][:3]
    if not year or month > 12:
        return one_line(date)
    return " ".join(([_day(day)] if day else []) + ([MONTHS[month - 1]] if month else []) + [f"{year:04d}"])


def short_day(day: datetime.date) -> str:
    """Format a day in the little room of a chart: « 1er janv. »."""
    return f"{_day(day.day)} {_SHORT[day.month - 1]}"


def short_month(date: str) -> str:
    """Format an ISO date of a month or of a day as « 03/2021 », short enough to list several side by side."""
    return f"{date[5:7]}/{date[:4]}"


def moment(seconds: float) -> str:
    """Format seconds since 1970 as « 26 novembre 2026 à 03:10 », in the time zone of the machine; an empty text for a
    number that is out of range."""
    try:
        date = datetime.datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{_day(date.day)}\u00a0{MONTHS[date.month - 1]} {date.year} à {date:%H:%M}"


def _day(number: int) -> str:
    return "1er" if number == 1 else str(number)
