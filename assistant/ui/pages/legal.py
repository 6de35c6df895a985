"""The legal notice: what the team wrote in `mentions.md`, on a plain page that anyone may read. Without that file the
page says so. Its Markdown is read without HTML, and what comes of it is cleaned all the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape

import nh3
from fastapi import APIRouter, Request
from markdown_it import MarkdownIt
from starlette.responses import Response

from assistant.ui.addresses import LEGAL, root_of
from assistant.ui.pages import plain

NAME = "Mentions légales et vie privée"
MISSING = """<p>L’équipe de cette étude n’a pas encore écrit ses mentions légales. Cette page ne peut donc dire ni qui
est responsable de ce service, ni à qui s’adresser pour vos données.</p>
<p>Si quelqu’un de l’équipe vous a donné cette adresse, posez-lui la question.</p>
<p>Pour l’équipe\u00a0: ce texte s’écrit dans <code>mentions.md</code>, à la racine du corpus.</p>"""
UNFINISHED = (
    """<p class="notice">L’équipe n’a pas fini d’écrire cette page\u00a0: ce qui est surligné reste à compléter.</p>"""
)
_BLANK = re.compile(r"\[À compléter[^\]<]*\]")
_TAGS = set(
    "h1 h2 h3 h4 h5 h6 p ul ol li a strong em s code pre blockquote hr br table thead tbody tr th td".split()
)  # no image: nothing is fetched


def link(root_path: str, more: str = "") -> str:
    """A link to the notice, with more attributes."""
    return f'<a href="{escape(root_path)}{LEGAL}"{more}>{NAME}</a>'


def routes(read: Callable[[], str], title: str) -> APIRouter:
    """One address. `read` gives the Markdown as it is now, empty where there is none."""
    router = APIRouter()

    @router.get(LEGAL)
    def show(request: Request) -> Response:
        return page(read(), title, root_of(request))

    return router


def page(written: str, title: str, root_path: str = "") -> Response:
    """The page of a notice, Markdown."""
    study = f'<p class="study">{escape(title)}</p>'
    back = f'<p class="links"><a href="{escape(root_path)}/">Revenir à l’assistant</a></p>'
    body = "\n".join((study, _rendered(written), back))
    return plain.page(f"{NAME} — {title}", body, root_path, kind="text")


@lru_cache(maxsize=2)
def _rendered(text: str) -> str:
    """Safe HTML under one heading, what is left to fill in marked."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
    )
    marked, blanks = _BLANK.subn(lambda blank: f"<mark>{blank[0]}</mark>", clean.strip())
    own = re.match(r"<h1>.*?</h1>", marked, re.DOTALL)
    heading, rest = (own[0], marked[own.end() :]) if own else (f"<h1>{NAME}</h1>", marked)
    return f"{heading}\n{UNFINISHED if blanks else ''}{rest or MISSING}"
