"""Servers, and programs that are killed, started as forks of a process that has imported what they need: a start takes
a moment, in place of the seconds that the imports take. `multiprocessing`'s fork server makes the forks."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from tests.processes import GUARD, ROOT, Served, ready_address

PRELOADED = [
    "chromadb",
    "index.indexing.llama_index_adapters",
    "index.disclosure.withdraw",
    "assistant.cli.main",
    "assistant.cli.commands.index",
    "assistant.cli.commands.serve",
    "assistant.ui.server",
    "tests.doubles",
]
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(PRELOADED)


class ForkedProgram:
    """A module that runs as `python -m MODULE …` would, in a fork and a session of its own. The methods are those of
    `subprocess.Popen`; its output is text, UTF-8. With `errors_in_output`, it writes errors to its output too."""

    def __init__(
        self, module: str, *arguments: str, env: Mapping[str, str] = os.environ, errors_in_output: bool = False
    ) -> None:
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        ends: tuple[Any, Any] = (DupFd(out_end), DupFd(out_end if errors_in_output else err_end))
        self._process = ForkServerProcess(target=_run, args=(ends, module, arguments, dict(env)))
        self._process.start()
        os.close(out_end)
        os.close(err_end)
        self.stdout, self._stderr = os.fdopen(out, encoding="utf-8"), os.fdopen(err, encoding="utf-8")

    @property
    def pid(self) -> int:
        """Identifier of its process, and of the group of processes that it begins."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Exit status, `None` while it runs; negative for a signal."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return the exit status, `None` while it runs."""
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float = 240) -> tuple[str, str]:
        """Wait for the end; return what it wrote since it was last read. Raises `subprocess.TimeoutExpired`."""
        until = time.monotonic() + timeout
        read: dict[str, str] = {}
        streams = {"out": self.stdout, "err": self._stderr}
        readers = [
            threading.Thread(target=lambda name=name, stream=stream: read.update({name: stream.read()}), daemon=True)
            for name, stream in streams.items()
            if not stream.closed
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(max(0.0, until - time.monotonic()))
        self._process.join(max(0.0, until - time.monotonic()))
        if self.returncode is None or any(reader.is_alive() for reader in readers):
            raise subprocess.TimeoutExpired("fork", timeout)
        self.stdout.close()
        self._stderr.close()
        return read.get("out", ""), read.get("err", "")


def _run(ends: tuple[Any, Any], module: str, arguments: tuple[str, ...], env: dict[str, str]) -> None:
    """Run a module in this fork, with the output, environment, folder and network guard of a program under test."""
    os.setsid()
    for number, end in enumerate(ends, start=1):
        os.dup2(end.detach(), number)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    if "NETWORK_GUARD_LOG" in env:
        runpy.run_path(str(GUARD / "sitecustomize.py"))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def run_fork(module: str, *arguments: str, env: Mapping[str, str]) -> str:
    """Run a module in a fork to its end, which must be a success; return its output."""
    program = ForkedProgram(module, *arguments, env=env)
    out, err = program.communicate()
    assert program.returncode == 0, err
    return out


@contextmanager
def served_fork(module: str, *arguments: str | Path, env: Mapping[str, str]) -> Iterator[Served]:
    """Run a module that serves pages, in a fork, until the end of the block; give it once it says that it is ready."""
    server = ForkedProgram(module, *map(str, arguments), env=env, errors_in_output=True)
    try:
        yield Served(ready_address(server.stdout), server.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        try:
            server.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.communicate(timeout=20)


@contextmanager
def serving_fork(module: str, *arguments: str | Path, env: Mapping[str, str]) -> Iterator[str]:
    """Run a module that serves pages, in a fork, until the end of the block; give its address."""
    with served_fork(module, *arguments, env=env) as server:
        yield server.address


@contextmanager
def behind_proxy(upstream: str, prefix: str, *arguments: str, env: Mapping[str, str]) -> Iterator[str]:
    """Yield the address, without a final slash, of the pages served at `upstream` as a reverse proxy gives them below
    `prefix`; `arguments` are the others of `tests.assistant.ui.reverse_proxy`."""
    with serving_fork("tests.assistant.ui.reverse_proxy", upstream, prefix, *arguments, env=env) as url:
        yield f"{url.rstrip('/')}{prefix}"
