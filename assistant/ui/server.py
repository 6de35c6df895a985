"""The chat page: a question in, its answer streamed into the conversation, its passages beside it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI
from gradio.routes import App as GradioApp
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.types import Answer
from assistant.ui import cards, theme
from assistant.ui.conversation import Turn, messages

Stream = Callable[[str, Sequence[str]], Iterator[str | Answer]]
Simplify = Callable[[Answer], Answer]
Turns = tuple[Turn, ...]
SIMPLER, WHOLE = "Plus simple", "Réponse entière"

PROMISE = "Posez votre question avec vos mots. Chaque réponse cite les passages d’où elle vient."
WELCOME = "Que voulez-vous savoir\u00a0?"
LONGEST_QUESTION = 1000
ANSWERS_AT_ONCE = 8
SCRIPT = Path(__file__).with_name("page.js")
ICON = Path(__file__).with_name("icon.svg")

# All that the page asks of its server. Gradio answers at many more addresses (uploads, its API, its settings).
OPEN = (
    *("/assets/", "/static/", "/favicon.ico", "/theme.css", "/robots.txt"),
    *(f"/gradio_api/{name}" for name in ("queue/", "heartbeat/", "cancel", "reset", "app_id")),
)
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; frame-ancestors 'self'; form-action 'self'"
)

logger = logging.getLogger(__name__)


def build(stream: Stream, simplify: Simplify, *, title: str, examples: Sequence[str]) -> gr.Blocks:
    """The page. `stream(question, before)`, the questions before it oldest first, yields checked Markdown, never taken
    back, then one `Answer`, of which `simplify` gives a simpler form; Gradio may run each of its steps in another
    thread. What a visitor asked lives in their session only."""
    page = gr.Blocks(title=title, analytics_enabled=False, fill_width=True)
    with page:
        turns = gr.State(())
        with gr.Row(elem_id="head"):
            gr.HTML(f"<h1>{escape(title)}</h1><p>{PROMISE}</p>")
            restart = gr.Button("Nouvelle conversation", elem_id="restart", scale=0)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                chat = gr.Chatbot(
                    elem_id="conversation", label="Conversation", placeholder=WELCOME, show_label=False, height=None,
                    buttons=[], latex_delimiters=[], feedback_options=None, autoscroll=False,
                )  # fmt: skip
                simpler = gr.Button(SIMPLER, elem_id="simpler", visible=False, scale=0)
                with gr.Column(elem_id="examples") as suggestions:
                    gr.HTML("<p>Par exemple\u00a0:</p>")
                    buttons = [gr.Button(example, elem_classes="example") for example in examples]
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        elem_id="question", label="Votre question", placeholder="Votre question…", show_label=False,
                        container=False, lines=1, max_lines=4, max_length=LONGEST_QUESTION,
                        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off", lang="fr"),
                    )  # fmt: skip
                    send = gr.Button("Envoyer", elem_id="send", variant="primary", scale=0)
            with gr.Column(elem_id="sources"):
                passages = gr.HTML(cards.panel(None), elem_id="passages")

        shown = [question, turns, chat, passages, suggestions, simpler]
        listen = partial(gr.on, outputs=shown, show_progress="hidden", api_visibility="private")
        answering = [listen([question.submit, send.click], partial(_answer, stream), [question, turns])]
        for button, example in zip(buttons, examples, strict=True):
            answering.append(listen(button.click, partial(_answer, stream, example), turns))
        answering.append(listen(simpler.click, partial(_turn_over, simplify), turns))
        # One after the other: a piece on its way when an answer is given up would fill the page again.
        given_up = restart.click(None, cancels=answering, api_visibility="private")
        given_up.then(_restart, outputs=shown, show_progress="hidden", api_visibility="private")
    page.queue(default_concurrency_limit=ANSWERS_AT_ONCE, api_open=False)
    return page


def launch(page: gr.Blocks, host: str, port: int, *, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve until interrupted; `on_ready` gets the address once it answers (port 0: any free one).

    Raises `OSError` when the address cannot be taken. Not `Blocks.launch`: it asks itself over HTTP, which fails
    behind a proxy, prints in English, and leaves the rest of Gradio's addresses open.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_Gate)
    gr.mount_gradio_app(
        app, page, path="/", server_name=host, server_port=port, theme=theme.theme(),
        footer_links=[], run_history=False, show_error=False, ssr_mode=False, enable_monitoring=False, pwa=False,
        mcp_server=False, favicon_path=str(ICON),
    )  # fmt: skip
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening, contextlib.suppress(KeyboardInterrupt):
        _Server(config, on_ready, _mounted(app)).run(sockets=[listening])


def _answer(stream: Stream, question: str, turns: Turns) -> Iterator[tuple[Any, ...]]:
    """Show the question at once, then its answer piece by piece, then its passages. Failing is told, not raised."""
    question = question.strip()
    if not question:
        yield (gr.skip(),) * 6
        return
    turn = Turn(question)
    yield "", (*turns, turn), messages([*turns, turn]), cards.WAITING, *(gr.update(visible=False),) * 2
    try:
        for piece in stream(question, [one.question for one in turns]):
            turn = replace(turn, answer=piece) if isinstance(piece, Answer) else replace(turn, text=turn.text + piece)
            if not turn.answer:
                yield gr.skip(), gr.skip(), messages([*turns, turn]), *(gr.skip(),) * 3
        if turn.answer and not turn.text:
            turn = replace(turn, text=turn.answer.text)
    except Exception:
        logger.exception("the answer could not be finished")
        turn = replace(turn, answer=None, failed=True)
    yield _last((*turns, turn))


def _turn_over(simplify: Simplify, turns: Turns) -> tuple[Any, ...]:
    """Show the last answer in its other form, the simple one or the whole."""
    return _last((*turns[:-1], turns[-1].turned_over(simplify)))


def _last(turns: Turns) -> tuple[Any, ...]:
    """The conversation as its last turn leaves it, with the passages of that turn."""
    turn = turns[-1]
    offered = gr.update(visible=bool(turn.answer and turn.answer.citations), value=WHOLE if turn.is_simple else SIMPLER)
    return gr.skip(), turns, messages(turns), cards.panel(turn.answer), gr.skip(), offered


def _restart() -> tuple[Any, ...]:
    return "", (), [], cards.panel(None), gr.update(visible=True), gr.update(visible=False)


class _Server(uvicorn.Server):
    """Says when it answers, and lets go of the open pages when it stops."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[str], None] | None, mounted: GradioApp) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._mounted = mounted

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_ready and self.started and sockets:
            # In a thread: whoever is told may at once ask for the page, which this loop must be free to serve.
            await asyncio.to_thread(self._on_ready, _url(sockets[0]))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._mounted.stop_event.set()
        await super().shutdown(sockets)


