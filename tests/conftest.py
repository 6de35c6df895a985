"""Fixtures shared by all tests: the data beside the project, the model, and small indexes of invented texts."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import portalocker
import pytest

from assistant.compose.workspace import open_workspace
from index.indexing.build import build
from index.settings import IndexSettings
from tests import lanes

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(__file__).resolve().parent / "data"
JARDINS = DATA / "jardins"
"""The corpus of « Les Jardins du Pont », an invented association."""


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


@pytest.fixture(scope="session")
def jardins_data(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """Data folder of the invented corpus, indexed with the embedded model. The workers of a run index it once and copy
    it: what a test changes, it changes in a copy of its own."""
    folder = tmp_path_factory.mktemp("jardins")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _index_jardins(folder / "data", models_dir)
        return folder / "data"
    common = tmp_path_factory.getbasetemp().parent / "jardins"
    with portalocker.Lock(common.with_suffix(".lock"), timeout=300):
        if not common.is_dir():
            _index_jardins(folder / "indexed", models_dir)
            (folder / "indexed").rename(common)
    return shutil.copytree(common, folder / "data")


def _index_jardins(data_dir: Path, models_dir: Path) -> None:
    report = build(JARDINS, open_workspace(IndexSettings(data_dir=data_dir, models_dir=models_dir)))
    assert not report.failed


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put a test in its lane."""
    lanes.prepare(item)


@pytest.hookimpl(tryfirst=True)  # before tests are left out by their markers
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the markers of every test, for the test of the lanes, and begin with the tests that take the longest."""
    config.stash[lanes.COLLECTED] = {item.nodeid: lanes.markers_of(item) for item in items}
    lanes.sort(items)


@pytest.fixture(autouse=True)
def no_process_in_the_fast_lane(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse a process to a test of the fast lane: one that starts a process bears the marker `process`."""
    if lanes.lane_of(lanes.markers_of(request.node)) == "fast":
        monkeypatch.setattr(subprocess.Popen, "__init__", _refuse_process)


def _refuse_process(*arguments: Any, **options: Any) -> None:
    raise AssertionError("a test that starts a process needs the marker `process` (see CONTRIBUTING.md)")
