"""Minimal Gradio server beside chromadb: a page that echoes a question.

    python -m tests.benchmarks.echo

It is mounted and served as the assistant's pages are, with the same number of concurrent answers, and otherwise has
Gradio's defaults: the baseline for the assistant's start and rate. It prints its address once it listens."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

# As `assistant serve` does where Ray installed pyarrow: blocked before Gradio is imported.
sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]


def application() -> FastAPI:
    """Return an application with the page at its root."""
    import gradio as gr
    from fastapi import FastAPI

    from assistant.ui.chat import ANSWERS_AT_ONCE

    with gr.Blocks(analytics_enabled=False) as page:
        question, answer = gr.Textbox(), gr.Textbox()
        question.submit(lambda text: text, question, answer)
    page.queue(default_concurrency_limit=ANSWERS_AT_ONCE)
    app = FastAPI()
    gr.mount_gradio_app(app, page, path="/", ssr_mode=False)
    return app


def main() -> None:
    """Serve the page until interrupted."""
    import chromadb

    from assistant.ui import server

    assert chromadb.__version__  # imported, as any client of a vector store must
    with contextlib.suppress(KeyboardInterrupt):
        server.launch(application(), "127.0.0.1", 0, on_ready=lambda url: print(url, flush=True))


if __name__ == "__main__":
    main()
