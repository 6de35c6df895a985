"""Render the screens of the corpus: their layout, messages and addresses, and errors turned into messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from assistant.addresses import CORPUS
from assistant.errors import AuditRefused, CorpusRefused
from assistant.ui.links import root_of, team
from assistant.ui.pages import plain, plots
from assistant.ui.pages.plain import Message
from assistant.ui.pages.templates import render
from index.errors import CorpusError, os_reason

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8") + plots.STYLE
_SCRIPT = plain.FOLLOW + Path(__file__).with_name("page.js").read_text(encoding="utf-8")
NAME = "Corpus"
MOST_FIELDS = 400
"""Fields of a form at most: the largest one describes every file that waits."""
VISIBILITIES = {"team": "Équipe", "public": "Tout le monde"}
NATURES = {"original": "Original", "reformulation": "Reformulation"}


def notice(text: str) -> Message | None:
    """Return a notice, or `None` for an empty text."""
    return Message(text) if text else None


def failure(reason: object) -> Message:
    """Return an error message, from an error or a French line."""
    return Message(str(reason), is_error=True)


def page(
    request: Request,
    template: str,
    heading: str,
    *,
    title: str,
    message: Message | None = None,
    status: int = 200,
    has_script: bool = False,
    **values: object,
) -> Response:
    """Return a screen: `template` is the name of a template of this folder, which is given `values`, `heading`,
    `message` and `address` (see the function of that name, without the request). `title` is that of the study."""
    body = render(
        f"corpus/{template}",
        heading=heading,
        is_main=heading == NAME,
        message=message,
        address=partial(address, request),
        **values,
    )
    return plain.team_page(
        f"{heading} — {title}",
        body,
        root_of(request),
        here=CORPUS,
        status=status,
        style=_STYLE,
        script=_SCRIPT if has_script else "",
    )


def message_page(request: Request, heading: str, message: Message, status: int, *, title: str) -> Response:
    """Return a screen that shows a message alone."""
    return page(request, "screen.html", heading, title=title, message=message, status=status)


def address(request: Request, path: str = "", **query: str) -> str:
    """Return the address of `path` below that of the corpus, with a query."""
    encoded = f"?{urlencode(query)}" if query else ""
    return f"{team(request, CORPUS)}{path}{encoded}"


def redirect(request: Request, path: str = "", fragment: str = "", **query: str) -> Response:
    """Return a redirection to another screen, as the answer to a form."""
    return RedirectResponse(f"{address(request, path, **query)}{fragment}", 303)


def attempt(action: Callable[[], Response], on_failure: Callable[[Message, int], Response]) -> Response:
    """Return the response of `action`, or that of `on_failure`, called with a message and a status, where the act is
    refused, cannot be recorded in the audit trail (503) or meets an error of the disk (503)."""
    try:
        return action()
    except AuditRefused:
        return on_failure(failure(plain.UNRECORDED), 503)
    except (CorpusRefused, CorpusError) as error:
        return on_failure(failure(error), 409)
    except OSError as error:
        reason = (
            f"Le disque a refusé ({os_reason(error)}). Réessayez, ou prévenez la personne qui s’occupe de l’assistant."
        )
        return on_failure(failure(reason), 503)
