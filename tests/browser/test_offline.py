"""Test of the whole program without a network: it needs no other machine, and sends nothing to one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.chromium import find_chromium
from tests.processes import ROOT, apart

pytestmark = pytest.mark.browser


def test_indexes_serves_and_answers_without_network(shared: Path, models_dir: Path, tmp_path: Path) -> None:
    find_chromium()
    env = {**os.environ, "ASSISTANT_MODELS": str(models_dir)}
    data, log = tmp_path / "data", tmp_path / "reached.log"
    program = [sys.executable, "-m", "tests.browser.offline"]
    command = [*apart("--net"), *program, str(shared / "corpus"), str(data), str(log)]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert "unreachable" in result["unreachable"].lower()
    assert result["indexed"] == 0
    assert "Réciprocité du bénévolat" in result["answer"]
    assert any("lien avec le projet" in card for card in result["cards"])
    assert result["strangers"] == []
    assert result["tried"] == "", "something tried to leave this machine"
