"""What the pages of research are made of: research itself, the baskets, the trail; and what posts, failures and pieces
of pages have in common."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from assistant.errors import AuditRefused, BasketRefused
from assistant.people.audit import AuditAction
from assistant.people.baskets import MOST, Baskets
from assistant.team.research import Research
from assistant.ui import identity
from assistant.ui.addresses import RESEARCH, root_of
from assistant.ui.pages import plain
from assistant.ui.pages.research.passages import reserved
from index.types import Passage

logger = logging.getLogger(__name__)

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
BASKET, EXPORT = f"{RESEARCH}/panier", f"{RESEARCH}/export"
ADD, EXPORT_BASKET = f"{BASKET}/ajouter", f"{BASKET}/export"
FIELDS = 2 * MOST
"""Fields of a form at most: a basket's, and what was looked for."""
UNREADABLE = (
    "L’index ne peut pas être lu en ce moment. Réessayez dans un instant, ou prévenez la personne qui s’occupe de "
    "l’assistant."
)


@dataclass(frozen=True, slots=True)
class ResearchServices:
    """What the pages work with. `record` keeps in the trail what someone does with sources (ids), and raises
    `AuditRefused` when it cannot."""

    research: Research
    baskets: Baskets
    record: Callable[[str, AuditAction, Sequence[str]], None]

    def open(self, request: Request, passages: Sequence[Passage], act: AuditAction = AuditAction.OPENED) -> None:
        """Have it kept that who asks opens these passages, if the team alone may. Raises `AuditRefused`."""
        if ids := reserved(passages):
            self.record(identity.name_of(request.headers), act, ids)


def page(request: Request, title: str, body: str, study: str, status: int = 200) -> Response:
    """A page of research."""
    return plain.team_page(f"{title} — {study}", body, root_of(request), here=RESEARCH, status=status, style=STYLE)


def see(address: str) -> Response:
    """After a post: the page to read."""
    return RedirectResponse(address, 303)


def message(told: str) -> str:
    """What is told of what was asked for, HTML, where an address can lead to it."""
    return f'<div id="message">{told}</div>' if told else ""


def failed(error: Exception) -> str:
    """That something failed, as it is shown; the log has the rest."""
    logger.error("%s", error)
    if isinstance(error, AuditRefused):
        return message(plain.error_box(plain.UNRECORDED))
    return message(plain.error_box(error if isinstance(error, BasketRefused) else UNREADABLE))
