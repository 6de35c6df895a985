"""A fake server of a language model, over HTTP on loopback, which follows a script and records its requests."""

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
    """The behaviour of the server at each request: the status, then the raw `chunks` of the body (or those that `reply`
    makes of the prompt), then the end, or with `stalls` silence until the test is over. `location` redirects; `cut`
    announces a longer body than it sends. `asked` and `headers` record the bodies and headers of requests; `left` is
    set when the client disconnects from a stalled answer."""

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
        """Return the prompt of the last request."""
        return str(self.asked[-1]["messages"][-1]["content"])


def event(text: str) -> bytes:
    """Return a piece of text as a server-sent event."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()


DONE = b"data: [DONE]\n\n"


def says(*pieces: str) -> list[bytes]:
    """Return the body of an answer in these pieces."""
    return [*map(event, pieces), DONE]


def number_of(fragment: str, prompt: str) -> str:
    """Return the number, in square brackets, that a prompt gives to the passage that holds `fragment`."""
    found = re.search(rf"^(\[\d+\]).*{re.escape(fragment)}", prompt, re.MULTILINE)
    assert found, prompt
    return found[1]


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """Yield the base address of a server that follows the script."""

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            script.headers.append({name.lower(): value for name, value in self.headers.items()})
            script.asked.append(json.loads(body))
            self.send_response(script.status)
            self.send_header("content-type", script.kind)
            if script.location:
                self.send_header("location", script.location)
            if script.cut:  # announces a longer body than it sends
                self.send_header("content-length", str(sum(map(len, script.chunks)) + 100))
            self.end_headers()
            for chunk in script.reply(script.prompt) if script.reply else script.chunks:
                self.wfile.write(chunk)
                self.wfile.flush()
            if script.stalls:
                self._wait()

        def _wait(self) -> None:
            """Wait until the test is over or the client disconnects."""
            until = time.monotonic() + 60
            heard = select.poll()  # `select` fails for file descriptors above 1,024
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
