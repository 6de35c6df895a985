"""Probe the addresses of a running server over the invented corpus, whose hidden texts hold marked words that no
response, header, error or log may contain."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx

from assistant.people.accounts import Accounts
from index.language.french import fold
from tests.assistant.questions import SECRET
from tests.processes import ROOT, environment, served

HIDDEN = (SECRET, "7 777 euros")
PASSWORD = "une phrase de passe"
_SESSIONS = count()
# Values of the parameters of an address.
FILLED = ("catalog.db", "../data/catalog.db", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "1", "%00", "session", "é" * 50)
# The real server, with the logs of every library written to a file.
LOGGED = """
import logging, sys
from assistant.cli.main import main
logging.basicConfig(filename=sys.argv[1], level=logging.DEBUG)
sys.exit(main(["serve", "--port", "0", "--data-dir", sys.argv[2]]))
"""


@dataclass(frozen=True)
class Running:
    """A served corpus, and the folder of its data and of the files that its server writes."""

    address: str
    folder: Path

    @property
    def log(self) -> str:
        """Return the log of the server so far."""
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def running_in(folder: Path, jardins_data: Path, models_dir: Path) -> Iterator[Running]:
    """Yield the invented corpus, of the index `jardins_data`, served in a folder; check at the end that the log holds
    no hidden word."""
    shutil.copytree(jardins_data, folder / "data")
    Accounts(folder / "data").add("ada", PASSWORD)
    env = environment(folder / "reached.log", ASSISTANT_MODELS=str(models_dir))
    log = folder / "server.log"
    with served([sys.executable, "-c", LOGGED, str(log), str(folder / "data")], env, log) as server:
        running = Running(server.address.rstrip("/"), folder)
        yield running
    assert not (folder / "reached.log").exists(), (folder / "reached.log").read_text()
    assert_nothing_hidden(running.log, "the server's own log")


def assert_nothing_hidden(text: str, where: object) -> None:
    output = fold(text)
    assert not [word for word in HIDDEN if fold(word) in output], where


def knock(client: httpx.Client, method: str, url: str, **more: object) -> httpx.Response:
    """Send a request and check that its response holds no hidden word. Of a stream, only the beginning is read."""
    with client.stream(method, url, **more) as answer:  # type: ignore[arg-type]
        body = b""
        try:
            for piece in answer.iter_bytes():
                body += piece
                if "event-stream" in answer.headers.get("content-type", "") or len(body) > 5_000_000:
                    break
        except httpx.ReadTimeout:
            pass  # a stream without an event for this session
    assert_nothing_hidden(body.decode("utf-8", "replace") + str(answer.headers), (method, url))
    return answer


def routes() -> list[str]:
    """Return every address of the server, those of Gradio included, whether or not the gate serves it."""
    listed = subprocess.run(
        [sys.executable, "-m", "tests.listed_routes"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    found: list[str] = json.loads(listed.stdout.splitlines()[-1])
    return found


def filled(path: str) -> list[str]:
    """Return an address with each value in place of its parameters."""
    if "{" not in path:
        return [path]
    parts = path.split("{")
    return [parts[0] + "".join(item + rest.split("}", 1)[1] for rest in parts[1:]) for item in FILLED]


def ask(client: httpx.Client, question: str, prefix: str = "", session: str = "") -> str:
    """Ask a question on the page of this prefix; return the events of the answer. Without a session, it is asked in a
    new one: a conversation repeats its questions."""
    session = session or f"session{next(_SESSIONS)}"
    body = {"data": [question, None, True], "fn_index": 0, "session_hash": session}
    client.post(f"{prefix}/gradio_api/queue/join", json=body).raise_for_status()
    heard = []
    with client.stream("GET", f"{prefix}/gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            heard.append(line)
            if line.startswith("data:") and json.loads(line[5:]).get("msg") in ("process_completed", "close_stream"):
                break
    return "\n".join(heard)
