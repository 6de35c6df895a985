"""The login and logout of the team: a form, a signed cookie, and a growing wait after wrong passwords."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass
from math import ceil

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from assistant.addresses import LEGAL, LOGIN, LOGOUT
from assistant.errors import AuditRefused
from assistant.people.accounts import SESSION, Sessions
from assistant.people.audit import Audit, AuditAction
from assistant.people.login_attempts import LoginAttempts
from assistant.ui.identity import COOKIE
from assistant.ui.links import after_login, root_of
from assistant.ui.pages import legal, plain
from assistant.ui.pages.fields import posted
from assistant.ui.pages.templates import render

logger = logging.getLogger(__name__)

_MOST_FIELDS, _LONGEST_NAME = 10, 64
LEFT = "#sorti"
"""The fragment by which the page's script erases the questions asked on the team's page; no log keeps a fragment."""
UNKNOWN = "quelqu'un d'inconnu"
UNRECORDED = (
    "Votre entrée ne peut pas être notée, ce qui est nécessaire. Prévenez la personne qui s’occupe de l’assistant."
)
WRONG = "Ce nom et ce mot de passe ne vont pas ensemble. Vérifiez-les, puis réessayez."


@dataclass(frozen=True, slots=True)
class LoginServices:
    """The services behind the form: the sessions that it begins, the failed attempts that it slows down, and the audit
    trail that records logins and logouts, if there is one."""

    sessions: Sessions
    attempts: LoginAttempts
    audit: Audit | None = None


def routes(services: LoginServices, title: str) -> APIRouter:
    """Return the routes of the form. Wrong passwords and unknown names get the same answer, in the same time."""
    router = APIRouter()
    sessions, attempts, audit = services.sessions, services.attempts, services.audit
    # Logins are sequential: parallel guesses would escape the wait, and each password takes 64 MB to check.
    login_lock = threading.Lock()

    def page(request: Request, message: str = "", name: str = "", status: int = 200, target: str = "") -> Response:
        root = root_of(request)
        body = render(
            "login.html",
            title=title,
            message=message,
            name=name,
            root=root,
            target=after_login(target or request.query_params.get("vers", "")),
            action=f"{root}{LOGIN}",
            legal=LEGAL,
            notice=legal.NAME,
        )
        return plain.page(f"Connexion de l’équipe — {title}", body, root, kind="form", status=status)

    def record(name: str, act: AuditAction) -> None:
        if audit is not None:  # a name that is no account's may be a password typed in the wrong field
            audit.record(name if sessions.knows(name) else UNKNOWN, act)

    @router.get(LOGIN)
    def show(request: Request) -> Response:
        return page(request)

    @router.post(LOGIN)
    async def log_in(request: Request) -> Response:
        form = await posted(request, _MOST_FIELDS)
        if not form:
            return page(request, WRONG, status=400)
        # In a thread: checking a password takes a moment, and others may be checked before it.
        name, password, target = (str(form.get(field, "")) for field in ("name", "password", "vers"))
        return await run_in_threadpool(attempt_login, request, name, password, target)

    def attempt_login(request: Request, name: str, password: str, target: str) -> Response:
        address = request.client.host if request.client else ""
        keys = (address, f"{name.casefold()} {address}")
        with login_lock:
            wait = attempts.wait(*keys)
            if wait > 0:
                seconds = ceil(wait)
                return page(request, f"Trop d’essais. Attendez {seconds}\u00a0s, puis réessayez.", name, 429, target)
            session = sessions.begin(name, password) if len(name) <= _LONGEST_NAME else None
            if session is None:
                attempts.fail(*keys)
            else:
                attempts.succeed(*keys)
        try:
            record(name, AuditAction.CAME_IN if session else AuditAction.WAS_REFUSED)
        except AuditRefused as error:
            logger.error("%s", error)
            return page(request, UNRECORDED, name, 503, target)
        if session is None:
            return page(request, WRONG, name[:_LONGEST_NAME], 401, target)
        root = root_of(request)
        response = RedirectResponse(f"{root}{after_login(target)}", 303)
        path, secure = root or "/", _is_secure(request)
        response.set_cookie(COOKIE, session, max_age=SESSION, path=path, httponly=True, samesite="lax", secure=secure)
        return response

    @router.post(LOGOUT)
    def log_out(request: Request) -> Response:
        if name := sessions.name(request.cookies.get(COOKIE, "")):
            with suppress(AuditRefused):  # a logout is never refused
                record(name, AuditAction.LEFT)
        root = root_of(request)
        response = RedirectResponse(f"{root}/{LEFT}", 303)
        response.delete_cookie(COOKIE, path=root or "/", httponly=True, samesite="lax")
        return response

    return router


def _is_secure(request: Request) -> bool:
    """Return whether the cookie is limited to HTTPS: always, except on this machine, which has no certificate."""
    is_local = request.url.hostname in ("127.0.0.1", "localhost", "::1")
    return request.url.scheme == "https" or not is_local
