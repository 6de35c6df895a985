"""What several rooms write in French: numbers, dates, the names of kinds, and the typography of a line."""

from __future__ import annotations

import datetime
import re

from index.errors import one_line
from index.reading.metadata import is_date

KINDS = {"document": "Document", "transcript": "Entretien"}
"""The kinds of sources, as a label says them; lower case within a sentence."""
MONTHS = tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split())
_SHORT = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc.")
_DAY = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])(\d{4})", re.ASCII)
_BEFORE_SIGN = re.compile(r"(?<=\S) (?=[:;?!»](?:\s|[.,)]|$))")


def grouped(number: int) -> str:
    """A whole number: « 5 000 »."""
    return f"{number:,}".replace(",", "\u202f")


def counted(number: int, one: str, more: str = "") -> str:
    """« 1 fichier », « 2 000 fichiers »; `more` is the plural of what does not simply take an s."""
    return f"{grouped(number)} {one if abs(number) < 2 else more or f'{one}s'}"


def read_date(text: str) -> str | None:
    """A date as it is typed, `2020`, `2020-03`, `2020-03-15`, `15/03/2020` or `03/2020`, in the form of the corpus;
    `None` for what is no date."""
    text = text.strip()
    if typed := _DAY.fullmatch(text):
        day, month, year = typed.groups()
        text = f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")
    return text if is_date(text) else None


def joined(*parts: str | None) -> str:
    """What is known of a place, one thing after another: « Charte · p. 12 »."""
    return " · ".join(filter(None, parts))


def typeset(text: str) -> str:
    """A line of `text` with the apostrophes and the non-breaking spaces of French: errors are written with straight
    apostrophes and plain spaces, as a terminal shows them."""
    return _BEFORE_SIGN.sub("\u00a0", text.replace("'", "’").replace("« ", "«\u00a0"))


def date_parts(date: str) -> list[int]:
    """The year, month and day of an ISO date, as far as it goes; nothing for what is no date."""
    return [int(part) for part in date.split("-")] if re.fullmatch(r"\d{4}(-\d\d){0,2}", date) else []


def french_date(date: str) -> str:
    """« 1er mars 2020 » for 2020-03-01, « mars 2020 » for 2020-03; what is no ISO date as it is, on one line."""
    year, month, day = [*date_parts(date), 0, 0, 0][:3]
    if not year or month > 12:
        return one_line(date)
    return " ".join(([_day(day)] if day else []) + ([MONTHS[month - 1]] if month else []) + [f"{year:04d}"])


def short_day(day: datetime.date) -> str:
    """« 1er janv. »: what a plot has room for."""
    return f"{_day(day.day)} {_SHORT[day.month - 1]}"


def short_month(date: str) -> str:
    """« 03/2021 » for an ISO date of a month or of a day: several of them are named side by side."""
    return f"{date[5:7]}/{date[:4]}"


def moment(seconds: float) -> str:
    """« 26 novembre 2026 à 03:10 », in the time of the machine, for seconds since 1970; nothing for what is no time."""
    try:
        when = datetime.datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{_day(when.day)}\u00a0{MONTHS[when.month - 1]} {when.year} à {when:%H:%M}"


def _day(number: int) -> str:
    return "1er" if number == 1 else str(number)
