"""Render the shell of the server-rendered pages: head, style sheet, content security policy and, for the team, the
navigation between its pages. Every page works without JavaScript; the policy names the script of a page by its digest,
and the browser runs no other."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup
from starlette.responses import HTMLResponse

from assistant.addresses import LOGOUT, TEAM, menu
from assistant.ui.pages.templates import macros, render

FOLLOW = Path(__file__).with_name("follow.js").read_text(encoding="utf-8")
"""The script that follows the progress of a run; it goes before the script of a page that shows progress."""
UNRECORDED = (
    "Ce que vous demandez ne peut pas être noté au journal d’accès, ce qui est nécessaire\u00a0: rien n’est montré, et "
    "rien n’a changé. Prévenez la personne qui s’occupe de l’assistant."
)
_NAVIGATION = macros("macros/ways.html")
_STYLE = Path(__file__).with_name("plain.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Message:
    """A French line that a page shows about a request: an error, or a notice that something was done. A link follows
    it where `address` is set."""

    text: str
    is_error: bool = False
    link: str = ""
    address: str = ""


def page(
    title: str,
    body: Markup,
    root_path: str,
    *,
    kind: str,
    status: int = 200,
    style: str = "",
    script: str = "",
    here: str | None = None,
) -> HTMLResponse:
    """Return a page. `kind` is its class in the style sheet: `form`, `text`, or `desk` (wide, for the team). `style`
    and `script` are added to the common ones for this page alone, and never hold text of a visitor or of a source.
    `here` is the address of a page of the team, below `TEAM`, and adds the navigation of the team."""
    style = _STYLE + style
    text = render(
        "base.html",
        title=title,
        body=body,
        root=root_path,
        style=Markup(style),  # nosec B704: our own style sheet
        script=Markup(script),  # nosec B704: our own script
        kind=kind,
        here=here,
        ways="" if here is None else team_navigation(root_path, here),
    )
    return HTMLResponse(text.encode(errors="replace"), status, {"content-security-policy": policy(style, script)})


def team_page(
    title: str, body: Markup, root_path: str, *, here: str, status: int = 200, style: str = "", script: str = ""
) -> HTMLResponse:
    """Return a wide page of the team (see `page`)."""
    return page(title, body, root_path, kind="desk", status=status, style=style, script=script, here=here)


def team_navigation(root_path: str, here: str) -> Markup:
    """Return links from the page of the team at `here` to the others, and the button that logs out."""
    base = root_path + TEAM
    links = [(f"{base}{address}", name, address == here) for address, name in menu()]
    navigation: Markup = _NAVIGATION.ways(links, f"{root_path}{LOGOUT}")
    return navigation


def policy(style: str, script: str = "") -> str:
    """Return the content security policy of a page: its own style and script by digest, images, media and forms of this
    site, and nothing else."""
    script_sources = f"script-src {_digest(script)}; connect-src 'self'; " if script else ""
    return (
        f"default-src 'none'; style-src {_digest(style)}; {script_sources}img-src 'self'; media-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
