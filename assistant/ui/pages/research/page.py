"""« Recherche »: the passages that a search finds, read with their source and context, added to the basket, or
exported. The address holds the search and can be kept; changes are posted."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from assistant.addresses import RESEARCH, TEAM
from assistant.errors import AuditRefused, BasketRefused
from assistant.export.formats import FORMATS
from assistant.formatting import counted
from assistant.people.audit import AuditAction
from assistant.team.research import MOST, Choices, ResearchFilter, ResearchResults
from assistant.ui import identity
from assistant.ui.links import team
from assistant.ui.pages.download import download, file_name
from assistant.ui.pages.fields import posted
from assistant.ui.pages.paging import cut, number
from assistant.ui.pages.plain import Message
from assistant.ui.pages.research import form as forms
from assistant.ui.pages.research.results import Links, Page, Results, results
from assistant.ui.pages.research.services import (
    ADD,
    BASKET,
    EXPORT,
    FIELDS,
    ResearchServices,
    failure,
    logger,
    page,
    redirect,
)
from assistant.ui.pages.templates import render
from index.errors import CorpusError

_HEADING = "Recherche"
_NO_PASSAGE_CHOSEN = Message("Aucun passage n’est coché\u00a0: cochez ceux que vous voulez.", is_error=True)
_NO_CHOICES = Choices((), (), (), ())  # offered where access cannot be recorded: titles are hidden too


def routes(services: ResearchServices, title: str) -> APIRouter:
    """Return the routes of a search and of the actions on its passages."""
    router = APIRouter()
    pages = _SearchPages(services, title)
    router.add_api_route(TEAM + RESEARCH, pages.show, methods=["GET"])
    router.add_api_route(TEAM + ADD, pages.add, methods=["POST"])
    router.add_api_route(TEAM + EXPORT, pages.export, methods=["POST"])
    return router


class _SearchPages:
    """The handlers of the routes; `title` is that of the study."""

    def __init__(self, services: ResearchServices, title: str) -> None:
        self._services = services
        self._title = title

    def show(self, request: Request) -> Response:
        parameters = dict(request.query_params)
        query, faults = forms.read_query(parameters)
        if not faults and not all(parameters.values()):  # empty fields of the form: the address to keep has none
            return redirect(forms.search_address(query, team(request, RESEARCH)))
        message = None
        if parameters.get("fait") == "ajoute":
            message = _added(number(parameters.get("n", ""), 0, MOST), team(request, BASKET))
        elif parameters.get("fait") == "rien":
            message = _NO_PASSAGE_CHOSEN
        return self._page(request, parameters, message)

    async def add(self, request: Request) -> Response:
        return await run_in_threadpool(self._add, request, _fields(await posted(request, FIELDS)))

    async def export(self, request: Request) -> Response:
        return await run_in_threadpool(self._export, request, _fields(await posted(request, FIELDS)))

    def _page(
        self, request: Request, parameters: Mapping[str, str], message: Message | None = None, status: int = 200
    ) -> Response:
        """Return the page of a search; access to reserved passages is recorded first."""
        query, faults = forms.read_query(parameters)
        choices, basket_count, shown, shows_help = _NO_CHOICES, 0, None, False
        try:
            basket_count = len(self._services.baskets.of(identity.name_of(request.headers)))
        except BasketRefused as error:
            logger.error("%s", error)
        try:
            choices = self._services.research.choices()
            shows_help = not faults and query.is_empty
            if not faults and not query.is_empty:
                found = self._services.research.find(query)
                shown = self._results(request, query, found, parameters.get("page", ""))
            status = 400 if faults else status
        except (AuditRefused, CorpusError) as error:
            message, status, choices = failure(error), 503, _NO_CHOICES
        body = render(
            "research/page.html",
            basket={"address": team(request, BASKET), "count": basket_count},
            is_faulty=bool(faults),
            form=forms.form(query, choices, team(request, RESEARCH), parameters, faults),
            message=message,
            results=shown,
            shows_help=shows_help,
        )
        return page(request, _HEADING, body, self._title, status)

    def _results(self, request: Request, query: ResearchFilter, found: ResearchResults, page_number: str) -> Results:
        shown = Page(*cut(found.passages, number(page_number)))
        self._services.record_access(request, shown.passages)
        research = self._services.research
        around = {passage.id: research.around(passage) for passage in shown.passages}
        try:
            in_basket = set(self._services.baskets.of(identity.name_of(request.headers)))
        except BasketRefused:  # the pages that change the basket report it
            in_basket = set()
        corrected = research.meant(query.words) if query.words else ""
        loosened = {} if found.passages else research.loosened(query)
        links = Links(team(request, RESEARCH), team(request), team(request, ADD), team(request, EXPORT))
        return results(query, found, shown, around, in_basket, corrected, loosened, links)

    def _add(self, request: Request, fields: list[tuple[str, str]]) -> Response:
        values, own = dict(fields), team(request, RESEARCH)
        query, _ = forms.read_query(values)
        current = number(values.get("page", ""), most=MOST)
        try:
            if "toute" in values:
                chosen = cut(self._services.research.find(query).passages, current)[0]
            else:
                chosen = self._services.research.named(_checked(fields))
            if not chosen:
                return redirect(forms.search_address(query, own, page=current, fait="rien") + "#message")
            ids = [passage.id for passage in chosen]
            added = self._services.baskets.add(identity.name_of(request.headers), ids)
        except (BasketRefused, CorpusError) as error:
            return self._page(request, values, failure(error), 409 if isinstance(error, BasketRefused) else 503)
        return redirect(forms.search_address(query, own, page=current, fait="ajoute", n=added) + "#message")

    def _export(self, request: Request, fields: list[tuple[str, str]]) -> Response:
        values, own = dict(fields), team(request, RESEARCH)
        query, _ = forms.read_query(values)
        current = number(values.get("page", ""), most=MOST)
        export_format = FORMATS.get(values.get("format", ""))
        try:
            if values.get("quoi") == "tous":
                chosen = list(self._services.research.find(query).passages)
            else:
                chosen = self._services.research.named(_checked(fields))
            if not chosen or export_format is None:
                return redirect(forms.search_address(query, own, page=current, fait="rien") + "#message")
            self._services.record_access(request, chosen, AuditAction.EXPORTED)
        except (AuditRefused, CorpusError) as error:
            body = render(
                "research/failed.html",
                heading=_HEADING,
                message=failure(error),
                back=forms.search_address(query, own),
                back_label="Revenir à la recherche",
            )
            return page(request, _HEADING, body, self._title, 503)
        description = f"Passages sur «\u00a0{query.words}\u00a0»" if query.words else "Passages du corpus"
        return download(chosen, export_format, description, file_name(query.words))


def _fields(form: FormData) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in form.multi_items()]


def _checked(fields: list[tuple[str, str]]) -> list[str]:
    """Return the ids of the passages whose boxes are checked."""
    return [value for name, value in fields if name == "p"]


def _added(count: int, basket: str) -> Message:
    text = "Ces passages étaient déjà dans votre panier."
    if count:
        text = f"{counted(count, 'passage')} ajouté{'s'[: count > 1]} à votre panier."
    return Message(text, link="Voir le panier", address=basket)
