"""Short load test, with a dozen visitors. The full one is `make load`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.ui.conversation import FAILURE
from tests.load.__main__ import load
from tests.load.corpus import TEAM_WORD, plots
from tests.load.visitors import Visitor

pytestmark = pytest.mark.process


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_dozen_visitors_ask_while_the_corpus_changes(tmp_path: Path, models_dir: Path) -> None:
    result = load(tmp_path, models_dir, users=12, seconds=10, batch=4, latest_s=8)
    print(json.dumps(result.figures()))
    assert result.wrong() == []
    assert len(result.heard.seconds) >= 12 and result.writer.killed and result.memory.samples


def test_a_mixed_up_or_leaked_answer_is_detected() -> None:
    own, other = plots(2)
    visitor = Visitor("http://127.0.0.1:1", own, {own.mark, other.mark})
    well = f'{{"msg":"process_completed","success":true,"text":"la {own.mark}"}}'
    visitor.read("Quoi ?", well)
    assert (visitor.heard.failed, visitor.heard.mixed, visitor.heard.leaked) == ([], [], [])
    visitor.read("Quoi ?", well.replace(own.mark, f"{own.mark} et la {other.mark}"))
    assert len(visitor.heard.mixed) == 1 and visitor.heard.failed == []
    visitor.read("Quoi ?", well.replace("la ", f"la {TEAM_WORD} "))
    assert len(visitor.heard.leaked) == 1
    for response in (well.replace(own.mark, "rien"), well.replace("completed", "begun"), well.replace("true", "false")):
        visitor.read("Quoi ?", response)
    visitor.read("Quoi ?", well.replace("la ", f"{FAILURE} la "))
    assert len(visitor.heard.failed) == 4


def test_each_plot_has_unique_words() -> None:
    words = [word for plot in plots(900) for word in (plot.name, plot.mark)]
    assert len(set(words)) == len(words)
    assert plots(10)[5:] == plots(5, first=1005)
