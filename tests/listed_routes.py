"""Prints every address of the server as a JSON list, those of Gradio included: `python -m tests.listed_routes`. The
services of the pages are absent, since no request is made."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.corpus.manager import CorpusManager
from assistant.people.accounts import Accounts, Sessions
from assistant.ui import chat, server
from assistant.ui.gate import TeamAccess
from assistant.ui.pages import lexicon_page, viewer
from assistant.ui.pages.corpus import page as corpus
from assistant.ui.pages.feedback import page as feedback
from assistant.ui.pages.quality import page as quality
from assistant.ui.pages.research import basket
from assistant.ui.pages.research import page as research
from assistant.ui.pages.research.services import ResearchServices
from assistant.ui.services import ChatServices
from index.settings import IndexSettings
from index.store.workspace import Workspace

_ABSENT: Any = None


def application(folder: Path) -> Any:
    """Return the application with all its pages, over an empty folder."""
    services = ChatServices(
        lambda question, before, written: iter(()),
        lambda answer: answer,
        lambda reaction, answer, comment: None,
        lambda answer: False,
    )

    def page(team: bool) -> gr.Blocks:
        return chat.build(services, title="t", examples=("e",), team=team)

    viewing = viewer.ViewerServices(lambda *request: _ABSENT, lambda source: _ABSENT, lambda who, source: _ABSENT)
    researching = ResearchServices(_ABSENT, _ABSENT, _ABSENT)
    manager = CorpusManager(Workspace(IndexSettings(data_dir=folder)), folder, lambda *recorded: _ABSENT, ())
    routers = [
        viewer.routes(viewing, "t"),
        lexicon_page.routes(lexicon_page.LexiconServices((), lambda term, scope: ()), "t"),
        research.routes(researching, "t"),
        basket.routes(researching, "t"),
        feedback.routes(feedback.FeedbackServices(*[_ABSENT] * 3), "t"),
        quality.routes(quality.QualityServices(*[_ABSENT] * 5), "t"),
        corpus.routes(manager, "t"),
    ]
    access = TeamAccess(Sessions(Accounts(folder), b"x" * 32))
    return server.application(page(False), page(True), access, "t", routers=routers)


def walk(routes: Iterable[Any], prefix: str = "") -> Iterator[str]:
    """Yield the addresses of routes, those of mounted applications and included routers too."""
    for route in routes:
        path = prefix + (getattr(route, "path", None) or "")
        inner = getattr(getattr(route, "original_router", route), "routes", None)
        yield from walk(inner, path) if inner else [path]


if __name__ == "__main__":
    print(json.dumps(sorted(set(walk(application(Path(tempfile.mkdtemp())).routes)))))
