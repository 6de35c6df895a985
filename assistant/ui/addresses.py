"""The addresses of what is served, and where a citation stands in its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from starlette.requests import Request

from assistant.types import Citation
from index.types import Passage

TEAM, LOGIN, LOGOUT = "/equipe", "/connexion", "/deconnexion"
SOURCE, WORDS = "/source/", "/lexique"
LEGAL, HEALTH, STATEMENT = "/mentions", "/healthz", "/accessibilite"
RESEARCH, CORPUS, FEEDBACK, QUALITY = "/recherche", "/corpus", "/retours", "/qualite"
TEAM_PAGES = (RESEARCH, CORPUS, FEEDBACK, QUALITY)
"""The researchers' pages, which stand below `TEAM` only; each has what lies below it."""
UPLOAD = f"{CORPUS}/depot"
"""Where files are sent, which alone may be large."""
DESCRIBED = f"{CORPUS}/ajouter"
"""Where all that is said of these files is sent, which may be longer than a question."""
MOST_CITED = 60  # that an address tells
_LONGEST_ASKED = 2000  # characters of what is asked before the door


class CitedSpan(NamedTuple):
    """What of a passage, by its order, is cited: offsets in its text."""

    order: int
    start: int
    end: int


def root_of(request: Request) -> str:
    """The sub-path below which all pages are served, empty at the root of a site."""
    return str(request.scope["root_path"])


def team(request: Request, address: str = "") -> str:
    """An address of the team, as a browser asks for it."""
    return f"{root_of(request)}{TEAM}{address}"


def of_source(source_id: str, base: str) -> str:
    """Where a source is read; `base` begins the addresses of a page: everyone's, or the team's."""
    return f"{base}{SOURCE}{quote(source_id, safe='')}"


def of_passage(passage: Passage, base: str) -> str:
    """Where a passage stands in its source."""
    return f"{of_source(passage.source.id, base)}?p={passage.order}#p-{passage.order}"


def of_citation(citation: Citation, citations: Sequence[Citation], base: str) -> str:
    """Where a citation stands in its source, with the others of the same source."""
    source = citation.source.id
    alike = [one for one in citations if one.source.id == source]
    cited = sorted({_cited(one) for one in alike})[:MOST_CITED]
    at = cited.index(_cited(citation)) + 1 if _cited(citation) in cited else 1
    return f"{of_source(source, base)}?{citation_query(cited, at)}#cite-{at}"


def citation_query(cited: Sequence[CitedSpan], number: int, **more: int) -> str:
    """The part of an address that says what is cited, and at which of it, from 1, to begin."""
    said: dict[str, str | int] = {}
    if cited:
        said = {"cite": "_".join(f"{one.order}.{one.start}.{one.end}" for one in cited), "n": number}
    return urlencode({**said, **more})


def back_from_login(path: str, query: str) -> str:
    """The form of the team's door, which leads on to what was asked: an address below `TEAM`, and its query."""
    asked = f"{quote(path)}{'?' if query else ''}{query}"
    return LOGIN if path.rstrip("/") == TEAM and not query else f"{LOGIN}?{urlencode({'vers': asked})}"


def after_login(asked: str) -> str:
    """What was asked before the door, where it is an address of the team's and no other's; else the team's page."""
    allowed = re.fullmatch(rf"{TEAM}/[\w.~%!$&'()*+,;=:@/?-]*", asked, re.ASCII)
    return asked if allowed and len(asked) <= _LONGEST_ASKED else f"{TEAM}/"


def _cited(citation: Citation) -> CitedSpan:
    return CitedSpan(citation.passage.order, citation.unit.start, citation.unit.end)
