"""How long someone waits before the page over 20,000 passages: measured and told at the end of the run, held to no
figure, since what else the machine does moves it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks import page
from tests.browser.chromium import find_chromium

pytestmark = pytest.mark.browser


def test_how_long_one_waits_before_the_page(
    tmp_path: Path, models_dir: Path, record_property: Callable[[str, object], None]
) -> None:
    find_chromium()
    figures = page.measure(tmp_path, passages=20_000, questions=15, models_dir=models_dir)
    record_property("figures", json.dumps(figures))
    assert figures["passages"] > 15_000
    assert not (tmp_path / "reached.log").exists()
