"""Locks between processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import IndexBusy
from index.store import lock
from tests.conftest import ROOT

pytestmark = pytest.mark.process

HOLD = """
import sys; from pathlib import Path
from index.store import lock
with getattr(lock, sys.argv[1])(Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.readline()
"""
TRY = """
import sys; from pathlib import Path
from index.errors import IndexBusy
from index.store import lock
try:
    with lock.only_run(Path(sys.argv[1])): print("free")
except IndexBusy: print("busy")
"""


@contextmanager
def another_process_holds(kind: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, kind, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_run_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "index.lock"
    with another_process_holds("only_run", path):
        with pytest.raises(IndexBusy, match="autre indexation") as refused, lock.only_run(path):
            pytest.fail("the lock was given twice")
        assert "\n" not in str(refused.value)


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    path = tmp_path / "index.lock"
    with another_process_holds("only_run", path) as process:
        process.kill()
        process.wait()
        entered = False
        with lock.only_run(path):
            entered = True
    assert entered


def test_other_processes_are_refused_while_we_run_and_not_after(tmp_path: Path) -> None:
    path = tmp_path / "index.lock"
    command = [sys.executable, "-c", TRY, str(path)]
    with lock.only_run(path):
        held = subprocess.check_output(command, cwd=ROOT, text=True)
    after = subprocess.check_output(command, cwd=ROOT, text=True)
    assert (held, after) == ("busy\n", "free\n")


def test_a_failed_run_releases_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "index.lock"
    with pytest.raises(ZeroDivisionError), lock.only_run(path):
        raise ZeroDivisionError
    with lock.only_run(path):
        assert path.exists()


def test_a_second_run_in_another_thread_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.lock"
    results: list[str] = []

    def second() -> None:
        try:
            with lock.only_run(path):
                results.append("free")
        except IndexBusy:
            results.append("busy")

    with lock.only_run(path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert results == ["busy"]


def test_readers_hold_the_lock_together(tmp_path: Path) -> None:
    path = tmp_path / "vectors.lock"
    with another_process_holds("shared", path), lock.shared(path):
        with pytest.raises(IndexBusy), lock.only_run(path):
            pytest.fail("a writer came in among readers")


def test_a_writer_waits_for_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "vectors.lock"
    order: list[str] = []

    def write() -> None:
        with lock.exclusive(path):
            order.append("write")

    thread = threading.Thread(target=write)
    with lock.shared(path):
        thread.start()
        thread.join(timeout=0.3)
        order.append("read")
    thread.join()
    assert order == ["read", "write"]
