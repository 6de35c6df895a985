"""What the pages that are plain HTML, without Gradio, have in common: a shell, a sheet of style, and for the team a way
from each of its pages to the others. A page does all its work without a script; one that has one names it by digest,
and the browser runs no other."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse

from assistant.formatting import typeset
from assistant.ui.addresses import CORPUS, FEEDBACK, LOGOUT, QUALITY, RESEARCH, TEAM, WORDS

FOLLOW = Path(__file__).with_name("follow.js").read_text(encoding="utf-8")
"""The script that follows what goes on, to stand before that of a page which shows it."""
SILENT = (
    '<p class="wrong" role="alert" id="silent" hidden>Le serveur ne répond pas pour l’instant. L’avancement reprendra '
    "ici dès qu’il répondra.</p>"
)
"""What that script shows while the server is silent; on the page once."""
UNRECORDED = (
    "Ce que vous demandez ne peut pas être noté au journal d’accès, ce qui est nécessaire\u00a0: rien n’est montré, et "
    "rien n’a changé. Prévenez la personne qui s’occupe de l’assistant."
)
_SHELL = Path(__file__).with_name("plain.html").read_text(encoding="utf-8")
_STYLE = Path(__file__).with_name("plain.css").read_text(encoding="utf-8")
_WAYS = (
    ("/", "Questions"),
    (RESEARCH, "Recherche"),
    (CORPUS, "Corpus"),
    (FEEDBACK, "Retours"),
    (QUALITY, "Qualité"),
    (WORDS, "Lexique"),
)


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
    text = _SHELL.format(
        title=escape(title), body=body, root=escape(root_path), style=style, kind=kind,
        ways="" if here is None else f"<header>{ways_of_team(root_path, here)}</header>",
        script=f"<script>{script}</script>" if script else "",
    )  # fmt: skip
    return HTMLResponse(text.encode(errors="replace"), status, {"content-security-policy": policy(style, script)})


def error_box(told: object) -> str:
    """What went wrong, said at once: an error or a line of text, typeset and escaped."""
    return f'<p class="wrong" role="alert">{line(told)}</p>'


def notice_box(told: str, more: str = "") -> str:
    """What was done, said when a voice has the time; `more` is HTML."""
    return f'<p class="notice" role="status">{line(told)}{more and f" {more}"}</p>'


def line(told: object) -> str:
    """An error, or a line of a report, as HTML: with French apostrophes and spaces, and escaped."""
    return escape(typeset(str(told)))


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
    """The way from one of the team's pages to the others, and out."""
    base = escape(root_path + TEAM)
    links = "".join(
        f'<a href="{base}{address}"{" aria-current=page" if address == here else ""}>{name}</a>'
        for address, name in _WAYS
    )
    out = (
        f'<form method="post" action="{escape(root_path)}{LOGOUT}"><button class="quiet">Se déconnecter</button></form>'
    )
    return f'<nav class="ways" aria-label="Pages de l’équipe">{links}{out}</nav>'


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
