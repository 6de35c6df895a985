"""The accessibility statement: everyone reads it, it says what the RGAA asks for, and claims no audit."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from assistant.addresses import LEGAL, STATEMENT
from assistant.ui.pages import statement
from assistant.ui.pages.templates import macros


@pytest.mark.parametrize("root", ["", "/etudes"])
def test_the_statement_is_whole_and_escapes_the_title_of_the_study(root: str) -> None:
    app = FastAPI()
    app.include_router(statement.routes("Étude <b>1</b> {x}"))
    answer = TestClient(app, root_path=root).get(STATEMENT)
    html = LexborHTMLParser(answer.text)
    assert answer.status_code == 200 and html.css("b") == []
    assert [one.text() for one in html.css("h1")] == ["Déclaration d’accessibilité"]
    headings = [one.text() for one in html.css("h2")]
    for wanted in ("État de conformité", "Un défaut vous gêne", "Si l’équipe ne répond pas"):
        assert any(heading.startswith(wanted) for heading in headings), wanted
    text = html.css("main")[0].text()
    assert "n’a pas encore été audité" in text and "non conforme" in text and "Défenseur des droits" in text
    assert f"{root}{LEGAL}" in [one.attributes.get("href") for one in html.css("a")]
    assert html.css("script, img, iframe, link[rel=stylesheet]") == []


def test_the_link_says_the_state_as_the_law_asks() -> None:
    link = macros("macros/links.html").link(f"/etudes{STATEMENT}", statement.NAME)
    assert link == '<a href="/etudes/accessibilite">Accessibilité\u00a0: non conforme</a>'
