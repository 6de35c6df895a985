"""A language model's server that says what a test scripts, over HTTP on loopback, and remembers what it was asked."""

from __future__ import annotations

import json
import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.http_server import QuietHandler, listening


@dataclass
class Script:
    """What the server does at each request: the status, then the raw `chunks` of the body (or what `reply` makes of the
    prompt), then it ends, or it `stalls` until the test is over; `location` sends elsewhere. `asked` holds the bodies
    and headers that came, `left` that
    a stalled answer was given up by whoever asked."""

    chunks: Sequence[bytes] = ()
    status: int = 200
    kind: str = "text/event-stream"
    reply: Callable[[str], Sequence[bytes]] | None = None
    stalls: bool = False
    location: str = ""
    cut: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def prompt(self) -> str:
        """The last prompt that came, `left` that
        a stalled answer was given up by whoever asked."""
        return str(self.asked[-1]["messages"][-1]["content"])


def event(text: str) -> bytes:
    """A piece of text as such a server sends it."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()


DONE = b"data: [DONE]\n\n"


def says(*pieces: str) -> list[bytes]:
    """The body of an answer in these pieces."""
    return [*map(event, pieces), DONE]


def number_of(fragment: str, prompt: str) -> str:
    """The number, in square brackets, that a prompt gives to the passage that holds `fragment`."""
    found = re.search(rf"^(\[\d+\]).*{re.escape(fragment)}", prompt, re.MULTILINE)
    assert found, prompt
    return found[1]


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """The base address of a server that follows the script."""

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            script.headers.append({name.lower(): value for name, value in self.headers.items()})
            script.asked.append(json.loads(body))
            self.send_response(script.status)
            self.send_header("content-type", script.kind)
            if script.location:
                self.send_header("location", script.location)
            if script.cut:  # says that more will come than does
                self.send_header("content-length", str(sum(map(len, script.chunks)) + 100))
            self.end_headers()
            for chunk in script.reply(script.prompt) if script.reply else script.chunks:
                self.wfile.write(chunk)
                self.wfile.flush()
            if script.stalls:
                self._wait()

        def _wait(self) -> None:
            """Until the test is over, or whoever asked goes away."""
            until = time.monotonic() + 60
            heard = select.poll()  # not `select`, which knows no file beyond the 1,024th
            heard.register(self.connection, select.POLLIN)
            while time.monotonic() < until and not script.over.is_set():
                if heard.poll(50) and not self.connection.recv(1, socket.MSG_PEEK):
                    script.left.set()
                    return

    with listening(Handler) as address:
        try:
            yield f"{address}/v1"
        finally:
            script.over.set()
