"""Links to what is served: to a source, to a passage, to a citation where it stands, and to what was asked for before
the team's login."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from starlette.requests import Request

from assistant.addresses import LOGIN, SOURCE, TEAM
from assistant.types import Citation
from index.types import Passage

MOST_CITED = 60  # citations that an address holds
_LONGEST_TARGET = 2000  # characters of an address asked for before the login


class CitedSpan(NamedTuple):
    """The cited part of a passage, which `order` names: offsets in its text, in characters."""

    order: int
    start: int
    end: int


def root_of(request: Request) -> str:
    """Return the sub-path below which all pages are served, empty at the root of a site."""
    return str(request.scope["root_path"])


def team(request: Request, address: str = "") -> str:
    """Return an address of the team, as a browser asks for it."""
    return f"{root_of(request)}{TEAM}{address}"


def of_source(source_id: str, base: str) -> str:
    """Return the address of a source; `base` begins the addresses of a page: everyone's, or the team's."""
    return f"{base}{SOURCE}{quote(source_id, safe='')}"


def of_passage(passage: Passage, base: str) -> str:
    """Return the address of a passage in its source."""
    return f"{of_source(passage.source.id, base)}?p={passage.order}#p-{passage.order}"


def of_citation(citation: Citation, citations: Sequence[Citation], base: str) -> str:
    """Return the address of a citation in its source, which marks the other citations of the same source too."""
    source = citation.source.id
    spans = sorted({_span(other) for other in citations if other.source.id == source})[:MOST_CITED]
    number = spans.index(_span(citation)) + 1 if _span(citation) in spans else 1
    return f"{of_source(source, base)}?{citation_query(spans, number)}#cite-{number}"


def citation_query(spans: Sequence[CitedSpan], number: int, **more: int) -> str:
    """Return the query of an address that marks cited spans and opens at the span of this number, from 1."""
    query: dict[str, str | int] = {}
    if spans:
        query = {"cite": "_".join(f"{span.order}.{span.start}.{span.end}" for span in spans), "n": number}
    return urlencode({**query, **more})


def login_address(path: str, query: str) -> str:
    """Return the address of the login form, which leads on to an address below `TEAM` and its query."""
    target = f"{quote(path)}{'?' if query else ''}{query}"
    return LOGIN if path.rstrip("/") == TEAM and not query else f"{LOGIN}?{urlencode({'vers': target})}"


def after_login(target: str) -> str:
    """Return the address that was asked for before the login where it is the team's, else the team's page: no other
    site can be reached through the form."""
    allowed = re.fullmatch(rf"{TEAM}/[\w.~%!$&'()*+,;=:@/?-]*", target, re.ASCII)
    return target if allowed and len(target) <= _LONGEST_TARGET else f"{TEAM}/"


def _span(citation: Citation) -> CitedSpan:
    return CitedSpan(citation.passage.order, citation.unit.start, citation.unit.end)
