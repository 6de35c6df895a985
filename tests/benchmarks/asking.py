"""Load generator: many concurrent visitors in a light process of its own, since on a machine with few cores the clients
compete with the server.

    python -m tests.benchmarks.asking < TASK.json

Visitors speak the protocol of the page by hand, each over one connection: an HTTP library would cost more than some
answers. The task and the result are JSON objects, see `Task` and `LoadResult`."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from assistant.ui.conversation import FAILURE
from tests.processes import ROOT

VISIT_QUESTIONS = 5  # before a new visit begins
_MAX_ANSWER = 1 << 26  # bytes
_TIMEOUT_S = 60.0
_FAILURE = FAILURE.partition(" et ")[0].encode()  # shown by our page instead of an answer
_END = b"0\r\n\r\n"  # of a chunked body, which has no empty line before


@dataclass(frozen=True, slots=True)
class Task:
    """A load on the server at `address`: so many `users` ask `questions`, each waiting for an answer before the next
    question, and are measured for `seconds` after `warm` seconds. `beside` holds the other inputs that the page sends
    with a question."""

    address: str
    questions: Sequence[str]
    users: int
    seconds: float
    beside: Sequence[object] = ()
    warm: float = 2.0


@dataclass(slots=True)
class LoadResult:
    """Times of the answers to questions asked during the measurement (`seconds`), number of answers received in that
    time (`came`), and failures, one line each."""

    seconds: list[float] = field(default_factory=list)
    came: int = 0
    failed: list[str] = field(default_factory=list)

    def figures(self, task: Task) -> dict[str, float]:
        """Return the figures to compare. Raises `ValueError` when there is no answer."""
        if not self.seconds:
            raise ValueError(f"no answer: {self.failed[:1]}")
        p50, p95 = np.percentile(self.seconds, (50, 95)).tolist()
        return {
            "answers_per_s": round(self.came / task.seconds, 1),
            "p50_s": round(p50, 3),
            "p95_s": round(p95, 3),
            "failed": len(self.failed),
        }


def ask_in_subprocess(task: Task) -> LoadResult:
    """Run a task in its own process."""
    command = [sys.executable, "-m", "tests.benchmarks.asking"]
    done = subprocess.run(command, input=json.dumps(asdict(task)), capture_output=True, text=True, cwd=ROOT, check=True)
    return LoadResult(**json.loads(done.stdout))


async def ask_once(address: str, question: str, beside: Sequence[object] = ()) -> None:
    """Ask a running server a single question and read its whole answer. Raises `ValueError` when it is not a complete
    answer."""
    line = await PageConnection.open(address)
    error = answer_error(await line.ask(question, beside, f"visit{time.monotonic_ns()}"))
    await line.close()
    if error:
        raise ValueError(error)


async def ask_concurrently(task: Task) -> LoadResult:
    """Run a task in this process."""
    result = LoadResult()
    began = time.monotonic() + task.warm
    async with asyncio.TaskGroup() as group:
        for number in range(task.users):
            group.create_task(_visit_until_end(task, number, began, result))
    return result


async def _visit_until_end(task: Task, number: int, began: float, result: LoadResult) -> None:
    """Ask questions until the end of the task; visitors begin at different questions."""
    first = number * len(task.questions) // task.users
    questions = (task.questions[(first + n) % len(task.questions)] for n in range(1_000_000))
    until = began + task.seconds
    try:
        async with asyncio.timeout(until - time.monotonic() + _TIMEOUT_S):
            for count, question in enumerate(questions):
                visit = f"visitor{number}-{count // VISIT_QUESTIONS}-{began}"
                if not count % VISIT_QUESTIONS:
                    line = await PageConnection.open(task.address)
                sent = time.monotonic()
                error = answer_error(await line.ask(question, task.beside, visit))
                now = time.monotonic()
                if error:
                    result.failed.append(f"{question}: {error}")
                elif began <= sent:  # a late answer counts too, and is the slowest
                    result.seconds.append(now - sent)
                result.came += not error and began <= now < until
                if not (count + 1) % VISIT_QUESTIONS or now >= until:
                    await line.close()
                if now >= until:
                    return
    except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError) as error:
        result.failed.append(repr(error))


def answer_error(answer: bytes) -> str:
    """Return the fault of the answer to a question; empty for a complete answer."""
    if _FAILURE in answer:
        return f"failed: {answer[-300:]!r}"
    ends = [event for event in events(answer) if event["msg"] == "process_completed"]
    if len(ends) != 1:
        return f"no end: {answer[-300:]!r}"
    return "" if ends[0]["success"] and ends[0]["output"]["data"] else f"failed: {ends[0]}"


def events(body: bytes) -> Iterator[dict[str, Any]]:
    """Yield the events of a server's stream, received in chunks."""
    text = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        text, body = text + body[:length], body[length + 2 :]
    yield from (json.loads(line[5:]) for line in text.split(b"\n") if line.startswith(b"data:"))


class PageConnection:
    """Connection to a server, over which the requests of a page are sent in sequence."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader, self._writer = reader, writer
        self._host = f"Host: {host}\r\n".encode()

    @classmethod
    async def open(cls, address: str) -> PageConnection:
        """Connect to an address such as `http://127.0.0.1:7860/`."""
        parts = urlsplit(address)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=_MAX_ANSWER)
        return cls(reader, writer, parts.netloc)

    async def ask(self, question: str, beside: Sequence[object], visit: str) -> bytes:
        """Return the whole answer to a question of a visit, in chunks. Raises `ValueError` when the request is
        refused."""
        event = json.dumps({"data": [question, *beside], "fn_index": 0, "session_hash": visit}).encode()
        length = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(event)
        self._writer.write(b"POST /gradio_api/queue/join HTTP/1.1\r\n" + self._host + length + event)
        head = await self._head()
        await self._reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
        stream = f"GET /gradio_api/queue/data?session_hash={visit} HTTP/1.1\r\n".encode()
        self._writer.write(stream + self._host + b"\r\n")
        await self._head()
        return await self._reader.readuntil(_END)

    async def _head(self) -> bytes:
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        if b" 200 " not in head[:20]:
            raise ValueError(f"refused: {head[:100]!r}")
        return head

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        await self._writer.wait_closed()


def main() -> None:
    """Read a task, run it, print its result."""
    task = Task(**json.load(sys.stdin))
    json.dump(asdict(asyncio.run(ask_concurrently(task))), sys.stdout)


if __name__ == "__main__":
    main()
