"""The table of addresses: the gate, the navigation and the forbidden sub-paths come from it."""

from __future__ import annotations

import pytest

from assistant.addresses import TABLE, Access, Kind, find, first_segments, menu
from assistant.errors import BadRequest
from assistant.settings import checked_root_path


@pytest.mark.parametrize(
    "path, team, kind",
    [
        ("/", False, Kind.CHAT),
        ("/", True, Kind.CHAT),
        ("/lexique", False, Kind.READ),
        ("/source/abc", True, Kind.READ),
        ("/connexion", False, Kind.FORM),
        ("/corpus/depot", True, Kind.UPLOAD),
        ("/corpus/corbeille", True, Kind.FORM),
        ("/gradio_api/queue/join", False, Kind.GRADIO),
        ("/favicon.ico", False, Kind.GRADIO),
    ],
)
def test_an_address_is_found(path: str, team: bool, kind: Kind) -> None:
    address = find(path, team=team)
    assert address is not None and address.kind is kind


@pytest.mark.parametrize(
    "path, team",
    [
        ("/corpus", False),
        ("/recherche", False),
        ("/connexion", True),
        ("/healthz", True),
        ("/lexiques", False),
        ("/source", False),
        ("/config", False),
        ("/gradio_api/info", False),
        ("/gradio_api/upload", True),
        ("/corpuscule", True),
        ("", False),
    ],
)
def test_any_other_path_is_not_served(path: str, team: bool) -> None:
    assert find(path, team=team) is None


def test_the_navigation_lists_pages_that_the_team_reads() -> None:
    pages = list(menu())
    assert [name for _, name in pages] == ["Questions", "Recherche", "Corpus", "Retours", "Qualité", "Lexique"]
    assert all(find(path, team=True) is not None for path, _ in pages)


def test_no_sub_path_begins_like_an_address_at_the_root() -> None:
    at_root = {address.path.split("/")[1] for address in TABLE if address.access is not Access.TEAM} - {""}
    assert first_segments() == at_root | {"equipe"}
    for segment in first_segments():
        for path in (f"/{segment}", f"/{segment}/plus"):
            with pytest.raises(BadRequest, match="commence comme une adresse"):
                checked_root_path(path)


@pytest.mark.parametrize("path", ["", "/corpus", "/recherche", "/etudes/lexique", "/sources"])
def test_a_sub_path_that_is_no_address_at_the_root_is_accepted(path: str) -> None:
    assert checked_root_path(path) == path
