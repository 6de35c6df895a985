"""Tests of the running server against an anonymous visitor who probes every address for team-only content."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import httpx
import pytest

from assistant.understand.lexicon import Lexicon
from index.store.catalog import Catalog
from index.types import Scope
from tests.assistant.questions import QUESTIONS
from tests.conftest import JARDINS
from tests.server_probe import Running, ask, assert_nothing_hidden, filled, knock, routes, running_in

pytestmark = pytest.mark.process

METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, jardins_data: Path, models_dir: Path) -> Iterator[Running]:
    with running_in(tmp_path_factory.mktemp("probed"), jardins_data, models_dir) as server:
        yield server


def test_no_address_gives_team_content_to_an_anonymous_visitor(running: Running) -> None:
    addresses = sorted({address for path in routes() for address in filled(path)} | {"/", "/equipe/", "/connexion"})
    assert any("queue" in address for address in addresses) and any("upload" in address for address in addresses)
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


def test_no_page_of_a_source_or_a_word_gives_team_content(running: Running) -> None:
    catalog = Catalog.open(running.folder / "data")
    hidden = [source for source in catalog.sources(Scope.TEAM) if source.visibility == "team"]
    seen = catalog.sources(Scope.PUBLIC)
    catalog.close()
    assert hidden and seen
    with httpx.Client(base_url=running.address, timeout=10) as client:
        for source in hidden:
            for asked in ("", "/son", "?cite=0.0.5&n=1", "?p=2", "/", "/../"):
                assert knock(client, "GET", f"/source/{source.id}{asked}").status_code == 404
                assert knock(client, "GET", f"/equipe/source/{source.id}{asked}").status_code in (303, 401, 404)
        for source in seen:
            assert knock(client, "GET", f"/source/{source.id}").status_code == 200
        for word in Lexicon.read(JARDINS / "lexique.toml").terms:
            assert knock(client, "GET", f"/lexique?mot={word.word}").status_code == 200
            assert knock(client, "GET", f"/lexique?q={word.word}").status_code == 200
        assert knock(client, "GET", "/equipe/lexique").status_code == 303


def test_only_the_addresses_of_the_page_answer(running: Running) -> None:
    with httpx.Client(base_url=running.address, timeout=5) as client:
        for path in ("/config", "/gradio_api/info", "/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/docs"):
            assert knock(client, "GET", path).status_code == 404, path
            assert knock(client, "POST", path).status_code == 404, path


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_on_the_public_page_gives_team_content(question: str, running: Running) -> None:
    with httpx.Client(base_url=running.address, timeout=30) as client:
        response = ask(client, question)
    assert "process_completed" in response
    assert_nothing_hidden(response, question)


@pytest.mark.parametrize("number", [-1, 2, 5, 50, "1", None, {"a": 1}, 10**30])
def test_no_event_of_the_queue_gives_team_content(number: object, running: Running) -> None:
    body = {"data": ["Quelle est la réserve ?", ["team"], "team"], "fn_index": number, "session_hash": "probe"}
    for path, sent in (
        ("queue/join", {"json": body}),
        ("queue/join", {"content": b"{"}),
        ("run/predict", {"json": body}),
    ):
        with httpx.Client(base_url=running.address, timeout=10) as client:  # an error closes the connection
            knock(client, "POST", f"/gradio_api/{path}", **sent)
