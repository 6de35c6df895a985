"""Behind a reverse proxy: what one on this machine says of a request is believed, and what any other says is forgotten;
the sub-path under which the pages are served is told apart from the rest of the address."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

TRUSTED = ["127.0.0.1", "::1"]
"""The proxies that are believed: this machine's. Other machines may write what they like in a header, and a proxy on
one of them is not told from any other visitor."""
_HOST = re.compile(rb"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?")


class ProxyMiddleware:
    """An ASGI application before all others. A trusted proxy tells the visitor's address and scheme
    (`X-Forwarded-For`, `X-Forwarded-Proto`, read by uvicorn's own rules) and the name that the visitor asked for
    (`X-Forwarded-Host`). `root_path` is taken as the start of every address, whether the proxy left it or not."""

    def __init__(self, app: ASGIApp, root_path: str = "") -> None:
        self._root_path = root_path
        self._app = app
        # Its types are those of uvicorn, of the same shape as Starlette's.
        self._believing = ProxyHeadersMiddleware(self._forgetting, TRUSTED)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if self._root_path and (path == self._root_path or path.startswith(f"{self._root_path}/")):
            path = path.removeprefix(self._root_path)
        scope = {**scope, "path": self._root_path + path, "root_path": self._root_path}
        scope.pop("raw_path", None)  # it would no longer be that of `path`
        client = scope.get("client")
        host = _last(scope, b"x-forwarded-host")
        if client and client[0] in TRUSTED and _HOST.fullmatch(host):
            kept = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [(b"host", host), *kept]
        await self._believing(scope, receive, send)  # type: ignore[arg-type]

    async def _forgetting(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Gradio would believe these headers whoever wrote them."""
        kept = [(name, value) for name, value in scope["headers"] if not _is_told(name)]
        await self._app({**scope, "headers": kept}, receive, send)


def _is_told(name: bytes) -> bool:
    return name.startswith(b"x-forwarded-") or name in (b"forwarded", b"x-gradio-server")


def _last(scope: Scope, name: bytes) -> bytes:
    """What the nearest proxy wrote in a header, after what was there; empty when there is none."""
    values = [value for header, value in scope["headers"] if header == name]
    return values[-1].rpartition(b",")[2].strip() if values else b""
