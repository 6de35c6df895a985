"""Dates as the corpus says them, a year, a month or a day (`2020`, `2020-03`, `2020-03-15`): each stands for all its
days. ISO dates, and only those, compare as texts."""

from __future__ import annotations


def first_day(date: str) -> str:
    """The first day of a date: `2020-03-01` of `2020-03`."""
    return date + "-01-01"[len(date) - 4 :]


def last_day(date: str) -> str:
    """Its last day, `2020-03-31` of `2020-03`: no earlier than any day of it, though a month may be shorter."""
    return date + "-12-31"[len(date) - 4 :]


def overlaps(date: str, since: str, until: str) -> bool:
    """Whether a date and the time from `since` to `until`, either of them empty for no bound, have a day in common: an
    interview of 2020 may be of March. What has no date meets no bound."""
    if not since and not until:
        return True
    return (
        bool(date)
        and (not since or last_day(date) >= first_day(since))
        and (not until or first_day(date) <= last_day(until))
    )
