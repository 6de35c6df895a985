"""Serve a copy of the invented corpus with a fake embedder, which starts fast, for tests that change the corpus."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.people.accounts import Accounts
from tests.browser.chromium import NAME, PASSWORD
from tests.conftest import JARDINS
from tests.forked import serving_fork
from tests.processes import ROOT, environment


@dataclass(frozen=True)
class Garden:
    """A copy of the invented corpus, its data folder and the address of its pages, where `NAME` has an account."""

    address: str
    folder: Path

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def index(self) -> None:
        """Update the index."""
        _run(self.folder, "index", str(self.corpus), "--yes")


@contextmanager
def garden(folder: Path) -> Iterator[Garden]:
    """Yield the invented corpus, copied to a folder, indexed and served."""
    shutil.copytree(JARDINS, folder / "corpus")
    _run(folder, "index", str(folder / "corpus"))
    Accounts(folder / "data").add(NAME, PASSWORD)
    options = ("serve", "--port", "0", "--data-dir", folder / "data")
    with serving_fork("tests.stub_cli", *options, env=environment(folder / "reached.log")) as address:
        yield Garden(address, folder)
    assert not (folder / "reached.log").exists(), (folder / "reached.log").read_text()


def _run(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "tests.stub_cli", *arguments, "--data-dir", str(folder / "data")]
    done = subprocess.run(
        command, env=environment(folder / "reached.log"), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
