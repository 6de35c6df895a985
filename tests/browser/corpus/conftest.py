"""Serve the invented corpus, which tests may change."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from assistant.people.accounts import Accounts
from index.indexing.build import build
from index.settings import IndexSettings
from tests.browser.axe import looking
from tests.browser.chromium import NAME, PASSWORD, enter, find_chromium
from tests.browser.corpus.study import Study
from tests.conftest import JARDINS
from tests.doubles import fake_workspace
from tests.processes import environment, serving


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    find_chromium()
    folder = tmp_path_factory.mktemp("corpus")
    root, data, hold = folder / "corpus", folder / "data", folder / "hold"
    shutil.copytree(JARDINS, root)
    env = environment(
        folder / "reached.log", ASSISTANT_CORPUS=str(root), ASSISTANT_FIND_NAMES="non", WAIT_WHILE=str(hold)
    )
    # Drops the rights of root over closed folders, where the tests run as root.
    without_root = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    command = [*(without_root if os.geteuid() == 0 else []), sys.executable, "-m", "tests.stub_cli"]
    build(root, fake_workspace(IndexSettings(data_dir=data, find_names=False)))
    Accounts(data).add(NAME, PASSWORD)
    with serving([*command, "serve", "--port", "0", "--data-dir", str(data)], env) as address:
        yield Study(address, root, data, folder / "sent", hold)
    assert not (folder / "reached.log").exists()


@pytest.fixture
def page(browser: Browser, study: Study) -> Iterator[Page]:
    """Open a page of an account of the team; fail the test on an error of its script or on a dialog."""
    with looking(browser) as opened:
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on("dialog", lambda dialog: errors.append(dialog.message))
        enter(opened, study.address)
        opened.goto(study.corpus)
        yield opened
        assert errors == []
