"""The research pages over an invented corpus, indexed without the model, and requested without the gate."""

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

Reply = Any  # the response of the test client, whose library has no types
FORM = {"content-type": "application/x-www-form-urlencoded"}


def index_allotment(folder: Path) -> Components:
    """Index the invented corpus in `folder` with the fake embedder, and return the components over it."""
    workspace = fake_workspace(IndexSettings(data_dir=folder / "data", find_names=False))
    report = build(write_corpus(folder / "corpus", FILES), workspace)
    assert not report.failed
    return compose(workspace, AssistantSettings(corpus=folder / "none"))


@dataclass
class ServedResearch:
    """The pages, requested by « ada », and the data that they keep."""

    parts: Components
    baskets: Baskets
    audit: Audit
    app: FastAPI
    client: TestClient

    def get(self, path: str, **parameters: str) -> Reply:
        return self.client.get(f"/equipe/recherche{path}", params=parameters)

    def post(self, path: str, *fields: tuple[str, str], who: str = "ada") -> Reply:
        body = urlencode(fields)
        return self.client.post(
            f"/equipe/recherche{path}", content=body, headers={**FORM, HEADER: quote(who)}, follow_redirects=False
        )

    def passages(self) -> list[Passage]:
        return list(self.parts.passages(Scope.TEAM))

    def id_of(self, start: str) -> str:
        return next(passage.id for passage in self.passages() if passage.text.startswith(start))

    def acts(self, act: AuditAction) -> list[tuple[str, tuple[str, ...]]]:
        return [(entry.who, entry.sources) for entry in self.audit.last(1000) if entry.act is act]


@contextmanager
def serve_research(parts: Components, folder: Path, root_path: str = "") -> Iterator[ServedResearch]:
    """Serve the pages over these components, with the baskets and the audit trail in `folder`."""
    baskets, audit = Baskets(folder), Audit(folder)
    services = ResearchServices(Research(parts.catalog, parts.searcher), baskets, audit.record)
    app = FastAPI()
    for module in (research, basket):
        app.include_router(module.routes(services, "Étude"))
    with TestClient(app, headers={HEADER: "ada"}, root_path=root_path) as client:
        yield ServedResearch(parts, baskets, audit, app, client)


def shown(answer: Reply) -> list[str]:
    """Return the texts of the passages of a page, in order."""
    found = re.findall(r"<blockquote>(.*?)</blockquote>", answer.text, re.DOTALL)
    return [unescape(re.sub(r"</?mark>", "", text)) for text in found]


def visible_text(answer: Reply) -> str:
    """Return the text of a page, without style and markup, white space collapsed."""
    body = answer.text.split("<body>")[1]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))
