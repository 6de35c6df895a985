"""Figures of the README on real interviews: recall and precision of the names found."""

from __future__ import annotations

import pytest

from tests.benchmarks import names
from tests.conftest import ROOT

pytestmark = pytest.mark.long

TRANSCRIPTS = ROOT.parent / "shared" / "data" / "transcripts"


def share(ratio: object) -> float:
    found, there = str(ratio).split("/")
    return int(found) / int(there)


def test_names_of_persons_are_found_in_real_interviews() -> None:
    replaced = names.score(TRANSCRIPTS, eager=False)
    checked = names.score(TRANSCRIPTS, eager=True)
    assert replaced["recall"]["person"] == checked["recall"]["person"] == "18/18"
    assert share(replaced["recall"]["public"]) >= 0.70
    assert share(checked["recall"]["public"]) >= 0.90
    assert share(replaced["precision"]) >= 0.65
    assert share(checked["precision"]) >= 0.55


def test_streets_are_found_in_real_interviews() -> None:
    streets = names.score_streets(TRANSCRIPTS)
    assert share(streets["recall"]) >= 0.90
    assert share(streets["precision"]) >= 0.90
