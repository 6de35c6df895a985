"""The services behind the research pages, their addresses, and the responses that the pages of a search and of the
basket have in common."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from assistant.addresses import RESEARCH
from assistant.errors import AuditRefused, BasketRefused
from assistant.people.audit import AuditAction
from assistant.people.baskets import MOST, Baskets
from assistant.team.research import Research
from assistant.ui import identity
from assistant.ui.links import root_of
from assistant.ui.pages import plain
from assistant.ui.pages.plain import Message
from assistant.ui.pages.research.passages import reserved_sources
from index.types import Passage

logger = logging.getLogger(__name__)

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
BASKET, EXPORT = f"{RESEARCH}/panier", f"{RESEARCH}/export"
ADD, EXPORT_BASKET = f"{BASKET}/ajouter", f"{BASKET}/export"
FIELDS = 2 * MOST
"""Fields of a posted form at most: those of a whole basket and of a search."""
UNREADABLE = (
    "L’index ne peut pas être lu en ce moment. Réessayez dans un instant, ou prévenez la personne qui s’occupe de "
    "l’assistant."
)


@dataclass(frozen=True, slots=True)
class ResearchServices:
    """The services behind the pages. `record` writes to the audit trail the action of a member of the team (name) on
    sources (ids), and raises `AuditRefused` when it cannot."""

    research: Research
    baskets: Baskets
    record: Callable[[str, AuditAction, Sequence[str]], None]

    def record_access(
        self, request: Request, passages: Sequence[Passage], action: AuditAction = AuditAction.OPENED
    ) -> None:
        """Record that the author of a request opens, or exports, the reserved ones of these passages. Raises
        `AuditRefused`."""
        if ids := reserved_sources(passages):
            self.record(identity.name_of(request.headers), action, ids)


def page(request: Request, heading: str, body: Markup, title: str, status: int = 200) -> Response:
    """Return a research page; `title` is that of the study."""
    return plain.team_page(f"{heading} — {title}", body, root_of(request), here=RESEARCH, status=status, style=STYLE)


def redirect(address: str) -> Response:
    """Return the redirection that follows a posted form."""
    return RedirectResponse(address, 303)


def failure(error: Exception) -> Message:
    """Log an error in full, and return the message that a page shows of it."""
    logger.error("%s", error)
    if isinstance(error, AuditRefused):
        return Message(plain.UNRECORDED, is_error=True)
    return Message(str(error) if isinstance(error, BasketRefused) else UNREADABLE, is_error=True)
