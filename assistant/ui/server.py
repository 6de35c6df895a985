"""Serves the two pages: everyone's at the root, the team's behind its door."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import APIRouter, FastAPI
from gradio.routes import App as GradioApp
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from assistant.addresses import HEALTH, TEAM
from assistant.people.audit import Audit
from assistant.people.login_attempts import LoginAttempts
from assistant.ui import theme
from assistant.ui.gate import Gate, TeamAccess
from assistant.ui.pages import legal, login, statement
from assistant.ui.proxy import ProxyMiddleware

ICON = Path(__file__).with_name("icon.svg")


def application(
    public: gr.Blocks,
    team: gr.Blocks,
    access: TeamAccess,
    title: str,
    is_well: Callable[[], bool] = lambda: True,
    audit: Audit | None = None,
    notice: Callable[[], str] = lambda: "",
    beside: Sequence[APIRouter] = (),
    *,
    host: str = "",
    port: int = 0,
    root_path: str = "",
) -> FastAPI:
    """All that is served: both pages and the team's door, behind the gate, the legal notice, and whether all is well.
    Below `root_path` when a proxy gives the pages a sub-path; who comes in is kept in `audit`; `beside` are
    the addresses of the plain pages beside the conversation. Not `Blocks.launch`: it
    asks itself over HTTP, which fails behind a proxy, prints in English, and leaves the rest of Gradio's addresses
    open."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(HTTPException, _without_words)
    app.add_middleware(Gate, access=access, public=frozenset(public.fns), team=frozenset(team.fns))
    app.add_middleware(ProxyMiddleware, root_path=root_path)  # the outermost
    app.include_router(login.routes(access.sessions, LoginAttempts(), title, audit))
    # A queue that met an error of its own answers nobody any more: the server is to be started again.
    app.include_router(health_routes(lambda: is_well() and not (public._queue.stopped or team._queue.stopped)))
    app.include_router(legal.routes(notice, title))
    app.include_router(statement.routes(title))
    for router in beside:
        app.include_router(router)
    # Two applications, since one sends what it holds to whoever asks for its configuration; the root comes last.
    for path, page in ((TEAM, team), ("/", public)):
        gr.mount_gradio_app(
            app, page, path=path, server_name=host, server_port=port, theme=theme.theme(),
            footer_links=[], run_history=False, show_error=False, ssr_mode=False, enable_monitoring=False, pwa=False,
            mcp_server=False, favicon_path=str(ICON) if path == "/" else None,
        )  # fmt: skip
    return app


def health_routes(is_well: Callable[[], bool]) -> APIRouter:
    """Return the route for monitoring: 200 when questions can be answered, 503 when they cannot. It tells nothing of
    the corpus, of questions or of figures."""
    router = APIRouter()

    @router.get(HEALTH)
    def look() -> Response:
        well = is_well()
        return JSONResponse({"well": well}, 200 if well else 503)

    return router


def _without_words(request: Request, error: Exception) -> Response:
    """An answer that there is none to give; the library's own is in English."""
    return Response(status_code=error.status_code if isinstance(error, HTTPException) else 500)


def launch(app: FastAPI, host: str, port: int, *, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve until interrupted; `on_ready` gets the address once it answers (port 0: any free one). Raises `OSError`
    when the address cannot be taken."""
    # `ProxyMiddleware` says which proxies are believed, not uvicorn: the environment could make it believe everyone.
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening, contextlib.suppress(KeyboardInterrupt):
        _Server(config, on_ready, _mounted(app)).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says when it answers, and lets go of the open pages when it stops."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[str], None] | None, mounted: Sequence[GradioApp]
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._mounted = mounted

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_ready and self.started and sockets:
            # In a thread: whoever is told may at once ask for the page, which this loop must be free to serve.
            await asyncio.to_thread(self._on_ready, _url(sockets[0]))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for app in self._mounted:
            app.stop_event.set()
        await super().shutdown(sockets)


def _mounted(app: FastAPI) -> list[GradioApp]:
    return [route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, GradioApp)]


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
