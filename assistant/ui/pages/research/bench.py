"""What the pages of research are made of: research itself, the baskets, the trail; and what posts, failures and pieces
of pages have in common."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from assistant.people.audit import Act
from assistant.people.baskets import MOST, Baskets
from assistant.research import Research
from assistant.ui import who
from assistant.ui.addresses import RESEARCH, TEAM
from assistant.ui.pages import plain
from assistant.ui.pages.research.passages import reserved
from index.types import Passage

logger = logging.getLogger(__name__)

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
BASKET, EXPORT = f"{RESEARCH}/panier", f"{RESEARCH}/export"
ADD, EXPORT_BASKET = f"{BASKET}/ajouter", f"{BASKET}/export"
UNRECORDED = (
    "Cette lecture ne peut pas être notée au journal d’accès, ce qui est nécessaire\u00a0: rien n’est montré. Prévenez "
    "la personne qui s’occupe de l’assistant."
)
UNREADABLE = (
    "L’index ne peut pas être lu en ce moment. Réessayez dans un instant, ou prévenez la personne qui s’occupe de "
    "l’assistant."
)


@dataclass(frozen=True)
class Bench:
    """What the pages work with. `record` keeps in the trail what someone does with sources (ids), and raises
    `AuditRefused` when it cannot."""

    research: Research
    baskets: Baskets
    record: Callable[[str, Act, Sequence[str]], None]

    def open(self, request: Request, passages: Sequence[Passage], act: Act = Act.OPENED) -> None:
        """Have it kept that who asks opens these passages, if the team alone may. Raises `AuditRefused`."""
        if ids := reserved(passages):
            self.record(who.of(request.headers), act, ids)


def at(request: Request, address: str) -> str:
    """An address of the team, as a browser asks for it."""
    return f"{request.scope['root_path']}{TEAM}{address}"


def page(request: Request, title: str, body: str, study: str, status: int = 200) -> Response:
    """A page of research."""
    root = str(request.scope["root_path"])
    return plain.desk(f"{title} — {study}", body, root, here=RESEARCH, status=status, style=STYLE)


async def posted(request: Request) -> list[tuple[str, str]]:
    """The fields that a form posts, in order; none of what is no form of ours."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return []
    body = (await request.body()).decode("latin-1")
    try:
        return parse_qsl(body, keep_blank_values=True, max_num_fields=2 * MOST)
    except ValueError:
        return []


def see(address: str) -> Response:
    """After a post: the page to read."""
    return RedirectResponse(address, 303)


def wrong(text: object) -> str:
    """What went wrong, said."""
    return f'<p class="wrong" role="alert" id="message">{escape(str(text))}</p>'


def done(text: str, more: str = "") -> str:
    """What was done, said; `more` is HTML."""
    return f'<p class="notice" role="status" id="message">{escape(text)} {more}</p>'


def number(text: str, least: int, most: int) -> int:
    """A number of an address, brought within bounds; the least for what is none."""
    if not (text.isascii() and text.isdigit()):
        return least
    return max(least, min(int(text[:9]), most))


def counted(many: int, what: str = "passage") -> str:
    """« 3 passages », thousands apart."""
    shown = f"{many:,}".replace(",", "\u202f")
    return f"{shown} {what}{'s'[: many > 1]}"
