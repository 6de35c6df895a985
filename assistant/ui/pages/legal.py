"""The legal notice: a public page that renders the Markdown of the team's file `mentions.md`, or reports that there is
none. HTML in the Markdown is not interpreted, and the rendered HTML is sanitised as well."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import nh3
from fastapi import APIRouter, Request
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.responses import Response

from assistant.addresses import LEGAL
from assistant.ui.links import root_of
from assistant.ui.pages import plain
from assistant.ui.pages.templates import render

NAME = "Mentions légales et vie privée"
_BLANK = re.compile(r"\[À compléter[^\]<]*\]")
_TAGS = set(
    "h1 h2 h3 h4 h5 h6 p ul ol li a strong em s code pre blockquote hr br table thead tbody tr th td".split()
)  # without images, so that the page fetches nothing


@dataclass(frozen=True, slots=True)
class LegalServices:
    """The service behind the page: `read` returns the current Markdown of the notice, empty when there is none."""

    read: Callable[[], str]


def routes(services: LegalServices, title: str) -> APIRouter:
    """Return the route of the notice."""
    router = APIRouter()

    @router.get(LEGAL)
    def show(request: Request) -> Response:
        return page(services.read(), title, root_of(request))

    return router


def page(markdown: str, title: str, root_path: str = "") -> Response:
    """Return the page of a notice."""
    heading, text, is_unfinished = _rendered(markdown)
    body = render(
        "legal.html",
        title=title,
        name=NAME,
        heading=heading,
        text=text,
        is_unfinished=is_unfinished,
        root=root_path,
    )
    return plain.page(f"{NAME} — {title}", body, root_path, kind="text")


@lru_cache(maxsize=2)
def _rendered(markdown: str) -> tuple[Markup, Markup, bool]:
    """Return the heading of a notice and the text below it as sanitised HTML, and whether it has blanks to fill in,
    which are marked. Both texts are empty for an empty notice."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
    )
    marked, blanks = _BLANK.subn(lambda blank: f"<mark>{blank[0]}</mark>", clean.strip())
    heading = re.match(r"<h1>.*?</h1>", marked, re.DOTALL)
    text = marked[heading.end() :] if heading else marked
    return Markup(heading[0] if heading else ""), Markup(text), bool(blanks)  # nosec B704: sanitised above
