"""The access middleware before both pages: it serves the addresses of the table alone, lets the team in by its session,
adds the security headers, and edits Gradio's page (its language, icon, style and scripts) before its own script
starts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import addresses
from assistant.addresses import HEALTH, LOGIN, LOGOUT, TEAM, Kind
from assistant.people.accounts import Sessions
from assistant.ui import identity, links, request_body, theme

SCRIPTS = [
    Path(__file__).with_name(f"{name}.js") for name in ("gradio_patches", "answer_links", "conversations", "copy")
]

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
    """Decides who is of the team: a visitor with a session, and, where a proxy on this machine authenticates, the names
    that it gives in `trusted_header` (empty: none)."""

    sessions: Sessions
    trusted_header: str = ""

    def name(self, headers: Headers) -> str | None:
        """Return the name of the visitor, or `None` for one who is not of the team."""
        if self.trusted_header:
            names = [value.strip() for value in headers.getlist(self.trusted_header) if value.strip()]
            if len(names) > 1:  # the proxy writes one: another came from outside
                return None
            if names:
                return names[0]
        jar = SimpleCookie()
        try:
            jar.load(headers.get("cookie", ""))
        except CookieError:
            return None
        return self.sessions.name(jar[identity.COOKIE].value) if identity.COOKIE in jar else None


class Gate:
    """An ASGI middleware. `public` and `team` are the numbers of the Gradio events of each page."""

    def __init__(self, app: ASGIApp, access: TeamAccess, public: Collection[int], team: Collection[int]) -> None:
        self._app = app
        self._access = access
        self._events = {True: team, False: public}
        script = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
        self._script = f"<script>{script}</script>".encode()
        # Gradio's own `css` rewrites selectors, wrongly where one has a comma in brackets.
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
        address = addresses.find(within or "/", team=team)
        name = self._access.name(headers) if team else None
        scope = _with_name(scope, name)
        is_private = team or path in (LOGIN, LOGOUT, HEALTH)
        send = _with_headers(send, _SAFE | (_PRIVATE if is_private else {}))
        if scope["type"] != "http" or _is_cross_site(scope, headers):
            await _answer(send, 403)
        elif team and name is None:
            is_page = address is not None and address.kind is not Kind.GRADIO  # a person looks at it, no script
            login = links.login_address(path, scope.get("query_string", b"").decode("latin-1"))
            await (_redirect(send, root + login) if is_page and scope["method"] == "GET" else _answer(send, 401))
        elif within == "" and (team or root):
            await _redirect(send, f"{root}{path}/")
        elif address is None or (address.kind is Kind.READ and scope["method"] not in ("GET", "HEAD")):
            await _answer(send, 404)
        elif address.kind is Kind.READ:
            await self._app(scope, receive, send)
        elif address.kind is Kind.UPLOAD:
            await self._app(scope, request_body.bounded(receive, address.body_bytes), send)
        elif address.kind is Kind.CHAT:
            # Uncompressed, or it could not be edited.
            kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            await self._app({**scope, "headers": kept}, receive, self._edit(send, root))
        else:
            events = self._events[team] if address.kind is Kind.GRADIO else None
            await self._admit(scope, receive, send, events, address.body_bytes)

    async def _admit(
        self, scope: Scope, receive: Receive, send: Send, events: Collection[int] | None, longest: int
    ) -> None:
        """Pass a request on, unless its body has more than `longest` bytes, or is not one of `events` where these are
        given."""
        if scope["method"] == "POST":
            body = await request_body.read(receive, longest)
            if body is None or (events is not None and not request_body.is_event(body, events)):
                await _answer(send, 413 if body is None else 400)
                return
            receive = request_body.again(body, receive)
        await self._app(scope, receive, send)

    def _edit(self, send: Send, root: str) -> Send:
        """Return `send` for Gradio's page, whose HTML comes as one start and one body: both get the new length."""
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


def _with_name(scope: Scope, name: str | None) -> Scope:
    """Return a request with the header that names its visitor; the header that came with it is dropped."""
    kept = [(key, value) for key, value in scope["headers"] if key.lower() != identity.HEADER.encode()]
    added = [] if name is None else [identity.identity_header(name)]
    return {**scope, "headers": [*kept, *added]}


def _is_cross_site(scope: Scope, headers: Headers) -> bool:
    """Return whether another site made the browser post: browsers send the origin of a form or a script that posts."""
    origin = headers.get("origin")
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD") or not origin:
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host")
    except ValueError:  # no address at all
        return True


def _with_headers(send: Send, added: dict[str, str]) -> Send:
    """Return `send` with headers added to the answer, in the place of those of the same name."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            new = [(name.encode(), value.encode()) for name, value in added.items()]
            kept = [pair for pair in message.get("headers", []) if pair[0].lower().decode() not in added]
            message = {**message, "headers": [*kept, *new]}
        await send(message)

    return send_with_headers


async def _redirect(send: Send, to: str) -> None:
    await _answer(send, 303, [(b"location", to.encode())])


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers or []})
    await send({"type": "http.response.body", "body": b""})
