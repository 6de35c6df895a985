"""What stands before both pages: which addresses answer at all, who may enter the team's, and what each answer tells a
browser to refuse. It also makes Gradio's page French and ours before its script starts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.people.accounts import Sessions
from assistant.ui import addresses, identity, request_body, theme
from assistant.ui.addresses import (
    DESCRIBED,
    HEALTH,
    LEGAL,
    LOGIN,
    LOGOUT,
    SOURCE,
    STATEMENT,
    TEAM,
    TEAM_PAGES,
    UPLOAD,
    WORDS,
)

SCRIPTS = [Path(__file__).with_name(f"{name}.js") for name in ("mend", "marks", "past", "copy")]

# All that a page asks of its server. Gradio answers at many more addresses (uploads, its API, its settings).
OPEN = (
    *("/assets/", "/static/", "/favicon.ico", "/theme.css", "/robots.txt"),
    *(f"/gradio_api/{name}" for name in ("queue/", "heartbeat/", "cancel", "reset", "app_id")),
)
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; frame-ancestors 'self'; form-action 'self'"
)
_SAFE = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin", "x-frame-options": "SAMEORIGIN"}
# Gradio links to a manifest that it does not have, at the root of the site whatever the sub-path.
_MANIFEST = b'<link rel="manifest" href="/manifest.json" />'
_PRIVATE = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class TeamAccess:
    """Who may enter the team's page: those with a session, and, where a proxy on this machine has asked already, those
    that it names in `trusted_header` (empty: none)."""

    sessions: Sessions
    trusted_header: str = ""

    def name(self, headers: Headers) -> str | None:
        """Who asks, if it is someone of the team."""
        if self.trusted_header:
            named = [value.strip() for value in headers.getlist(self.trusted_header) if value.strip()]
            if len(named) > 1:  # one of them is not the proxy's
                return None
            if named:
                return named[0]
        jar = SimpleCookie()
        try:
            jar.load(headers.get("cookie", ""))
        except CookieError:
            return None
        return self.sessions.name(jar[identity.COOKIE].value) if identity.COOKIE in jar else None


class Gate:
    """An ASGI application before another. `public` and `team` are the numbers of the events of each page."""

    def __init__(self, app: ASGIApp, door: TeamAccess, public: Collection[int], team: Collection[int]) -> None:
        self._app = app
        self._door = door
        self._events = {True: team, False: public}
        script = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
        self._script = f"<script>{script}</script>".encode()
        # Not by Gradio's `css`, which rewrites selectors, and not those with a comma in brackets rightly.
        self._style = f"<style>{theme.STYLE.read_text(encoding='utf-8')}</style>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        root: str = scope.get("root_path", "")
        path: str = scope.get("path", "").removeprefix(root)
        team = path == TEAM or path.startswith(f"{TEAM}/")
        within = path.removeprefix(TEAM) if team else path
        name = self._door.name(headers) if team else None
        scope = _named(scope, name)
        send = _told(send, _SAFE | (_PRIVATE if team or path in (LOGIN, LOGOUT, HEALTH) else {}))
        if scope["type"] != "http" or _comes_from_elsewhere(scope, headers):
            await _answer(send, 403)
        elif path in (LOGIN, LOGOUT, HEALTH, LEGAL, STATEMENT):
            await self._admit(scope, receive, send)
        elif team and name is None:
            seen = within in ("", "/", WORDS) or within.startswith(SOURCE) or _is_desk(within)  # by someone, no script
            asked = addresses.back_from_login(path, scope.get("query_string", b"").decode("latin-1"))
            await (_redirect(send, root + asked) if seen and scope["method"] == "GET" else _answer(send, 401))
        elif (within == WORDS or within.startswith(SOURCE)) and scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
        elif team and within == UPLOAD:
            await self._app(scope, request_body.bounded(receive, request_body.LARGEST_UPLOAD), send)
        elif team and _is_desk(within):
            most = request_body.LARGEST_FORM if within == DESCRIBED else request_body.LARGEST
            await self._admit(scope, receive, send, most=most)
        elif within == "" and (team or root):
            await _redirect(send, f"{root}{path}/")
        elif within.startswith(OPEN):
            await self._admit(scope, receive, send, self._events[team])
        elif within == "/":
            # Uncompressed, or it could not be edited.
            kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            await self._app({**scope, "headers": kept}, receive, self._edit(send, root))
        else:
            await _answer(send, 404)

    async def _admit(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        events: Collection[int] | None = None,
        most: int = request_body.LARGEST,
    ) -> None:
        """Hand on a request, unless what is posted is too long, or is not of these events where it must be."""
        if scope["method"] == "POST":
            body = await request_body.read(receive, most)
            if body is None or (events is not None and not request_body.is_event(body, events)):
                await _answer(send, 413 if body is None else 400)
                return
            receive = request_body.again(body, receive)
        await self._app(scope, receive, send)

    def _edit(self, send: Send, root: str) -> Send:
        """The page comes as one start and one body, which need their new length."""
        start: Message = {}
        head = b'<head><link rel="icon" href="%s/favicon.ico">' % root.encode()

        async def edit(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body = message["body"].replace(b'lang="en"', b'lang="fr"', 1)
            body = body.replace(_MANIFEST, b"", 1)
            body = body.replace(b"<head>", head + self._script, 1)
            body = body.replace(b"</head>", self._style + b"</head>", 1)
            headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            headers += [(b"content-length", str(len(body)).encode()), (b"content-security-policy", POLICY.encode())]
            await send({**start, "headers": headers})
            await send({**message, "body": body})

        return edit


def _is_desk(path: str) -> bool:
    return any(path == address or path.startswith(f"{address}/") for address in TEAM_PAGES)


def _named(scope: Scope, name: str | None) -> Scope:
    """A request that says who asks; what it said itself of that is not believed."""
    kept = [(key, value) for key, value in scope["headers"] if key.lower() != identity.HEADER.encode()]
    told = [] if name is None else [identity.identity_header(name)]
    return {**scope, "headers": [*kept, *told]}


def _comes_from_elsewhere(scope: Scope, headers: Headers) -> bool:
    """Whether another site makes a browser ask: browsers say where a form or a script that posts stands."""
    origin = headers.get("origin")
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD") or not origin:
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host")
    except ValueError:  # no address at all
        return True


def _told(send: Send, told: dict[str, str]) -> Send:
    """`send`, with headers added to the answer."""

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            added = [(name.encode(), value.encode()) for name, value in told.items()]
            kept = [pair for pair in message.get("headers", []) if pair[0].lower().decode() not in told]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return add


async def _redirect(send: Send, to: str) -> None:
    await _answer(send, 303, [(b"location", to.encode())])


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers or []})
    await send({"type": "http.response.body", "body": b""})
