"""Tests of the redirection after the login: it leads to the address requested before, and never to another site."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from assistant.addresses import LOGIN, TEAM
from assistant.ui.links import after_login, login_address


@pytest.mark.parametrize(
    "path, query, then",
    [
        ("/equipe/recherche", "q=b%C3%A9n%C3%A9voles&site=", "/equipe/recherche?q=b%C3%A9n%C3%A9voles&site="),
        ("/equipe/source/a b", "", "/equipe/source/a%20b"),
        ("/equipe/lexique", "mot=CA", "/equipe/lexique?mot=CA"),
    ],
)
def test_the_login_leads_to_the_address_requested_before(path: str, query: str, then: str) -> None:
    form = urlsplit(login_address(path, query))
    assert form.path == LOGIN
    assert after_login(parse_qs(form.query)["vers"][0]) == then


@pytest.mark.parametrize("path", [TEAM, f"{TEAM}/"])
def test_the_page_of_the_team_is_the_default_target(path: str) -> None:
    assert login_address(path, "") == LOGIN


@pytest.mark.parametrize(
    "target",
    [
        *(
            "",
            "/",
            "//ailleurs.example/",
            "https://ailleurs.example/equipe/",
            "/equipe",
            "/connexion",
            "javascript:alert(1)",
        ),
        *("/equipe//../..\\x", "/equipe/\r\nlocation: x", "/equipe/é", "/equipe/" + "a" * 3000, "\\\\ailleurs/equipe/"),
    ],
)
def test_any_other_target_leads_to_the_page_of_the_team(target: str) -> None:
    assert after_login(target) == f"{TEAM}/"
