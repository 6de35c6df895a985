"""Partial dates of the corpus: a year, a month or a day (`2020`, `2020-03`, `2020-03-15`), each standing for all its
days. ISO dates are compared as strings."""

from __future__ import annotations


def first_day(date: str) -> str:
    """Return the first day of a date: `2020-03-01` for `2020-03`."""
    return date + "-01-01"[len(date) - 4 :]


def last_day(date: str) -> str:
    """Return an upper bound of the days of a date: `2020-03-31` for `2020-03`, even for a shorter month."""
    return date + "-12-31"[len(date) - 4 :]


def overlaps(date: str, since: str, until: str) -> bool:
    """Return whether a date has a day in common with the time from `since` to `until`, either empty for no bound: an
    interview dated 2020 may be from March. An undated source overlaps no bounded time."""
    if not since and not until:
        return True
    return (
        bool(date)
        and (not since or last_day(date) >= first_day(since))
        and (not until or first_day(date) <= last_day(until))
    )
