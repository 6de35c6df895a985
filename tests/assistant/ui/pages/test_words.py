"""The lexicon as a page: searched, explained, and where each word stands for whoever reads."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.types import Term
from assistant.ui.pages import words
from index.types import Passage, Scope
from tests.index.builders import passage, source

TERMS = (
    Term("SCIC", "Société où décident ensemble ceux qui y travaillent.", ("scic",), ("coopérative",), "la charte"),
    Term("Bêche <b>", "Outil & pelle.", everyday="une pelle", study="le travail à la main"),
)
PLACE = passage("La SCIC <i>est</i> née " + "longtemps " * 60, source("d1", title="La charte"), 7)


def standing(term: Term, scope: Scope) -> list[Passage]:
    return [PLACE] if term.word == "SCIC" and scope is Scope.TEAM else []


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.include_router(words.routes(TERMS, standing, "Étude"))
    return TestClient(app)


def told(client: TestClient, path: str) -> str:
    return client.get(path).text.split("<body>")[1]


def test_every_word_is_explained_and_nothing_is_run(client: TestClient) -> None:
    text = told(client, "/lexique")
    assert "2 mots" in text and "<b>" not in text and "Bêche &lt;b&gt;" in text and "Outil &amp; pelle." in text
    assert "On dit aussi\u00a0: coopérative" in text and "D’après\u00a0: la charte" in text
    assert "Dans la vie courante\u00a0: une pelle" in text and "Dans l’étude\u00a0: le travail à la main" in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [("scic", ["SCIC"]), ("COOPERAT", ["SCIC"]), ("pelle", ["Bêche &lt;b&gt;"]), ("decident", ["SCIC"]), ("zzz", [])],
)
def test_a_search_reads_all_that_is_written_of_a_word(asked: str, found: list[str], client: TestClient) -> None:
    text = told(client, f"/lexique?q={asked}")
    assert re.findall(r"<dt>(.*?)</dt>", text) == found
    assert found or "Aucun mot ne correspond" in text


def test_what_is_searched_is_shown_and_never_run(client: TestClient) -> None:
    text = told(client, "/lexique?q=%22%3E%3Cscript%3E")
    assert "<script" not in text and 'value="&quot;&gt;&lt;script&gt;"' in text


def test_where_a_word_stands_is_told_in_the_scope_of_the_address(client: TestClient) -> None:
    assert "Dans aucun des textes que vous pouvez lire." in told(client, "/lexique?mot=SCIC")
    text = told(client, "/equipe/lexique?mot=SCIC")
    assert 'href="/equipe/source/d1?p=7#p-7"' in text and "La SCIC &lt;i&gt;est&lt;/i&gt; née" in text
    assert "…" in text


def test_a_word_that_is_not_there_is_told(client: TestClient) -> None:
    answer = client.get("/lexique?mot=<script>")
    assert answer.status_code == 404 and "<script>" not in answer.text.split("<body>")[1]
    assert "n’est pas dans le lexique" in answer.text


def test_a_study_without_a_lexicon_says_so() -> None:
    app = FastAPI()
    app.include_router(words.routes((), standing, "Étude"))
    assert "L’équipe n’a pas encore écrit de lexique." in told(TestClient(app), "/lexique")
