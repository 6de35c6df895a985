"""Tests of the accessibility statement: it is public, has the sections that the RGAA requires, and claims no audit."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from assistant.addresses import LEGAL, STATEMENT
from assistant.ui.pages import statement
from assistant.ui.pages.templates import macros


@pytest.mark.parametrize("root", ["", "/etudes"])
def test_the_statement_has_every_section_and_escapes_the_title(root: str) -> None:
    app = FastAPI()
    app.include_router(statement.routes("Étude <b>1</b> {x}"))
    answer = TestClient(app, root_path=root).get(STATEMENT)
    html = LexborHTMLParser(answer.text)
    assert answer.status_code == 200 and html.css("b") == []
    assert [heading.text() for heading in html.css("h1")] == ["Déclaration d’accessibilité"]
    headings = [heading.text() for heading in html.css("h2")]
    for start in ("État de conformité", "Un défaut vous gêne", "Si l’équipe ne répond pas"):
        assert any(heading.startswith(start) for heading in headings), start
    text = html.css("main")[0].text()
    assert "n’a pas encore été audité" in text and "non conforme" in text and "Défenseur des droits" in text
    assert f"{root}{LEGAL}" in [anchor.attributes.get("href") for anchor in html.css("a")]
    assert html.css("script, img, iframe, link[rel=stylesheet]") == []


def test_the_link_gives_the_state_of_conformity() -> None:
    link = macros("macros/links.html").link(f"/etudes{STATEMENT}", statement.NAME)
    assert link == '<a href="/etudes/accessibilite">Accessibilité\u00a0: non conforme</a>'
