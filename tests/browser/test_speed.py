"""Measure how long a visitor waits for the page over 20,000 passages. The figures are printed at the end of the run and
have no threshold, since they depend on the load of the machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks import page
from tests.browser.chromium import find_chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_waiting_times_of_the_page_are_measured(
    tmp_path: Path, models_dir: Path, record_property: Callable[[str, object], None]
) -> None:
    find_chromium()
    figures = page.measure(tmp_path, passages=20_000, questions=15, models_dir=models_dir)
    record_property("figures", json.dumps(figures))
    assert figures["passages"] > 15_000
    assert not (tmp_path / "reached.log").exists()
