"""Fixtures shared by all tests: the data beside the project, the model, and small indexes of invented texts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.settings import IndexSettings

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
