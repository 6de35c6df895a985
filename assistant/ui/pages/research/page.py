"""« Recherche »: the passages that a search finds, read with their source and context, put in the basket, or exported.
The search is in the address, which may be kept; what changes something is posted."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from assistant.errors import AuditRefused, BasketRefused
from assistant.export.formats import FORMATS
from assistant.formatting import counted
from assistant.people.audit import AuditAction
from assistant.team.research import MOST, Choices, ResearchFilter, ResearchResults
from assistant.ui import identity
from assistant.ui.addresses import RESEARCH, TEAM, team
from assistant.ui.pages import plain
from assistant.ui.pages.download import download, file_name
from assistant.ui.pages.fields import posted
from assistant.ui.pages.paging import cut, number
from assistant.ui.pages.research import form as forms
from assistant.ui.pages.research.results import beginning, results
from assistant.ui.pages.research.services import (
    ADD,
    BASKET,
    EXPORT,
    FIELDS,
    ResearchServices,
    failed,
    logger,
    message,
    page,
    see,
)
from index.errors import CorpusError

_NOTHING_CHOSEN = "Aucun passage n’est coché\u00a0: cochez ceux que vous voulez."
_NOTHING = Choices((), (), (), ())  # titles are not shown either, to choose from, where nothing can be recorded


def routes(bench: ResearchServices, study: str) -> APIRouter:
    """The addresses of a search and of what is done with its passages."""
    router = APIRouter()
    desk = _Desk(bench, study)
    router.add_api_route(TEAM + RESEARCH, desk.show, methods=["GET"])
    router.add_api_route(TEAM + ADD, desk.add, methods=["POST"])
    router.add_api_route(TEAM + EXPORT, desk.export, methods=["POST"])
    return router


class _Desk:
    def __init__(self, bench: ResearchServices, study: str) -> None:
        self._bench = bench
        self._study = study

    def show(self, request: Request) -> Response:
        said = dict(request.query_params)
        sought, faults = forms.read(said)
        if not faults and not all(said.values()):  # a form says its empty fields too: the address to keep does not
            return see(forms.address(sought, team(request, RESEARCH)))
        told = ""
        if said.get("fait") == "ajoute":
            told = message(_added(number(said.get("n", ""), 0, MOST), team(request, BASKET)))
        elif said.get("fait") == "rien":
            told = message(plain.error_box(_NOTHING_CHOSEN))
        return self._page(request, said, told)

    async def add(self, request: Request) -> Response:
        return await run_in_threadpool(self._add, request, _fields(await posted(request, FIELDS)))

    async def export(self, request: Request) -> Response:
        return await run_in_threadpool(self._export, request, _fields(await posted(request, FIELDS)))

    def _page(self, request: Request, said: Mapping[str, str], told: str = "", status: int = 200) -> Response:
        """The form, what is told, and what is found, once it is kept that it is shown."""
        sought, faults = forms.read(said)
        own = team(request, RESEARCH)
        choices, count = _NOTHING, 0
        try:
            count = len(self._bench.baskets.of(identity.name_of(request.headers)))
        except BasketRefused as error:
            logger.error("%s", error)
        try:
            choices = self._bench.research.choices()
            found = ResearchResults() if faults else self._bench.research.find(sought)
            if faults or sought.is_empty:
                body = "" if faults else beginning()
            else:
                body = self._found(request, sought, found, said.get("page", ""))
            status = 400 if faults else status
        except (AuditRefused, CorpusError) as error:
            body, told, status, choices = failed(error), "", 503, _NOTHING
        many = f' ({count}<span class="unseen"> passage{"s"[: count > 1]}</span>)' if count else ""
        head = (
            '<div class="top"><h1>Recherche</h1>'
            f'<a class="button second" href="{escape(team(request, BASKET))}">Panier{many}</a></div>'
            '<p class="lead">Retrouvez des passages à citer, entretiens compris, et rassemblez-les dans un panier.</p>'
        )
        form = forms.form(sought, choices, own, said, faults)
        faulty = plain.error_box("La recherche n’est pas faite\u00a0: une date est à corriger.") if faults else ""
        return page(request, "Recherche", head + faulty + form + told + body, self._study, status)

    def _found(self, request: Request, sought: ResearchFilter, found: ResearchResults, asked: str) -> str:
        here, current, last = cut(found.passages, number(asked))
        self._bench.open(request, here)
        around = {one.id: self._bench.research.around(one) for one in here}
        try:
            kept = set(self._bench.baskets.of(identity.name_of(request.headers)))
        except BasketRefused:  # told where it is used
            kept = set()
        meant = self._bench.research.meant(sought.words) if sought.words else ""
        loosened = {} if found.passages else self._bench.research.loosened(sought)
        return results(
            sought, found, here, (current, last), around, kept, meant, loosened,
            own=team(request, RESEARCH), base=team(request), add=team(request, ADD), export=team(request, EXPORT),
        )  # fmt: skip

    def _add(self, request: Request, fields: list[tuple[str, str]]) -> Response:
        said, own = dict(fields), team(request, RESEARCH)
        sought, _ = forms.read(said)
        current = number(said.get("page", ""), most=MOST)
        try:
            if "toute" in said:
                found = cut(self._bench.research.find(sought).passages, current)[0]
                chosen = [one.id for one in found]
            else:
                chosen = [one.id for one in self._bench.research.named([id_ for name, id_ in fields if name == "p"])]
            if not chosen:
                return see(forms.address(sought, own, page=current, fait="rien") + "#message")
            added = self._bench.baskets.add(identity.name_of(request.headers), chosen)
        except (BasketRefused, CorpusError) as error:
            return self._page(request, said, failed(error), 409 if isinstance(error, BasketRefused) else 503)
        return see(forms.address(sought, own, page=current, fait="ajoute", n=added) + "#message")

    def _export(self, request: Request, fields: list[tuple[str, str]]) -> Response:
        said, own = dict(fields), team(request, RESEARCH)
        sought, _ = forms.read(said)
        current = number(said.get("page", ""), most=MOST)
        made_as = FORMATS.get(said.get("format", ""))
        try:
            if said.get("quoi") == "tous":
                chosen = list(self._bench.research.find(sought).passages)
            else:
                chosen = self._bench.research.named([id_ for name, id_ in fields if name == "p"])
            if not chosen or made_as is None:
                return see(forms.address(sought, own, page=current, fait="rien") + "#message")
            self._bench.open(request, chosen, AuditAction.EXPORTED)
        except (AuditRefused, CorpusError) as error:
            back = f'<p><a href="{escape(forms.address(sought, own))}">Revenir à la recherche</a></p>'
            return page(request, "Recherche", f"<h1>Recherche</h1>{failed(error)}{back}", self._study, 503)
        about = f"Passages sur «\u00a0{sought.words}\u00a0»" if sought.words else "Passages du corpus"
        return download(chosen, made_as, about, file_name(sought.words))


def _fields(form: FormData) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in form.multi_items()]


def _added(many: int, basket: str) -> str:
    link = f'<a href="{escape(basket)}">Voir le panier</a>'
    if not many:
        return plain.notice_box("Ces passages étaient déjà dans votre panier.", link)
    return plain.notice_box(f"{counted(many, 'passage')} ajouté{'s'[: many > 1]} à votre panier.", link)
