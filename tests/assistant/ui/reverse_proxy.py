"""A minimal reverse proxy for tests: `python -m tests.assistant.ui.reverse_proxy UPSTREAM PREFIX strip|keep [SCHEME]`.
It forwards requests below PREFIX, which it strips or keeps. Elsewhere it answers 404 and prints the path requested.
SCHEME is the scheme of the visitor's connection that it forwards."""

from __future__ import annotations

import sys

import httpx
import uvicorn
from starlette.types import Receive, Scope, Send

_HOP = {b"connection", b"transfer-encoding", b"keep-alive"}


class ReverseProxy:
    """An ASGI application that forwards each request, and streams the response back."""

    def __init__(self, upstream: str, prefix: str, strips: bool, scheme: str = "http") -> None:
        self._upstream = httpx.URL(upstream)
        self._transport = httpx.AsyncHTTPTransport()  # a client would keep a visitor's cookies for the next one
        self._prefix, self._strips, self._scheme = prefix, strips, scheme

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if not path.startswith(f"{self._prefix}/"):
            print(f"outside: {path}", flush=True)
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b"outside"})
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        path = path.removeprefix(self._prefix) if self._strips else path
        target = self._upstream.copy_with(path=path, query=scope["query_string"] or None)
        kept = [pair for pair in scope["headers"] if pair[0] not in _HOP and not pair[0].startswith(b"x-forwarded-")]
        forwarded = [(b"x-forwarded-for", scope["client"][0].encode()), (b"x-forwarded-proto", self._scheme.encode())]
        request = httpx.Request(scope["method"], target, headers=[*kept, *forwarded], content=body)
        answer = await self._transport.handle_async_request(request)
        headers = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _HOP]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        try:
            async for piece in answer.stream:  # type: ignore[union-attr]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await answer.aclose()


class _Server(uvicorn.Server):
    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        port = self.servers[0].sockets[0].getsockname()[1]
        print(f"http://127.0.0.1:{port}/", flush=True)


def main(upstream: str, prefix: str, mode: str, scheme: str = "http") -> None:
    app = ReverseProxy(upstream, prefix, mode == "strip", scheme)
    config = uvicorn.Config(
        app, port=0, lifespan="off", log_level="warning", proxy_headers=False, server_header=False, date_header=False
    )
    _Server(config).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
