"""What the pages that are plain HTML, without Gradio, have in common: a shell, a sheet of style, and for the team a way
from each of its pages to the others. A page does all its work without a script; one that has one names it by digest,
and the browser runs no other."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from assistant.addresses import LOGOUT, TEAM, menu
from assistant.formatting import typeset
from assistant.ui.pages.templates import macros, render

FOLLOW = Path(__file__).with_name("follow.js").read_text(encoding="utf-8")
"""The script that follows what goes on, to stand before that of a page which shows it."""
UNRECORDED = (
    "Ce que vous demandez ne peut pas être noté au journal d’accès, ce qui est nécessaire\u00a0: rien n’est montré, et "
    "rien n’a changé. Prévenez la personne qui s’occupe de l’assistant."
)
_MESSAGES, _NAVIGATION = macros("macros/messages.html"), macros("macros/ways.html")
_STYLE = Path(__file__).with_name("plain.css").read_text(encoding="utf-8")


def page(
    title: str,
    body: str,
    root_path: str,
    *,
    kind: str,
    status: int = 200,
    style: str = "",
    script: str = "",
    here: str | None = None,
) -> HTMLResponse:
    """`body` is HTML, `kind` what the sheet of style calls it: `form`, `text`, or `desk` (wide, for the team).
    `style` and `script` are those of this page alone, added to what all have; they never hold what a visitor or a
    source says. A page of the team is `here`, an address below `TEAM`, and has the way to the others."""
    style = _STYLE + style
    text = render(
        "base.html",
        title=title,
        body=Markup(body),
        root=root_path,
        style=Markup(style),
        script=Markup(script),
        kind=kind,
        here=here,
        ways="" if here is None else Markup(ways_of_team(root_path, here)),
    )
    return HTMLResponse(text.encode(errors="replace"), status, {"content-security-policy": policy(style, script)})


def error_box(message: object) -> str:
    """Return an error, or a line of text, as an alert; it is typeset and escaped."""
    return str(_MESSAGES.error_box(message))


def notice_box(message: str, more: str = "") -> str:
    """Return what was done, as a status; `more` is HTML."""
    return str(_MESSAGES.notice_box(message, Markup(more)))


def line(message: object) -> str:
    """Return an error, or a line of a report, as HTML, with French apostrophes and spaces, escaped."""
    return str(escape(typeset(str(message))))


def policy(style: str, script: str = "") -> str:
    """Our own style and icon, our own forms, our own script where there is one, and nothing else."""
    may_run = f"script-src {_digest(script)}; connect-src 'self'; " if script else ""
    return (
        f"default-src 'none'; style-src {_digest(style)}; {may_run}img-src 'self'; media-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def team_page(
    title: str, body: str, root_path: str, *, here: str, status: int = 200, style: str = "", script: str = ""
) -> HTMLResponse:
    """A wide page of the team."""
    return page(title, body, root_path, kind="desk", status=status, style=style, script=script, here=here)


def ways_of_team(root_path: str, here: str) -> str:
    """Return links from one of the team's pages to the others, and the button that ends the session."""
    base = root_path + TEAM
    links = [(f"{base}{address}", name, address == here) for address, name in menu()]
    return str(_NAVIGATION.ways(links, f"{root_path}{LOGOUT}"))


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
