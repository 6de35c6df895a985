"""The lanes of the tests, by their markers: `fast` runs at every save, `test` before a change lands, `slow` beside it.

A test without a marker of a lane is fast: it starts no process, and computes for a moment. The Makefile and CI name the
lanes by these markers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

TEST = ("process", "browser", "long")
"""Markers of the tests that `make test` runs with the fast ones: they start a program or a server of their own, or
compute for seconds."""
LONG_FIXTURES = {"jardins_data"}
"""Fixtures that compute for seconds with the embedded model: a test that uses one is marked `long`."""
SLOW = ("model", "cluster", "fuzz", "slow")
"""Markers of the tests that `make test-slow` alone runs."""


COLLECTED = pytest.StashKey[dict[str, set[str]]]()
"""The names of the markers of every test that a session collected, by its id, those left out included."""


REPEATS = int(os.environ.get("REPEATS", "6"))
"""Repetitions of a test at random instants: a few in the test lane, the others in the slow lane."""


def lane_of(markers: set[str]) -> str:
    """Return the lane of a test, by the names of its markers."""
    if markers & set(SLOW):
        return "slow"
    return "test" if markers & set(TEST) else "fast"


def markers_of(item: pytest.Item) -> set[str]:
    """Return the names of the markers of a test."""
    return {marker.name for marker in item.iter_markers()}


def first_of(values: Iterable[object], count: int) -> list[object]:
    """Return the parameters of a test that repeats: all but the first `count` values are left to the slow lane."""
    return [
        value if number < count else pytest.param(value, marks=pytest.mark.slow) for number, value in enumerate(values)
    ]


def prepare(item: pytest.Item) -> None:
    """Mark a test that uses a long fixture."""
    if LONG_FIXTURES & set(getattr(item, "fixturenames", ())):
        item.add_marker(pytest.mark.long)


def sort(items: list[pytest.Item]) -> None:
    """Put the files with tests that start processes first: they take the longest, and both workers end together."""
    order = {"slow": 0, "test": 1, "fast": 2}
    first: dict[Path, int] = {}
    for item in items:
        rank = order[lane_of(markers_of(item))]
        first[item.path] = min(first.get(item.path, rank), rank)
    items.sort(key=lambda item: first[item.path])
