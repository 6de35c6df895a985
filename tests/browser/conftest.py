"""Fixtures of the browser tests: Chromium, and the invented corpus served with one account."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from assistant.people.accounts import Accounts
from tests.browser.chromium import NAME, PASSWORD, browsing, find_chromium
from tests.browser.stub_server import Garden, garden
from tests.forked import serving_fork
from tests.processes import environment


@pytest.fixture(scope="session")
def gardens_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the invented corpus is indexed for the browser; its data folder is `data`."""
    return tmp_path_factory.mktemp("gardens")


@pytest.fixture(scope="package")
def gardens(gardens_folder: Path, jardins_data: Path, models_dir: Path) -> Iterator[str]:
    """Yield the address of the pages of the invented corpus, where `NAME` has an account. No test changes its index."""
    find_chromium()
    folder = gardens_folder
    shutil.copytree(jardins_data, folder / "data")
    Accounts(folder / "data").add(NAME, PASSWORD)
    env = environment(folder / "reached.log", ASSISTANT_MODELS=str(models_dir))
    with serving_fork("assistant", "serve", "--port", "0", "--data-dir", folder / "data", env=env) as found:
        yield found
    assert not (folder / "reached.log").exists(), (folder / "reached.log").read_text()


@pytest.fixture(scope="package")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Garden]:
    """Yield a served copy of the invented corpus, with a fake embedder, for tests that change data."""
    find_chromium()
    with garden(tmp_path_factory.mktemp("changing")) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium."""
    with browsing() as launched:
        yield launched


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that a test measured."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "figures":
                terminalreporter.write_line(f"{report.nodeid}: {value}")
