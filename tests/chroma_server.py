"""Chroma servers for tests: a real one in a separate process, and a fake one that answers given bytes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from index.settings import ChromaServer
from tests.http_server import QuietHandler, listening
from tests.processes import free_port

_PROGRAM = Path(sys.executable).parent / "chroma"
_PATIENCE_S = 60.0


@dataclass
class ChromaProcess:
    """A server over a folder, which may be killed and started again at the same address."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> ChromaServer:
        """Return the settings that reach the server."""
        return ChromaServer(url=f"http://127.0.0.1:{self.port}")

    def start(self) -> None:
        """Start the server, and wait until it listens."""
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
        """Kill the server with SIGKILL, if it runs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def chroma_server(folder: Path) -> Iterator[ChromaProcess]:
    """Yield a server over a new folder."""
    folder.mkdir(parents=True)
    server = ChromaProcess(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass
class FakeChroma:
    """A server that answers every request with the same bytes, which are no answer of a Chroma server."""

    url: str
    headers: list[dict[str, str]] = field(default_factory=list)
    """Headers of each request so far."""


@contextmanager
def fake_chroma(answer: bytes = b"rien", seconds_per_byte: float = 0.0) -> Iterator[FakeChroma]:
    """Yield a server that answers `answer`, at once or byte by byte."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            server.headers.append(dict(self.headers))
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if not seconds_per_byte:
                self.wfile.write(answer)
                return
            with suppress(OSError):  # the client disconnects
                for byte in answer:
                    self.wfile.write(bytes([byte]))
                    time.sleep(seconds_per_byte)

        do_POST = do_GET

    with listening(Handler) as url:
        server = FakeChroma(url)
        yield server
