"""A Chroma server of this machine, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.settings import ChromaServer

_PROGRAM = Path(sys.executable).parent / "chroma"
_PATIENCE_S = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class ChromaProcess:
    """A server over a folder, which may be killed and started again at the same address."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> ChromaServer:
        """How it is reached."""
        return ChromaServer(url=f"http://127.0.0.1:{self.port}")

    def start(self) -> None:
        """Start it, and wait until it listens."""
        command = [str(_PROGRAM), "run", "--host", "127.0.0.1", "--port", str(self.port), "--path", str(self.folder)]
        env = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
        self.process = subprocess.Popen(
            command, env=env, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1.0).close()
                return
            except OSError:
                assert self.process.poll() is None and time.monotonic() < until, "the server never listened"
                time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL it, if it runs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def chroma_server(folder: Path) -> Iterator[ChromaProcess]:
    """A server over a new folder."""
    folder.mkdir(parents=True)
    server = ChromaProcess(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.kill()
