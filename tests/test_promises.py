"""Test that each promise of SECURITY.md names an existing test."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [tuple(map(str.strip, row)) for row in re.findall(r"^\| (.+) \| (.+) \|$", SECURITY, re.MULTILINE)][1:]


def test_promises_are_found() -> None:
    assert len(ROWS) > 25
    assert len({promise for promise, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize("promise, tests", ROWS)
def test_each_promise_names_an_existing_test(promise: str, tests: str) -> None:
    named = re.findall(r"`([^`]+)`", tests)
    files = [name for name in named if name.endswith(".py")]
    assert files or any(name.startswith("make ") for name in named), promise
    folder = ""
    for name in files:
        folder = name.rpartition("/")[0] or folder  # « `tests/a/test_b.py`, `test_c.py` »: beside the one before
        path = ROOT / (name if "/" in name else f"{folder}/{name}")
        assert path.is_file() or list((ROOT / "tests").rglob(name)), f"{promise}: {name}"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in (name.removeprefix("make ") for name in named if name.startswith("make ")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
