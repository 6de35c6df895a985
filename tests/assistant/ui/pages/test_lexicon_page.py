"""The pages of the lexicon: search, definitions, and the passages of each word in the scope of the reader."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.types import Term
from assistant.ui.pages import lexicon_page
from index.types import Passage, Scope
from tests.index.builders import passage, source

TERMS = (
    Term("SCIC", "Société où décident ensemble ceux qui y travaillent.", ("scic",), ("coopérative",), "la charte"),
    Term("Bêche <b>", "Outil & pelle.", everyday="une pelle", study="le travail à la main"),
)
PLACE = passage("La SCIC <i>est</i> née " + "longtemps " * 60, source("d1", title="La charte"), 7)


def find_passages(term: Term, scope: Scope) -> list[Passage]:
    return [PLACE] if term.word == "SCIC" and scope is Scope.TEAM else []


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.include_router(lexicon_page.routes(lexicon_page.LexiconServices(TERMS, find_passages), "Étude"))
    return TestClient(app)


def body(client: TestClient, path: str) -> str:
    """Return the body of a page, quotation marks escaped as `&quot;`."""
    return client.get(path).text.split("<body>")[1].replace("&#34;", "&quot;")


def test_every_word_is_defined_and_escaped(client: TestClient) -> None:
    text = body(client, "/lexique")
    assert "2 mots" in text and "<b>" not in text and "Bêche &lt;b&gt;" in text and "Outil &amp; pelle." in text
    assert "On dit aussi\u00a0: coopérative" in text and "D’après\u00a0: la charte" in text
    assert "Dans la vie courante\u00a0: une pelle" in text and "Dans l’étude\u00a0: le travail à la main" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [("scic", ["SCIC"]), ("COOPERAT", ["SCIC"]), ("pelle", ["Bêche &lt;b&gt;"]), ("decident", ["SCIC"]), ("zzz", [])],
)
def test_a_search_covers_words_and_definitions(query: str, found: list[str], client: TestClient) -> None:
    text = body(client, f"/lexique?q={query}")
    assert re.findall(r"<dt>(.*?)</dt>", text) == found
    assert found or "Aucun mot ne correspond" in text


def test_a_query_is_escaped(client: TestClient) -> None:
    text = body(client, "/lexique?q=%22%3E%3Cscript%3E")
    assert "<script" not in text and 'value="&quot;&gt;&lt;script&gt;"' in text


def test_passages_of_a_word_are_those_of_the_scope_of_the_address(client: TestClient) -> None:
    assert "Dans aucun des textes que vous pouvez lire." in body(client, "/lexique?mot=SCIC")
    text = body(client, "/equipe/lexique?mot=SCIC")
    assert 'href="/equipe/source/d1?p=7#p-7"' in text and "La SCIC &lt;i&gt;est&lt;/i&gt; née" in text
    assert "…" in text


def test_an_unknown_word_is_reported(client: TestClient) -> None:
    answer = client.get("/lexique?mot=<script>")
    assert answer.status_code == 404 and "<script>" not in answer.text.split("<body>")[1]
    assert "n’est pas dans le lexique" in answer.text


def test_a_study_without_a_lexicon_is_reported() -> None:
    app = FastAPI()
    app.include_router(lexicon_page.routes(lexicon_page.LexiconServices((), find_passages), "Étude"))
    assert "L’équipe n’a pas encore écrit de lexique." in body(TestClient(app), "/lexique")
