"""An anonymous visitor knocks at every address of the running server, and asks for what the team alone may read. The
corpus is invented; what is hidden in it has a word of its own, which no answer, header, error or log may hold."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path

import httpx
import pytest

from assistant.people.accounts import Accounts
from index.build import build
from index.search.french import fold
from index.settings import IndexSettings
from tests.assistant.conftest import JARDINS
from tests.assistant.questions import QUESTIONS, SECRET
from tests.running import ROOT, environment, serving

HIDDEN = (SECRET, "7 777 euros")
_SESSIONS = count()
# What stands in the place of a parameter of an address.
FILLED = ("catalog.db", "../data/catalog.db", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "1", "%00", "session", "é" * 50)
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")
LISTING = """
import json, sys, tempfile
from pathlib import Path
from assistant.people.accounts import Accounts, Sessions
from assistant.ui import chat, server
from assistant.ui.gate import Door
page = lambda team: chat.build(lambda q, b, w: iter(()), lambda a: a, title="t", examples=("e",), team=team)
app = server.application(page(False), page(True), Door(Sessions(Accounts(Path(tempfile.mkdtemp())), b"x" * 32)), "t")
def walk(routes, prefix=""):
    for route in routes:
        path = prefix + (getattr(route, "path", None) or "")
        inner = getattr(getattr(route, "original_router", route), "routes", None)
        yield from walk(inner, path) if inner else [path]
print(json.dumps(sorted(set(walk(app.routes)))))
"""


@dataclass
class Running:
    """A served corpus, and all that its server wrote."""

    address: str
    folder: Path


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("probed")
    build(JARDINS, IndexSettings(data_dir=folder / "data", models_dir=models_dir))
    Accounts(folder / "data").add("ada", "une phrase de passe")
    env = environment(folder / "reached.log", ASSISTANT_MODELS=str(models_dir))
    log = (folder / "server.log").open("w", encoding="utf-8")
    command = [sys.executable, "-c", _LOGGED, str(folder / "server.log"), str(folder / "data")]
    with log, serving(command, env) as address:
        yield Running(address.rstrip("/"), folder)
    assert not (folder / "reached.log").exists(), (folder / "reached.log").read_text()
    assert_nothing_hidden((folder / "server.log").read_text(encoding="utf-8"), "the server's own log")


# The server as it is, with every log that any library writes kept in a file.
_LOGGED = """
import logging, sys
from assistant.cli import main
logging.basicConfig(filename=sys.argv[1], level=logging.DEBUG)
sys.exit(main(["serve", "--port", "0", "--data-dir", sys.argv[2]]))
"""


def assert_nothing_hidden(text: str, where: object) -> None:
    told = fold(text)
    assert not [word for word in HIDDEN if fold(word) in told], where


def knock(client: httpx.Client, method: str, url: str, **more: object) -> httpx.Response:
    """One probe: its answer is read for what is hidden, whatever its status. A stream is read for a moment only."""
    with client.stream(method, url, **more) as answer:  # type: ignore[arg-type]
        body = b""
        try:
            for piece in answer.iter_bytes():
                body += piece
                if "event-stream" in answer.headers.get("content-type", "") or len(body) > 5_000_000:
                    break
        except httpx.ReadTimeout:
            pass  # a stream that says nothing to who has asked nothing
    assert_nothing_hidden(body.decode("utf-8", "replace") + str(answer.headers), (method, url))
    return answer


def routes() -> list[str]:
    """Every address that the server has, Gradio's own included, the gate left out."""
    listed = subprocess.run([sys.executable, "-c", LISTING], capture_output=True, text=True, cwd=ROOT, check=True)
    found: list[str] = json.loads(listed.stdout.splitlines()[-1])
    return found


def filled(path: str) -> list[str]:
    """An address with each thing in the place of its parameters."""
    if "{" not in path:
        return [path]
    parts = path.split("{")
    return [parts[0] + "".join(one + rest.split("}", 1)[1] for rest in parts[1:]) for one in FILLED]


def test_no_address_gives_what_is_hidden_to_an_anonymous_visitor(running: Running) -> None:
    addresses = sorted({one for path in routes() for one in filled(path)} | {"/", "/equipe/", "/connexion"})
    assert any("queue" in one for one in addresses) and any("upload" in one for one in addresses)
    probes = 0
    with httpx.Client(base_url=running.address, timeout=2) as client:
        for path in addresses:
            for place in {"", "/equipe"} if not path.startswith("/equipe") else {""}:
                for method in METHODS[:2]:
                    answer = knock(client, method, f"{place}{path}")
                    probes += 1
                    if f"{place}{path}".startswith("/equipe"):
                        assert answer.status_code in (303, 401), (method, place, path, answer.status_code)
        for method, path in product(METHODS[2:], ("/", "/equipe/", "/gradio_api/queue/join", "/gradio_api/upload")):
            knock(client, method, path)
            probes += 1
    print(f"{probes} addresses tried")
    assert probes >= 200


def test_nothing_but_what_the_page_needs_answers_at_all(running: Running) -> None:
    with httpx.Client(base_url=running.address, timeout=5) as client:
        for path in ("/config", "/gradio_api/info", "/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/docs"):
            assert knock(client, "GET", path).status_code == 404, path
            assert knock(client, "POST", path).status_code == 404, path


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_asked_of_everyone_s_page_is_answered_with_it(question: str, running: Running) -> None:
    with httpx.Client(base_url=running.address, timeout=30) as client:
        said = ask(client, question)
    assert "process_completed" in said
    assert_nothing_hidden(said, question)


@pytest.mark.parametrize("number", [-1, 2, 5, 50, "1", None, {"a": 1}, 10**30])
def test_no_event_of_the_queue_gives_it(number: object, running: Running) -> None:
    body = {"data": ["Quelle est la réserve ?", ["team"], "team"], "fn_index": number, "session_hash": "probe"}
    for path, sent in (
        ("queue/join", {"json": body}),
        ("queue/join", {"content": b"{"}),
        ("run/predict", {"json": body}),
    ):
        with httpx.Client(base_url=running.address, timeout=10) as client:  # an error closes the connection
            knock(client, "POST", f"/gradio_api/{path}", **sent)


def ask(client: httpx.Client, question: str) -> str:
    """What everyone's page answers, as its events."""
    session = f"session{next(_SESSIONS)}"  # one of its own: a conversation repeats its questions
    body = {"data": [question, None], "fn_index": 0, "session_hash": session}
    client.post("/gradio_api/queue/join", json=body).raise_for_status()
    heard = []
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            heard.append(line)
            if line.startswith("data:") and json.loads(line[5:]).get("msg") in ("process_completed", "close_stream"):
                break
    return "\n".join(heard)
