"""A withdrawal killed at any moment: either it had not begun, or the next run finishes it, and no byte is left.

SIGKILL at each step and at random instants: a few in the lane `test`, REPEATS with the slow lane. Texts are
invented."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest

from index.indexing.build import build
from index.privacy.withdrawals import FILE
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.types import Scope
from tests.doubles import fake_workspace
from tests.forked import ForkedProgram
from tests.index.disclosure.withdrawal_run import STEPS
from tests.lanes import REPEATS, first_of

pytestmark = pytest.mark.process

GONE = "transcripts/entretien-3.txt"
SECRET = ("fenugrec", "brouettes")


def write(corpus: Path) -> None:
    """Write twelve interviews, one of which is to be withdrawn."""
    (corpus / "transcripts").mkdir(parents=True)
    for number in range(12):
        turns = []
        for season in range(40):
            more = " avec du fenugrec et des brouettes" if number == 3 else ""
            turns.append(f"Enquêtrice : Et la saison {season}, à la parcelle {number} ?\n")
            turns.append(
                f"Enquêtée {number} : J’ai semé {season * number} rangs derrière la haie{more}, le jour {season}.\n"
            )
        (corpus / "transcripts" / f"entretien-{number}.txt").write_text("\n".join(turns), encoding="utf-8")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("retrait")
    write(folder / "corpus")
    index(folder)
    assert held(folder), "the search of bytes sees what is there"
    return folder


@pytest.fixture
def here(scene: Path, tmp_path: Path) -> Path:
    shutil.copytree(scene / "data", tmp_path / "data")
    shutil.copytree(scene / "corpus", tmp_path / "corpus")
    index(tmp_path)  # the corpus has moved: the next run is not what is tested
    return tmp_path


def index(folder: Path) -> None:
    settings = IndexSettings(data_dir=folder / "data", find_names=False)
    build(folder / "corpus", fake_workspace(settings), confirmed=True)


def held(folder: Path) -> list[Path]:
    """Return the files of the data folder that hold words to be withdrawn."""
    files = [path for path in (folder / "data").rglob("*") if path.is_file()]
    return [path for path in files if any(word.encode() in path.read_bytes() for word in SECRET)]


def withdraw_and_kill(folder: Path, at: str = "", after: float = 0.0) -> None:
    places = (str(folder / "data"), str(folder / "corpus"))
    process = ForkedProgram("tests.index.disclosure.withdrawal_run", *places, GONE)
    come = any(line.strip() == (at or "begin") for line in process.stdout)
    if come:
        time.sleep(after)
    process.kill()
    _, err = process.communicate()
    assert come and err == "", f"the withdrawal never came so far: {err}"


def assert_ended(folder: Path) -> None:
    begun = (folder / "data" / FILE).exists() or (folder / "corpus" / FILE).exists()
    index(folder)
    catalog = Catalog.open(folder / "data")
    paths = [source.path for source in catalog.sources(Scope.TEAM)]
    catalog.close()
    assert (GONE in paths) is not begun
    assert len(paths) == (11 if begun else 12)
    assert bool(held(folder)) is not begun, held(folder)
    assert not list((folder / "data").glob(".*")) or not begun


@pytest.mark.parametrize("step", STEPS)
def test_a_withdrawal_killed_at_a_step_is_finished_by_the_next_run(step: str, here: Path) -> None:
    withdraw_and_kill(here, at=step)
    if step != "begin":
        assert (here / "data" / FILE).exists()
    assert_ended(here)


@pytest.mark.parametrize("seed", first_of(range(REPEATS), 2))
def test_a_withdrawal_killed_at_an_instant_is_finished_by_the_next_run(seed: int, here: Path) -> None:
    withdraw_and_kill(here, after=random.Random(seed).uniform(0, 0.6))
    assert_ended(here)
