"""The reverse-proxy middleware: it trusts the forwarded headers of a proxy on this machine, drops those of any other
client, and separates the sub-path under which the pages are served from the rest of the address."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

TRUSTED = ["127.0.0.1", "::1"]
"""Addresses of trusted proxies: this machine only. Other machines may write anything in a header, and a proxy on one of
them cannot be distinguished from a visitor."""
_HOST = re.compile(rb"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?")


class ProxyMiddleware:
    """The outermost ASGI middleware. A trusted proxy gives the visitor's address and scheme (`X-Forwarded-For`,
    `X-Forwarded-Proto`, read by uvicorn's own rules) and the requested host (`X-Forwarded-Host`). Every path is made to
    start with `root_path`, whether the proxy strips it or keeps it."""

    def __init__(self, app: ASGIApp, root_path: str = "") -> None:
        self._root_path = root_path
        self._app = app
        # uvicorn has its own ASGI types, of the same shape as Starlette's.
        self._read_forwarded = ProxyHeadersMiddleware(self._drop_forwarded, TRUSTED)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if self._root_path and (path == self._root_path or path.startswith(f"{self._root_path}/")):
            path = path.removeprefix(self._root_path)
        scope = {**scope, "path": self._root_path + path, "root_path": self._root_path}
        scope.pop("raw_path", None)  # it would no longer match `path`
        client = scope.get("client")
        host = _last(scope, b"x-forwarded-host")
        if client and client[0] in TRUSTED and _HOST.fullmatch(host):
            kept = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [(b"host", host), *kept]
        await self._read_forwarded(scope, receive, send)  # type: ignore[arg-type]

    async def _drop_forwarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Remove the forwarded headers, which Gradio would trust from any client."""
        kept = [(name, value) for name, value in scope["headers"] if not _is_forwarded(name)]
        await self._app({**scope, "headers": kept}, receive, send)


def _is_forwarded(name: bytes) -> bool:
    return name.startswith(b"x-forwarded-") or name in (b"forwarded", b"x-gradio-server")


def _last(scope: Scope, name: bytes) -> bytes:
    """Return the last value of a header, which the nearest proxy appended; empty when the header is missing."""
    values = [value for header, value in scope["headers"] if header == name]
    return values[-1].rpartition(b",")[2].strip() if values else b""
