"""What is asked before the team's door is found again behind it, and no address of another site ever is."""

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
def test_what_was_asked_is_found_again(path: str, query: str, then: str) -> None:
    form = urlsplit(login_address(path, query))
    assert form.path == LOGIN
    assert after_login(parse_qs(form.query)["vers"][0]) == then


@pytest.mark.parametrize("path", [TEAM, f"{TEAM}/"])
def test_the_team_s_page_itself_needs_no_saying(path: str) -> None:
    assert login_address(path, "") == LOGIN


@pytest.mark.parametrize(
    "asked",
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
def test_anything_else_leads_to_the_team_s_page(asked: str) -> None:
    assert after_login(asked) == f"{TEAM}/"
