"""Many who ask at once, in one light process of their own: on a machine of few cores, who asks takes from who answers.

    python -m tests.benchmarks.asking < TASK.json

They speak the protocol of the page by hand, each over one connection: an HTTP library costs more than some answers do.
The task and what came of it are JSON objects, see `Task` and `Heard`."""

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

A_VISIT = 5  # questions, after which a visitor is another
_LARGEST = 1 << 26  # bytes of one answer
_PATIENCE_S = 60.0
_FAILURE = FAILURE.partition(" et ")[0].encode()  # which our page says in the place of an answer
_END = b"0\r\n\r\n"  # of a body in chunks, whose lines are never empty inside


@dataclass(frozen=True, slots=True)
class Task:
    """Whom to ask (`address`), and what: so many `users` ask `questions` for `seconds`, each its answer before the
    next, and are listened to after `warm` seconds. `beside` is what the page sends beside a question."""

    address: str
    questions: Sequence[str]
    users: int
    seconds: float
    beside: Sequence[object] = ()
    warm: float = 2.0


@dataclass(slots=True)
class Heard:
    """The seconds that answers took to what was asked while it was listened, how many came in that time, and what went
    wrong, a line a case."""

    seconds: list[float] = field(default_factory=list)
    came: int = 0
    failed: list[str] = field(default_factory=list)

    def figures(self, task: Task) -> dict[str, float]:
        """To compare. Raises `ValueError` when there is nothing."""
        if not self.seconds:
            raise ValueError(f"no answer: {self.failed[:1]}")
        p50, p95 = np.percentile(self.seconds, (50, 95)).tolist()
        return {
            "answers_per_s": round(self.came / task.seconds, 1),
            "p50_s": round(p50, 3),
            "p95_s": round(p95, 3),
            "failed": len(self.failed),
        }


def heard_by_many(task: Task) -> Heard:
    """What a process of its own hears."""
    command = [sys.executable, "-m", "tests.benchmarks.asking"]
    done = subprocess.run(command, input=json.dumps(asdict(task)), capture_output=True, text=True, cwd=ROOT, check=True)
    return Heard(**json.loads(done.stdout))


async def one(address: str, question: str, beside: Sequence[object] = ()) -> None:
    """Ask one question of a server that listens, and hear its whole answer. Raises `ValueError` when it is none."""
    line = await Line.open(address)
    error = wrong(await line.ask(question, beside, f"visit{time.monotonic_ns()}"))
    await line.close()
    if error:
        raise ValueError(error)


async def many(task: Task) -> Heard:
    """What so many hear, in this process."""
    heard = Heard()
    began = time.monotonic() + task.warm
    async with asyncio.TaskGroup() as group:
        for number in range(task.users):
            group.create_task(_stay(task, number, began, heard))
    return heard


async def _stay(task: Task, number: int, began: float, heard: Heard) -> None:
    """One who asks until it is over; those who ask begin at different questions."""
    first = number * len(task.questions) // task.users
    questions = (task.questions[(first + n) % len(task.questions)] for n in range(1_000_000))
    until = began + task.seconds
    try:
        async with asyncio.timeout(until - time.monotonic() + _PATIENCE_S):
            for asked, question in enumerate(questions):
                visit = f"visitor{number}-{asked // A_VISIT}-{began}"
                if not asked % A_VISIT:
                    line = await Line.open(task.address)
                sent = time.monotonic()
                error = wrong(await line.ask(question, task.beside, visit))
                now = time.monotonic()
                if error:
                    heard.failed.append(f"{question}: {error}")
                elif began <= sent:  # one that comes late is an answer too, and the longest
                    heard.seconds.append(now - sent)
                heard.came += not error and began <= now < until
                if not (asked + 1) % A_VISIT or now >= until:
                    await line.close()
                if now >= until:
                    return
    except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError) as error:
        heard.failed.append(repr(error))


def wrong(said: bytes) -> str:
    """What is wrong with all that was said to a question; empty when it is a whole answer."""
    if _FAILURE in said:
        return f"failed: {said[-300:]!r}"
    ends = [event for event in events(said) if event["msg"] == "process_completed"]
    if len(ends) != 1:
        return f"no end: {said[-300:]!r}"
    return "" if ends[0]["success"] and ends[0]["output"]["data"] else f"failed: {ends[0]}"


def events(said: bytes) -> Iterator[dict[str, Any]]:
    """The events of a stream of a server, as it came in chunks."""
    text = b""
    while said:
        size, _, said = said.partition(b"\r\n")
        length = int(size, 16)
        text, said = text + said[:length], said[length + 2 :]
    yield from (json.loads(line[5:]) for line in text.split(b"\n") if line.startswith(b"data:"))


class Line:
    """A connection to a server, over which a page's requests go one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader, self._writer = reader, writer
        self._host = f"Host: {host}\r\n".encode()

    @classmethod
    async def open(cls, address: str) -> Line:
        """A connection to an address such as `http://127.0.0.1:7860/`."""
        parts = urlsplit(address)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=_LARGEST)
        return cls(reader, writer, parts.netloc)

    async def ask(self, question: str, beside: Sequence[object], visit: str) -> bytes:
        """All that is said to a question in a visit, in chunks. Raises `ValueError` when it is refused."""
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
        """Let go of it."""
        self._writer.close()
        await self._writer.wait_closed()


def main() -> None:
    """Read a task, ask, tell."""
    task = Task(**json.load(sys.stdin))
    json.dump(asdict(asyncio.run(many(task))), sys.stdout)


if __name__ == "__main__":
    main()
