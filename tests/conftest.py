"""Fixtures shared by all tests: the data beside the project, the model, and small indexes of invented texts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from index.settings import IndexSettings
from tests import lanes

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(__file__).resolve().parent / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the data beside the project. In CI it must exist; elsewhere the tests that need it are skipped."""
    folder = Path(os.environ.get("SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{folder} is missing")
        pytest.skip("the data beside the project is missing")
    return folder


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """Models folder of this machine: the embedded model is unpacked there once, not at each run."""
    return IndexSettings.from_environment(os.environ).models_dir


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put a test in its lane and its group: here, since pytest-xdist reads the groups before other hooks on items."""
    lanes.prepare(item)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take the longest."""
    lanes.sort(items)


@pytest.fixture(autouse=True)
def no_process_in_the_fast_lane(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse a process to a test of the fast lane: one that starts a process bears the marker `process`."""
    if lanes.lane_of(lanes.markers_of(request.node)) == "fast":
        monkeypatch.setattr(subprocess.Popen, "__init__", _refuse_process)


def _refuse_process(*arguments: Any, **options: Any) -> None:
    raise AssertionError("a test that starts a process needs the marker `process` (see CONTRIBUTING.md)")
