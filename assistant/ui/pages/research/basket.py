"""The basket of someone of the team: the passages put aside, in the order they choose, to be exported together."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from assistant.errors import AuditRefused, BasketRefused
from assistant.export.formats import FORMATS
from assistant.formatting import counted
from assistant.people.audit import AuditAction
from assistant.ui import identity
from assistant.ui.addresses import RESEARCH, TEAM, team
from assistant.ui.pages import plain
from assistant.ui.pages.download import download
from assistant.ui.pages.fields import posted
from assistant.ui.pages.research import passages as shown
from assistant.ui.pages.research.services import (
    BASKET,
    EXPORT_BASKET,
    FIELDS,
    ResearchServices,
    failed,
    message,
    page,
    see,
)
from index.errors import CorpusError
from index.types import Passage

_DONE = {
    "deplace": "Passage déplacé.",
    "retire": "Passage retiré du panier.",
    "vide": "Le panier est vide.",
    "oublie": "Ce qui n’est plus dans le corpus est retiré du panier.",
    "rien": "Rien n’a changé\u00a0: ce passage n’est plus dans le panier, ou est déjà au bout.",
}
_TITLE = "Panier"


def routes(bench: ResearchServices, study: str) -> APIRouter:
    """The addresses of the basket."""
    router = APIRouter()
    desk = _Desk(bench, study)
    router.add_api_route(TEAM + BASKET, desk.show, methods=["GET"])
    router.add_api_route(TEAM + BASKET, desk.change, methods=["POST"])
    router.add_api_route(TEAM + EXPORT_BASKET, desk.export, methods=["POST"])
    return router


class _Desk:
    def __init__(self, bench: ResearchServices, study: str) -> None:
        self._bench = bench
        self._study = study

    def show(self, request: Request) -> Response:
        told = _DONE.get(request.query_params.get("fait", ""))
        return self._page(request, message(plain.notice_box(told)) if told else "")

    async def change(self, request: Request) -> Response:
        return await run_in_threadpool(self._change, request, await posted(request, FIELDS))

    async def export(self, request: Request) -> Response:
        return await run_in_threadpool(self._export, request, await posted(request, FIELDS))

    def _page(self, request: Request, told: str = "", status: int = 200) -> Response:
        try:
            ids = self._bench.baskets.of(identity.name_of(request.headers))
            passages = self._bench.research.named(ids)
            self._bench.open(request, passages)
            body = _body(request, passages, len(ids) - len(passages))
        except (AuditRefused, BasketRefused, CorpusError) as error:
            body, told, status = failed(error), "", 503
        back = f'<a class="button second" href="{escape(team(request, RESEARCH))}">Chercher des passages</a>'
        head = f'<div class="top"><h1>Panier</h1>{back}</div>'
        return page(request, _TITLE, head + told + body, self._study, status)

    def _change(self, request: Request, form: FormData) -> Response:
        said = {key: str(value) for key, value in form.items()}
        name, baskets, to = identity.name_of(request.headers), self._bench.baskets, team(request, BASKET)
        try:
            ids = baskets.of(name)
            there = [one.id for one in self._bench.research.named(ids)]
            if "vider" in said:
                baskets.erase(name)
                return see(f"{to}?fait=vide#message")
            if "oublier" in said:
                baskets.remove(name, set(ids) - set(there))
                return see(f"{to}?fait=oublie#message")
            if "retirer" in said:
                was = baskets.remove(name, [said["retirer"]])
                return see(f"{to}?fait={'retire' if was else 'rien'}#message")
            for field, step in (("monter", -1), ("descendre", 1)):
                one = said.get(field, "")
                if one in there and 0 <= (beside := there.index(one) + step) < len(there):
                    moved = baskets.swap(name, one, there[beside])
                    return see(f"{to}?fait={'deplace' if moved else 'rien'}#p-{one}")
        except (BasketRefused, CorpusError) as error:
            return self._page(request, failed(error), 503)
        return see(f"{to}?fait=rien#message")

    def _export(self, request: Request, form: FormData) -> Response:
        made_as = FORMATS.get(str(form.get("format", "")))
        try:
            passages = self._bench.research.named(self._bench.baskets.of(identity.name_of(request.headers)))
            if not passages or made_as is None:
                return see(team(request, BASKET))
            self._bench.open(request, passages, AuditAction.EXPORTED)
        except (AuditRefused, BasketRefused, CorpusError) as error:
            back = f'<p><a href="{escape(team(request, BASKET))}">Revenir au panier</a></p>'
            return page(request, _TITLE, f"<h1>Panier</h1>{failed(error)}{back}", self._study, 503)
        return download(passages, made_as, "Passages choisis", "panier")


def _body(request: Request, passages: Sequence[Passage], gone: int) -> str:
    own, out = escape(team(request, BASKET)), team(request, EXPORT_BASKET)
    told = _gone(gone, own) if gone else ""
    if not passages:
        empty = (
            '<section class="card empty"><h2>Le panier est vide</h2><p>Dans une recherche, cochez des passages, puis '
            "choisissez «\u00a0Ajouter au panier\u00a0». Personne d’autre ne voit votre panier.</p></section>"
        )
        return told + empty
    base, last = team(request), len(passages) - 1
    cards = "".join(_card(one, n, last, base) for n, one in enumerate(passages))
    sources = len({one.source.id for one in passages})
    return (
        f"{told}<h2>{counted(len(passages), 'passage')} de {counted(sources, 'source')}</h2>"
        f'<form method="post" action="{own}"><ol class="cards">{cards}</ol></form>'
        f'<form class="card" method="post" action="{escape(out)}" id="exporter"><h2>Exporter le panier</h2>'
        f"{shown.reserved_notice(passages)}{shown.export_buttons(out)}</form>"
        f'<details class="emptying"><summary>Vider le panier</summary><form method="post" action="{own}"><p>Votre '
        'panier sera vidé\u00a0; rien d’autre ne change.</p><button class="second" '
        'name="vider" value="1">Vider le panier</button></form></details>'
    )


def _card(passage: Passage, at_: int, last: int, base: str) -> str:
    name = escape(passage.id)
    named = f'<span class="unseen">\u00a0: passage {at_ + 1}</span>'

    def button(field: str, label: str, *, off: bool = False) -> str:
        disabled = " disabled" if off else ""
        return f'<button class="second" name="{field}" value="{name}"{disabled}>{label}{named}</button>'

    return (
        f'<li class="card passage" id="p-{name}">{shown.head(passage)}{shown.badges(passage)}'
        f"<blockquote>{escape(passage.text)}</blockquote>"
        f'<div class="foot">{shown.link(passage, base)}'
        f"{button('monter', 'Monter', off=not at_)}"
        f"{button('descendre', 'Descendre', off=at_ == last)}{button('retirer', 'Retirer')}</div></li>"
    )


def _gone(many: int, own: str) -> str:
    told = f"{counted(many, 'passage')} de votre panier {'ne sont' if many > 1 else 'n’est'} plus dans le corpus."
    return (
        f'<form class="notice gone" method="post" action="{own}"><p>{told}</p>'
        '<button class="second" name="oublier" value="1">Retirer du panier</button></form>'
    )
