"""Running the program as its user does: in a process of its own, without network."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUARD = Path(__file__).resolve().parent / "network_guard"
_READY = re.compile(r"(http://\S+)")


def apart(kind: str, probe: str = "true") -> list[str]:
    """The command that runs another in a namespace of its own (`kind` is an option of unshare), where the shell command
    `probe` succeeds. In CI there must be one; elsewhere what needs it is skipped."""
    for command in (["unshare", kind], ["unshare", "--map-root-user", kind]):
        if subprocess.run([*command, "sh", "-c", probe], capture_output=True, check=False).returncode == 0:
            return command
    if os.environ.get("CI"):
        pytest.fail(f"unshare {kind} is not allowed")
    pytest.skip(f"unshare {kind} is not allowed")


def free_port() -> int:
    """Return a port of this machine that no program listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(log: Path, **more: str) -> dict[str, str]:
    """The environment of a program under test: what it tries to reach off this machine is refused and written to
    `log`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ASSISTANT_")}
    if "ASSISTANT_MODELS" in os.environ:
        kept["ASSISTANT_MODELS"] = os.environ["ASSISTANT_MODELS"]
    return {**kept, "PYTHONPATH": str(GUARD), "NETWORK_GUARD_LOG": str(log), **more}


def assistant(
    *arguments: str | Path, env: Mapping[str, str], prefix: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run `assistant` with these arguments to its end."""
    command = [*prefix, sys.executable, "-m", "assistant", *map(str, arguments)]
    return subprocess.run(command, env=dict(env), cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)


@contextmanager
def running(
    *arguments: str | Path, env: Mapping[str, str], program: str = "assistant"
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `assistant`, or another program, with these arguments beside the caller; wait for its end on leaving, and
    kill it on an error."""
    command = [sys.executable, "-m", program, *map(str, arguments)]
    process = subprocess.Popen(command, env=dict(env), cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield process
        process.wait(timeout=240)
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Served:
    """A server that is ready: the page's address, and the process that serves it."""

    address: str
    pid: int


@contextmanager
def serving(command: Sequence[str], env: Mapping[str, str]) -> Iterator[str]:
    """Run a command that serves the page, and give the page's address once it says that it is ready."""
    with served(command, env) as server:
        yield server.address


@contextmanager
def served(command: Sequence[str], env: Mapping[str, str], log: Path | None = None) -> Iterator[Served]:
    """As `serving`, with its process. Its errors go to `log`, where there is one: a server that tells much would wait
    for ever for somebody to read them."""
    with open(os.devnull if log is None else log, "a", encoding="utf-8") as output:
        process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if log is None else output,
            text=True,
            start_new_session=True,
        )
    try:
        assert process.stdout is not None
        yield Served(ready_address(process.stdout), process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def ready_address(output: Iterable[str]) -> str:
    """Return the address that a server prints once it is ready."""
    seen = []
    for line in output:
        seen.append(line)
        found = _READY.search(line)
        if found:
            return found[1]
    raise AssertionError("the page was never ready:\n" + "".join(seen))
