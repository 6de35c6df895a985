"""Assemble the web application, with the public page at the root and the page of the team behind the login, and serve
it."""

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
    read_notice: Callable[[], str] = lambda: "",
    routers: Sequence[APIRouter] = (),
    *,
    host: str = "",
    port: int = 0,
    root_path: str = "",
) -> FastAPI:
    """Return the application: both chat pages behind the gate, the login, the legal notice (`read_notice` returns its
    Markdown), the accessibility statement, the health check, and the server-rendered pages of `routers`. `root_path` is
    the sub-path that a proxy gives to the pages; `audit` records logins. `Blocks.launch` is not used, since it sends
    requests to itself over HTTP, which fails behind a proxy, prints in English, and leaves Gradio's other addresses
    open."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(HTTPException, _empty_error)
    app.add_middleware(Gate, access=access, public=frozenset(public.fns), team=frozenset(team.fns))
    app.add_middleware(ProxyMiddleware, root_path=root_path)  # the outermost
    app.include_router(login.routes(login.LoginServices(access.sessions, LoginAttempts(), audit), title))
    # After an internal error, a queue of Gradio stays stopped: the server has to be restarted.
    app.include_router(health_routes(lambda: is_well() and not (public._queue.stopped or team._queue.stopped)))
    app.include_router(legal.routes(legal.LegalServices(read_notice), title))
    app.include_router(statement.routes(title))
    for router in routers:
        app.include_router(router)
    # Two applications, since each publishes its whole content in its configuration; the root is mounted last.
    for path, page in ((TEAM, team), ("/", public)):
        gr.mount_gradio_app(
            app, page, path=path, server_name=host, server_port=port, theme=theme.theme(),
            footer_links=[], run_history=False, show_error=False, ssr_mode=False, enable_monitoring=False, pwa=False,
            mcp_server=False, favicon_path=str(ICON) if path == "/" else None,
        )  # fmt: skip
    return app


def health_routes(is_well: Callable[[], bool]) -> APIRouter:
    """Return the route for monitoring: 200 when questions can be answered, 503 when they cannot. It exposes nothing on
    the corpus, the questions or their number."""
    router = APIRouter()

    @router.get(HEALTH)
    def check_health() -> Response:
        well = is_well()
        return JSONResponse({"well": well}, 200 if well else 503)

    return router


def _empty_error(request: Request, error: Exception) -> Response:
    """Return an error response with an empty body, since that of the library is in English."""
    return Response(status_code=error.status_code if isinstance(error, HTTPException) else 500)


def launch(app: FastAPI, host: str, port: int, *, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve until interrupted; port 0 takes any free port. `on_ready` is called with the address once the server
    answers. Raises `OSError` when the address cannot be bound."""
    # `ProxyMiddleware` decides which proxies are trusted. uvicorn would also read an environment variable, which could
    # make it trust every client.
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
    """A server that calls `on_ready` once it answers, and closes the streams of open pages when it stops."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[str], None] | None, mounted: Sequence[GradioApp]
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._mounted = mounted

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_ready and self.started and sockets:
            # In a thread: the callback may request the page at once, which this event loop must be free to serve.
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
