"""Embedding over Ray, on a local cluster of two workers: the same index as a single process, each batch computed once
whatever dies, and no network access beyond this machine. The texts are invented."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
import pytest

from index.cluster.address import ClusterAddress
from index.errors import ClusterUnavailable
from index.store.catalog import Catalog
from index.types import Scope
from tests.processes import GUARD, ROOT, assistant, environment

pytestmark = pytest.mark.cluster

WORDS = "semer arroser biner tailler greffer pailler repiquer butter éclaircir récolter".split()
FILES = 20
LOOPBACK = ("127.", "::1", "::ffff:127.")
Content = tuple[list[tuple[str, str]], "np.ndarray[tuple[int, int], np.dtype[np.float32]]"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write twenty files of sixty passages of various lengths, one batch each."""
    folder = tmp_path_factory.mktemp("cluster") / "corpus"
    (folder / "documents").mkdir(parents=True)
    for number in range(FILES):
        lines = [
            f"Parcelle {number}, geste {step} : " + " ".join(WORDS[(step * k + number) % 10] for k in range(step % 23))
            for step in range(60)
        ]
        (folder / "documents" / f"parcelle-{number}.md").write_text("\n\n".join(lines), encoding="utf-8")
    return folder


@dataclass
class Run:
    """A watched run of the indexer."""

    folder: Path
    process: subprocess.Popen[str]
    family: dict[int, psutil.Process] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    """Addresses beyond this machine that any of its processes listened on or connected to."""

    @classmethod
    def begin(cls, folder: Path, corpus: Path, ray: str, **more: str) -> Run:
        folder.mkdir(exist_ok=True)
        log = folder / "log"
        given = {"CLUSTER_LOG": str(log), "CLUSTER_GROUP": "4000", "CLUSTER_PAUSE": "0.3", **more}
        env = environment(folder / "network", **given) | {"PYTHONPATH": f"{GUARD}{os.pathsep}{ROOT}"}
        command = [sys.executable, "-m", "tests.index.cluster.cluster_run", str(corpus), str(folder / "data"), ray]
        process = subprocess.Popen(
            command, env=env, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        return cls(folder, process)

    def look(self) -> None:
        """Record the running processes, and their connections."""
        try:
            found = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return
        for child in found:
            self.family[child.pid] = child
            try:
                seen = child.net_connections("inet")
            except psutil.Error:
                continue
            for end in (end for connection in seen for end in (connection.laddr, connection.raddr) if end):
                if not end.ip.startswith(LOOPBACK):
                    self.strangers.add(f"{child.pid} {end.ip}")

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for a condition while the run goes on."""
        limit = time.monotonic() + 60
        while not until():
            assert self.process.poll() is None and time.monotonic() < limit, self.end()
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """Send SIGKILL to the first of its processes whose name has this prefix."""
        self.look()
        alive = [
            child for child in self.family.values() if child.is_running() and child.status() != psutil.STATUS_ZOMBIE
        ]
        next(child for child in alive if child.name().startswith(name)).kill()

    def embedded(self) -> list[str]:
        """Return the batches that its workers finished, by digest."""
        written = lines(self.folder / "log")
        return [line[2] for line in written if line[0] == "end" and line[1] != str(self.process.pid)]

    def end(self) -> tuple[int, str, str]:
        """Wait for the end of the run and of all its processes; return its status and its output."""
        out, err = self.process.communicate(timeout=90)
        _, alive = psutil.wait_procs(list(self.family.values()), timeout=10)
        alive = [child for child in alive if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
        for child in alive:
            child.kill()
        assert self.process.returncode < 0 or not alive, alive
        left = list(Path(tempfile.gettempdir()).glob(f"assistant-ray-{self.process.pid}-*"))
        assert self.process.returncode < 0 or not left, left
        assert not self.strangers
        assert not (self.folder / "network").exists(), "something off this machine was asked for"
        return self.process.returncode, out, err


def lines(log: Path) -> list[list[str]]:
    return [line.split() for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


def content(data: Path) -> Content:
    """Return all passages of an index with their ids, and the vectors of their windows, in storage order."""
    with closing(Catalog.open(data)) as catalog:
        sources = catalog.sources(Scope.TEAM)
        passages = [
            (passage.id, passage.text)
            for source in sources
            for passage in catalog.source_passages(source.id, Scope.TEAM)
        ]
        return passages, catalog.vectors("public")[1]


@pytest.fixture(scope="module")
def alone(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Content:
    """Return the index made by a single process."""
    run = Run.begin(tmp_path_factory.mktemp("alone"), corpus, "")
    assert run.end()[0] == 0
    return content(run.folder / "data")


def test_each_batch_is_computed_once_when_workers_die(corpus: Path, alone: Content, tmp_path: Path) -> None:
    run = Run.begin(tmp_path, corpus, "local:2")
    for done in (1, 5, 9):
        run.wait(lambda done=done: len(run.embedded()) >= done)  # type: ignore[misc]
        run.kill("ray::MapWorker")
    run.wait(lambda: len(run.embedded()) >= 12)
    run.kill("ray::ReadStream")
    status, out, err = run.end()
    assert (status, out.strip(), err) == (0, f"{FILES} {60 * FILES}", "")
    found = Counter(run.embedded())
    assert len(found) == FILES and set(found.values()) == {1}, "a batch that was done is not done again"
    begun = Counter(line[2] for line in lines(run.folder / "log") if line[0] == "begin" and line[2] in found)
    assert FILES <= begun.total() <= FILES + 3, "what is done again is what a dead worker had in hand"
    passages, vectors = content(run.folder / "data")
    assert passages == alone[0]
    np.testing.assert_array_equal(vectors, alone[1])


def test_the_next_run_embeds_the_rest_when_the_driver_dies(corpus: Path, alone: Content, tmp_path: Path) -> None:
    run = Run.begin(tmp_path, corpus, "local:2")
    run.wait(lambda: len(run.embedded()) >= 8)
    run.look()
    os.kill(run.process.pid, signal.SIGKILL)
    assert run.end()[0] == -signal.SIGKILL
    with closing(Catalog.open(tmp_path / "data")) as catalog:
        assert catalog.sources(Scope.TEAM) == []
        kept = catalog.staged_count()
    assert kept >= 2
    done = len(run.embedded())
    rest = Run.begin(tmp_path, corpus, "", CLUSTER_PAUSE="0")
    assert rest.end()[:2] == (0, f"{FILES} {60 * FILES}\n")
    ends = [line for line in lines(tmp_path / "log") if line[0] == "end" and line[3] == "60"]
    assert len(ends) - done == FILES - kept, "what was staged is not computed again"
    passages, vectors = content(tmp_path / "data")
    assert passages == alone[0]
    np.testing.assert_array_equal(vectors, alone[1])


def test_a_batch_that_kills_its_workers_ends_in_a_one_line_error(corpus: Path, tmp_path: Path) -> None:
    run = Run.begin(tmp_path, corpus, "local:2", CLUSTER_PAUSE="0", CLUSTER_DEADLY="Parcelle 3, geste 7 ")
    status, out, err = run.end()
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert "s'est arrêté 4 fois de suite" in err and "est gardé" in err
    begun = [line for line in lines(tmp_path / "log") if line[0] == "begin"]
    assert max(Counter(line[2] for line in begun).values()) == 4


@pytest.mark.parametrize("address", ["corpus", "local:0", "http://192.0.2.1", "192.0.2.1", "::1:6379;"])
def test_an_invalid_address_is_refused(corpus: Path, tmp_path: Path, address: str) -> None:
    with pytest.raises(ClusterUnavailable, match="adresse d'un cluster"):
        ClusterAddress.read(address)


def test_valid_addresses_are_parsed() -> None:
    assert ClusterAddress.read("local:3") == ClusterAddress("local", 3)
    assert ClusterAddress.read("local").workers >= 1
    for name in ("auto", "192.0.2.10:6379", "[::1]:6379", "tete.exemple:6379"):
        assert ClusterAddress.read(name) == ClusterAddress(name) and not ClusterAddress.read(name).is_local


def test_the_command_line_reports_a_missing_ray_or_an_invalid_address(corpus: Path, tmp_path: Path) -> None:
    """An invalid address, or a missing Ray, is refused before anything starts."""
    (tmp_path / "ray.py").write_text("raise ModuleNotFoundError(name='ray')\n", encoding="utf-8")
    env = environment(tmp_path / "network", ASSISTANT_RAY="local:2")
    env["PYTHONPATH"] = os.pathsep.join((str(tmp_path), env["PYTHONPATH"], str(ROOT)))
    for options, message in (((), "n'est pas installé"), (("--ray", "ici"), "«\u00a0ici\u00a0» n'est pas l'adresse")):
        done = assistant("index", corpus, "--data-dir", tmp_path / "data", *options, env=env)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert message in done.stderr
        assert not (tmp_path / "data").exists()


def test_workers_with_the_real_model_build_the_same_index_as_one_process(corpus: Path, tmp_path: Path) -> None:
    small = tmp_path / "corpus" / "documents"
    small.mkdir(parents=True)
    for path in sorted((corpus / "documents").iterdir())[:3]:
        shutil.copy(path, small)
    env = environment(tmp_path / "network")
    env["PYTHONPATH"] += os.pathsep + str(ROOT)
    for name, options in (("alone", ()), ("cluster", ("--ray", "local:2"))):
        done = assistant("index", small.parent, "--data-dir", tmp_path / name, "--json", *options, env=env)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["passages"] == 180
    assert not (tmp_path / "network").exists()
    (expected, vectors), (passages, found) = content(tmp_path / "alone"), content(tmp_path / "cluster")
    assert passages == expected
    np.testing.assert_array_equal(found, vectors)
