"""The basket of a member of the team: passages set aside, in an order that the person chooses, exported together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from assistant.addresses import RESEARCH, TEAM
from assistant.errors import AuditRefused, BasketRefused
from assistant.export.formats import FORMATS, Format
from assistant.formatting import counted
from assistant.people.audit import AuditAction
from assistant.ui import identity
from assistant.ui.links import team
from assistant.ui.pages.download import download
from assistant.ui.pages.fields import posted
from assistant.ui.pages.plain import Message
from assistant.ui.pages.research import passages as cards
from assistant.ui.pages.research.services import (
    BASKET,
    EXPORT_BASKET,
    FIELDS,
    ResearchServices,
    failure,
    page,
    redirect,
)
from assistant.ui.pages.templates import render
from index.errors import CorpusError
from index.types import Passage

_HEADING = "Panier"
_DONE = {
    "deplace": "Passage déplacé.",
    "retire": "Passage retiré du panier.",
    "vide": "Le panier est vide.",
    "oublie": "Ce qui n’est plus dans le corpus est retiré du panier.",
    "rien": "Rien n’a changé\u00a0: ce passage n’est plus dans le panier, ou est déjà au bout.",
}


@dataclass(frozen=True, slots=True)
class ShownBasket:
    """A basket as its template shows it. `missing` counts, in French, the passages that left the corpus; `reserved` is
    how many passages are reserved for the team."""

    address: str
    export: str
    missing: str
    count: str
    cards: tuple[cards.PassageCard, ...]
    reserved: int
    formats: tuple[Format, ...]


def routes(services: ResearchServices, title: str) -> APIRouter:
    """Return the routes of the basket."""
    router = APIRouter()
    pages = _BasketPages(services, title)
    router.add_api_route(TEAM + BASKET, pages.show, methods=["GET"])
    router.add_api_route(TEAM + BASKET, pages.change, methods=["POST"])
    router.add_api_route(TEAM + EXPORT_BASKET, pages.export, methods=["POST"])
    return router


class _BasketPages:
    """The handlers of the routes; `title` is that of the study."""

    def __init__(self, services: ResearchServices, title: str) -> None:
        self._services = services
        self._title = title

    def show(self, request: Request) -> Response:
        done = _DONE.get(request.query_params.get("fait", ""))
        return self._page(request, Message(done) if done else None)

    async def change(self, request: Request) -> Response:
        return await run_in_threadpool(self._change, request, await posted(request, FIELDS))

    async def export(self, request: Request) -> Response:
        return await run_in_threadpool(self._export, request, await posted(request, FIELDS))

    def _page(self, request: Request, message: Message | None = None, status: int = 200) -> Response:
        shown = None
        try:
            ids = self._services.baskets.of(identity.name_of(request.headers))
            passages = self._services.research.named(ids)
            self._services.record_access(request, passages)
            shown = _shown_basket(request, passages, len(ids) - len(passages))
        except (AuditRefused, BasketRefused, CorpusError) as error:
            message, status = failure(error), 503
        body = render("research/basket.html", search=team(request, RESEARCH), message=message, basket=shown)
        return page(request, _HEADING, body, self._title, status)

    def _change(self, request: Request, form: FormData) -> Response:
        values = {key: str(value) for key, value in form.items()}
        name, baskets, own = identity.name_of(request.headers), self._services.baskets, team(request, BASKET)
        try:
            ids = baskets.of(name)
            present = [passage.id for passage in self._services.research.named(ids)]
            if "vider" in values:
                baskets.erase(name)
                return redirect(f"{own}?fait=vide#message")
            if "oublier" in values:
                baskets.remove(name, set(ids) - set(present))
                return redirect(f"{own}?fait=oublie#message")
            if "retirer" in values:
                removed = baskets.remove(name, [values["retirer"]])
                return redirect(f"{own}?fait={'retire' if removed else 'rien'}#message")
            for field, step in (("monter", -1), ("descendre", 1)):
                moving = values.get(field, "")
                if moving in present and 0 <= (other := present.index(moving) + step) < len(present):
                    moved = baskets.swap(name, moving, present[other])
                    return redirect(f"{own}?fait={'deplace' if moved else 'rien'}#p-{moving}")
        except (BasketRefused, CorpusError) as error:
            return self._page(request, failure(error), 503)
        return redirect(f"{own}?fait=rien#message")

    def _export(self, request: Request, form: FormData) -> Response:
        export_format = FORMATS.get(str(form.get("format", "")))
        try:
            passages = self._services.research.named(self._services.baskets.of(identity.name_of(request.headers)))
            if not passages or export_format is None:
                return redirect(team(request, BASKET))
            self._services.record_access(request, passages, AuditAction.EXPORTED)
        except (AuditRefused, BasketRefused, CorpusError) as error:
            body = render(
                "research/failed.html",
                heading=_HEADING,
                message=failure(error),
                back=team(request, BASKET),
                back_label="Revenir au panier",
            )
            return page(request, _HEADING, body, self._title, 503)
        return download(passages, export_format, "Passages choisis", "panier")


def _shown_basket(request: Request, passages: Sequence[Passage], missing: int) -> ShownBasket:
    base = team(request)
    sources = len({passage.source.id for passage in passages})
    return ShownBasket(
        address=team(request, BASKET),
        export=team(request, EXPORT_BASKET),
        missing=_missing(missing) if missing else "",
        count=f"{counted(len(passages), 'passage')} de {counted(sources, 'source')}",
        cards=tuple(cards.card(passage, base) for passage in passages),
        reserved=cards.reserved_count(passages),
        formats=tuple(FORMATS.values()),
    )


def _missing(count: int) -> str:
    return f"{counted(count, 'passage')} de votre panier {'ne sont' if count > 1 else 'n’est'} plus dans le corpus."