def _mounted(app: FastAPI) -> GradioApp:
    return next(route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, GradioApp))


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class _Gate:
    """Lets through what the page needs, and makes the page French and ours before Gradio's script starts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._script = f"<script>{SCRIPT.read_text(encoding='utf-8')}</script>".encode()
        # Not by Gradio's `css`, which rewrites selectors, and not those with a comma in brackets rightly.
        self._style = f"<style>{theme.STYLE.read_text(encoding='utf-8')}</style>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "lifespan" or path.startswith(OPEN):
            await self._app(scope, receive, send)
        elif scope["type"] == "http" and path == "/":
            # Uncompressed, or it could not be edited.
            headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            await self._app({**scope, "headers": headers}, receive, self._edit(send))
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    def _edit(self, send: Send) -> Send:
        """The page comes as one start and one body, which need their new length."""
        start: Message = {}

        async def edit(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body = message["body"].replace(b'lang="en"', b'lang="fr"', 1)
            body = body.replace(b"<head>", b"<head>" + self._script, 1)
            body = body.replace(b"</head>", self._style + b"</head>", 1)
            headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            headers += [(b"content-length", str(len(body)).encode()), (b"content-security-policy", POLICY.encode())]
            await send({**start, "headers": headers})
            await send({**message, "body": body})

        return edit
