"""How someone of the team comes in and goes out: a form, a signed cookie, and patience with whoever fails."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from html import escape
from math import ceil
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from assistant.errors import AuditRefused
from assistant.people.accounts import SESSION, Sessions
from assistant.people.audit import Audit, AuditAction
from assistant.people.login_attempts import LoginAttempts
from assistant.ui import addresses
from assistant.ui.addresses import LOGIN, LOGOUT, root_of
from assistant.ui.identity import COOKIE
from assistant.ui.pages import legal, plain
from assistant.ui.pages.fields import posted

logger = logging.getLogger(__name__)

_MOST_FIELDS, _LONGEST_NAME = 10, 64
PAGE = Path(__file__).with_name("login.html")
LEFT = "#sorti"
"""Tells the page's script to forget what was asked on the team's page; a fragment is kept by no log."""
UNKNOWN = "quelqu'un d'inconnu"
UNRECORDED = (
    "Votre entrée ne peut pas être notée, ce qui est nécessaire. Prévenez la personne qui s’occupe de l’assistant."
)
WRONG = "Ce nom et ce mot de passe ne vont pas ensemble. Vérifiez-les, puis réessayez."


def routes(sessions: Sessions, attempts: LoginAttempts, title: str, audit: Audit | None = None) -> APIRouter:
    """The addresses of the form; `audit` keeps who used them. Wrong passwords and unknown names get one answer, in one
    time."""
    template = PAGE.read_text(encoding="utf-8")
    router = APIRouter()
    # One after the other: those who guess all at once would all be heard, and each password takes 64 MB to try.
    one_at_a_time = threading.Lock()

    def page(request: Request, told: str = "", name: str = "", status: int = 200, asked: str = "") -> Response:
        root = root_of(request)
        asked = asked or request.query_params.get("vers", "")
        told = plain.error_box(told) if told else ""
        filled = {"title": escape(title), "told": told, "name": escape(name), "root": escape(root)}
        filled["asked"] = escape(addresses.after_login(asked))
        body = template.format(**filled, action=f"{escape(root)}{LOGIN}", legal=legal.link(root))
        return plain.page(f"Connexion de l’équipe — {title}", body, root, kind="form", status=status)

    def record(name: str, act: AuditAction) -> None:
        if audit is not None:  # a name that is no account's may be a password typed in the wrong field
            audit.record(name if sessions.knows(name) else UNKNOWN, act)

    @router.get(LOGIN)
    def ask(request: Request) -> Response:
        return page(request)

    @router.post(LOGIN)
    async def enter(request: Request) -> Response:
        form = await posted(request, _MOST_FIELDS)
        if not form:
            return page(request, WRONG, status=400)
        # In a thread: a password takes a moment to try, and others may be tried before it.
        name, password, asked = (str(form.get(field, "")) for field in ("name", "password", "vers"))
        return await run_in_threadpool(try_to_enter, request, name, password, asked)

    def try_to_enter(request: Request, name: str, password: str, asked: str) -> Response:
        address = request.client.host if request.client else ""
        keys = (address, f"{name.casefold()} {address}")
        with one_at_a_time:
            wait = attempts.wait(*keys)
            if wait > 0:
                seconds = ceil(wait)
                return page(request, f"Trop d’essais. Attendez {seconds}\u00a0s, puis réessayez.", name, 429, asked)
            session = sessions.begin(name, password) if len(name) <= _LONGEST_NAME else None
            if session is None:
                attempts.fail(*keys)
            else:
                attempts.succeed(*keys)
        try:
            record(name, AuditAction.CAME_IN if session else AuditAction.WAS_REFUSED)
        except AuditRefused as error:
            logger.error("%s", error)
            return page(request, UNRECORDED, name, 503, asked)
        if session is None:
            return page(request, WRONG, name[:_LONGEST_NAME], 401, asked)
        root = root_of(request)
        response = RedirectResponse(f"{root}{addresses.after_login(asked)}", 303)
        path, secure = root or "/", _is_secure(request)
        response.set_cookie(COOKIE, session, max_age=SESSION, path=path, httponly=True, samesite="lax", secure=secure)
        return response

    @router.post(LOGOUT)
    def leave(request: Request) -> Response:
        if name := sessions.name(request.cookies.get(COOKIE, "")):
            with suppress(AuditRefused):  # going out is never refused
                record(name, AuditAction.LEFT)
        root = root_of(request)
        response = RedirectResponse(f"{root}/{LEFT}", 303)
        response.delete_cookie(COOKIE, path=root or "/", httponly=True, samesite="lax")
        return response

    return router


def _is_secure(request: Request) -> bool:
    """Whether the cookie may be held back from plain HTTP: always, but on this machine itself, which has no other."""
    here = request.url.hostname in ("127.0.0.1", "localhost", "::1")
    return request.url.scheme == "https" or not here
