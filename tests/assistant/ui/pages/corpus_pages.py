"""Serve the corpus page behind its gate, for tests."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.addresses import CORPUS, TEAM
from assistant.people.accounts import Accounts, Sessions
from assistant.ui import identity
from assistant.ui.gate import Gate, TeamAccess
from assistant.ui.pages.corpus import page as corpus
from tests.assistant.corpus.conftest import Place
from tests.assistant.corpus.conftest import make_place as make_place
from tests.assistant.corpus.conftest import place as place

BASE = f"{TEAM}{CORPUS}"
SERRE = "transcripts/serre.md"
SCRIPT = "<script>alert(1)</script>"


def served(place: Place) -> tuple[FastAPI, str]:
    """Return the application, and the session cookie of an account of the team."""
    app = FastAPI()
    sessions = Sessions(Accounts(place.data), b"x" * 32)
    app.include_router(corpus.routes(place.manager, "Étude"))
    app.add_middleware(Gate, access=TeamAccess(sessions), public=frozenset[int](), team=frozenset[int]())
    Accounts(place.data).add("ada", "une phrase de passe")
    return app, str(sessions.begin("ada", "une phrase de passe"))


@pytest.fixture
def client(place: Place) -> Iterator[TestClient]:
    app, cookie = served(place)
    with TestClient(app, cookies={identity.COOKIE: cookie}, follow_redirects=False) as client:
        yield client


def text_of(client: TestClient, path: str = "") -> str:
    answer = client.get(f"{BASE}{path}")
    assert answer.status_code == 200, answer.status_code
    return answer.text


def send(client: TestClient, **files: str | bytes) -> str:
    """Send files and return the page that follows. `a__txt` stands for « a.txt »."""
    sent = [("files", (name.replace("__", "."), content)) for name, content in files.items()]
    answer = client.post(f"{BASE}/depot", files=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE}/depot")
    return text_of(client, "/depot")


def fields(text: str) -> dict[str, str]:
    """Return the fields that the form of a file would send unchanged."""
    inputs = re.findall(r'<input(?![^>]*checkbox)[^>]* name="([^"]+)" value="([^"]*)"', text)
    values = {name: html.unescape(value) for name, value in inputs}
    for name, inside in re.findall(r'<select id="[^"]+" name="([^"]+)"[^>]*>(.*?)</select>', text):
        values[name] = html.unescape((re.findall(r'<option value="([^"]*)" selected', inside) or [""])[0])
    for name, value in re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)" checked', text):
        values[name] = value
    return {name: value for name, value in values.items() if name == "entry" or "." in name}
