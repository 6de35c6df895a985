"""Ctrl-C, sent to a real process: it stops at once, says on one line what is kept, and the next run goes on from there.
What the texts say is invented."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.embedding.batches import _BATCHES_AHEAD
from index.indexing.build import build
from index.settings import IndexSettings
from index.store.catalog import Catalog
from tests.assistant.slow_program import BATCH, BEGUN, WAITING
from tests.doubles import fake_workspace
from tests.forked import ForkedProgram
from tests.index.builders import write
from tests.index.indexing.test_killed import State, state, write_corpus
from tests.lanes import REPEATS, first_of
from tests.processes import ROOT, environment

pytestmark = pytest.mark.process

TO_EMBED = 15  # files of the second version that are new or changed, of thirty passages each
AHEAD = BATCH * _BATCHES_AHEAD  # texts that are computed beside what is staged
BEFORE, AFTER = "répond comme avant", "répond d'après lui"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, State, State]:
    """A folder with the corpus at its second version and the index of its first, and the states of both indexes."""
    folder = tmp_path_factory.mktemp("interrupted")
    write_corpus(folder / "first", 1)
    write_corpus(folder / "corpus", 2)
    build(folder / "first", fake_workspace(IndexSettings(data_dir=folder / "before")))
    shutil.copytree(folder / "before", folder / "after")
    build(folder / "corpus", fake_workspace(IndexSettings(data_dir=folder / "after")), confirmed=True)
    return folder, state(folder / "before"), state(folder / "after")


class Run:
    """An indexing in a process of its own."""

    def __init__(self, corpus: Path, data: Path, *options: str, **settings: str) -> None:
        self.log = data.parent / "told.txt"
        self.log.write_text("", encoding="utf-8")
        env = environment(data.parent / "reached.log", TOLD=str(self.log), GROUP_CHARS="100", **settings)
        arguments = ("index", str(corpus), "--data-dir", str(data), "--yes", *options)
        self.process = ForkedProgram("tests.assistant.slow_program", *arguments, env=env)

    def log_lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()

    def embedded(self) -> list[str]:
        return [line for line in self.log_lines() if line.startswith("embedded ")]

    def wait_for(self, line: str) -> None:
        """Wait until it logs a line."""
        until = time.monotonic() + 100
        while line not in self.log_lines():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < until, f"it never logged {line}"
            time.sleep(0.01)

    def interrupt(self, times: int = 1) -> None:
        for _ in range(times):
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGINT)
            time.sleep(0.02)

    def end(self) -> tuple[int, str, str]:
        """Its exit status and what it wrote."""
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode is not None
        return self.process.returncode, out, err


@contextmanager
def started(*arguments: Path | str, **settings: str) -> Iterator[Run]:
    corpus, data, *options = arguments
    run = Run(Path(corpus), Path(data), *map(str, options), **settings)
    try:
        yield run
    finally:
        run.process.kill()
        run.process.communicate()


def finished(scene: tuple[Path, State, State], data: Path) -> list[str]:
    """Run again to the end; return the texts that were embedded then."""
    folder, _, after = scene
    with started(folder / "corpus", data) as run:
        assert run.end()[0] == 0
        assert state(data) == after
        return run.embedded()


@pytest.mark.parametrize("times", first_of([1, 3], 1))
@pytest.mark.parametrize(
    ("step", "kept", "prepared"),
    [
        ("begin", BEFORE, 0),
        ("Lecture des fichiers 3", BEFORE, 0),
        ("Préparation du modèle 1", BEFORE, 0),
        ("Indexation 6", BEFORE, 6),
        ("swallowed", BEFORE, 0),
        ("Enregistrement 0", BEFORE, TO_EMBED + 1),
        ("commit", BEFORE, TO_EMBED + 1),
        ("Enregistrement 1", AFTER, 0),
        ("Chroma", AFTER, 0),
        ("Copie des vecteurs 480", AFTER, 0),
        ("end", AFTER, 0),
    ],
)
def test_an_interrupted_run_says_what_is_kept_and_the_next_resumes_from_it(
    scene: tuple[Path, State, State], tmp_path: Path, step: str, kept: str, prepared: int, times: int
) -> None:
    folder, before, after = scene
    data = tmp_path / "data"
    shutil.copytree(folder / "before", data)
    with started(folder / "corpus", data, WAIT_AT=step) as run:
        run.wait_for(WAITING)
        run.interrupt(times)
        status, out, err = run.end()
        first = run.embedded()
    assert (status, out) == (130, "")
    assert err.startswith("Interrompu. ") and err.count("\n") == 1 and kept in err, err
    assert state(data) == (before if kept == BEFORE else after)
    ready = re.search(r"(\d+) fichiers? déjà prêts?", err)
    assert (int(ready[1]) if ready else 0) == prepared
    again = finished(scene, data)
    if prepared and step != "swallowed":
        assert len(set(first).intersection(again)) <= AHEAD, "what was kept was embedded again"
    assert len(again) == 30 * (max(0, TO_EMBED - prepared) if kept == BEFORE else 0)


def test_a_first_indexing_that_is_stopped_says_that_there_is_no_index_yet(
    scene: tuple[Path, State, State], tmp_path: Path
) -> None:
    with started(scene[0] / "corpus", tmp_path / "data", WAIT_AT="Indexation 4") as run:
        run.wait_for(WAITING)
        run.interrupt()
        status, _, err = run.end()
    assert status == 130
    assert err.startswith("Interrompu. Il n'y a pas encore d'index\u00a0; 4 fichiers déjà prêts sont gardés.")


@pytest.mark.parametrize("seed", first_of(range(REPEATS), 1))
def test_a_run_can_be_interrupted_at_any_instant(scene: tuple[Path, State, State], tmp_path: Path, seed: int) -> None:
    folder, before, after = scene
    data = tmp_path / "data"
    shutil.copytree(folder / "before", data)
    with started(folder / "corpus", data, SECONDS_A_PASSAGE="0.002") as run:
        run.wait_for(BEGUN)  # before that it is the test that is loaded
        time.sleep(random.Random(seed).uniform(0.1, 3.4))
        run.interrupt(2)
        status, _, err = run.end()
    assert "Traceback" not in err and (status, err.count("\n")) in ((130, 1), (0, 0)), err
    catalog = Catalog.open(data)
    prepared = catalog.staged_count()
    catalog.close()
    assert state(data) in (before, after)
    again = finished(scene, data)
    assert not again or len(again) <= 30 * (TO_EMBED - max(0, prepared))


def test_following_a_folder_ends_with_ctrl_c(scene: tuple[Path, State, State], tmp_path: Path) -> None:
    with started(scene[0] / "corpus", tmp_path / "data", "--watch") as run:
        for line in run.process.stdout:
            if " passages dans l'index" in line:
                break
        time.sleep(0.3)
        run.interrupt(2)
        status, out, err = run.end()
    assert (status, out) == (0, "")
    assert err == "Suivi arrêté. L'index garde tout ce qui a été enregistré.\n"


def test_following_a_folder_is_stopped_in_the_middle_of_a_run(scene: tuple[Path, State, State], tmp_path: Path) -> None:
    with started(scene[0] / "corpus", tmp_path / "data", "--watch", WAIT_AT="Indexation 4") as run:
        run.wait_for(WAITING)
        run.interrupt(2)
        status, out, err = run.end()
    assert (status, out) == (130, "")
    assert err.startswith("Interrompu. ") and err.count("\n") == 1 and "4 fichiers déjà prêts" in err


def test_the_program_itself_stops_while_it_loads_its_model(tmp_path: Path, models_dir: Path) -> None:
    corpus = write(tmp_path / "corpus", {"documents/a.md": "Les bénévoles sèment."})
    command = [sys.executable, "-m", "assistant", "index", str(corpus), "--data-dir", str(tmp_path / "data")]
    env = environment(tmp_path / "reached.log", ASSISTANT_MODELS=str(models_dir))
    process = subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while "libtorch" not in Path(f"/proc/{process.pid}/maps").read_text():
        assert process.poll() is None
        time.sleep(0.01)
    for _ in range(3):
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.05)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.startswith("Interrompu. ") and err.count("\n") == 1, err
