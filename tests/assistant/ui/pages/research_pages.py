"""The pages of research over an invented corpus, without the model: asked directly, as the gate hands them on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.compose.parts import Components, compose
from assistant.people.audit import Audit, AuditAction
from assistant.people.baskets import Baskets
from assistant.settings import AssistantSettings
from assistant.team.research import Research
from assistant.ui.identity import HEADER
from assistant.ui.pages.research import basket
from assistant.ui.pages.research import page as research
from assistant.ui.pages.research.services import ResearchServices
from index.indexing.build import build
from index.settings import IndexSettings
from index.types import Passage, Scope
from tests.assistant.research_corpus import FILES
from tests.assistant.samples import write_corpus
from tests.doubles import fake_workspace

Reply = Any  # what the client gives, of a library of its own
FORM = {"content-type": "application/x-www-form-urlencoded"}


def index_allotment(folder: Path) -> Components:
    """The corpus of `allotment` in `folder`, indexed with the stand-in."""
    workspace = fake_workspace(IndexSettings(data_dir=folder / "data", find_names=False))
    report = build(write_corpus(folder / "corpus", FILES), workspace)
    assert not report.failed
    return compose(workspace, AssistantSettings(corpus=folder / "none"))


@dataclass
class Desk:
    """The pages, as « ada » asks for them, and what they keep."""

    parts: Components
    baskets: Baskets
    audit: Audit
    app: FastAPI
    client: TestClient

    def get(self, path: str, **asked: str) -> Reply:
        return self.client.get(f"/equipe/recherche{path}", params=asked)

    def post(self, path: str, *fields: tuple[str, str], who: str = "ada") -> Reply:
        body = urlencode(fields)
        return self.client.post(
            f"/equipe/recherche{path}", content=body, headers={**FORM, HEADER: quote(who)}, follow_redirects=False
        )

    def passages(self) -> list[Passage]:
        return list(self.parts.passages(Scope.TEAM))

    def id_of(self, start: str) -> str:
        return next(one.id for one in self.passages() if one.text.startswith(start))

    def acts(self, act: AuditAction) -> list[tuple[str, tuple[str, ...]]]:
        return [(one.who, one.sources) for one in self.audit.last(1000) if one.act is act]


@contextmanager
def desk_over(parts: Components, folder: Path, root_path: str = "") -> Iterator[Desk]:
    """The pages over these parts, with a basket and a trail of their own in `folder`."""
    baskets, audit = Baskets(folder), Audit(folder)
    bench = ResearchServices(Research(parts.catalog, parts.searcher), baskets, audit.record)
    app = FastAPI()
    for one in (research, basket):
        app.include_router(one.routes(bench, "Étude"))
    with TestClient(app, headers={HEADER: "ada"}, root_path=root_path) as client:
        yield Desk(parts, baskets, audit, app, client)


def shown(answer: Reply) -> list[str]:
    """The passages on a page, in order, as they are read."""
    found = re.findall(r"<blockquote>(.*?)</blockquote>", answer.text, re.DOTALL)
    return [unescape(re.sub(r"</?mark>", "", one)) for one in found]


def said(answer: Reply) -> str:
    """What a page says, less its style and its mark-up."""
    body = answer.text.split("<body>")[1]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))
