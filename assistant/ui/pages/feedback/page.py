"""« Retours »: what people answered to the answers and asked in vain, for the team, and what can be taken away of it.
What is drawn from reserved sources is put on record before it is shown or taken away."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.errors import AssistantError
from assistant.export import agenda as agendas
from assistant.export import feedback as table
from assistant.formatting import grouped
from assistant.team.feedback_review import FeedbackFilter, FeedbackPage
from assistant.team.workshop_agenda import sources
from assistant.ui import identity
from assistant.ui.addresses import FEEDBACK, TEAM, root_of
from assistant.ui.pages import plain, plots
from assistant.ui.pages.download import attachment
from assistant.ui.pages.feedback import form as forms
from assistant.ui.pages.feedback import lists, views
from index.errors import CorpusError

NAME = "Retours"
_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class FeedbackServices:
    """What the pages are made of: what is found, the day, and who is to be told that someone of the team reads what
    comes of these sources (ids), or takes it away (they raise when that cannot be kept)."""

    find: Callable[[FeedbackFilter], FeedbackPage]
    opened: Callable[[str, Sequence[str]], None]
    exported: Callable[[str, Sequence[str]], None]
    today: Callable[[], datetime.date] = datetime.date.today


def routes(desk: FeedbackServices, title: str) -> APIRouter:
    """The pages of the returns and what can be taken away of them, behind the team's door only."""
    router = APIRouter()
    all_views: tuple[tuple[str, views.Shown], ...] = (
        (FEEDBACK, views.figures),
        (views.REACTIONS, views.reactions),
        (views.QUESTIONS, views.questions),
        (views.AGENDA, lambda found, asked, base: views.agenda(found, base, desk.today())),
    )
    for address, shown in all_views:
        _add(router, desk, title, address, shown)

    def take(
        request: Request, name: str, media_type: str, made: Callable[[FeedbackPage], tuple[bytes, list[str]]]
    ) -> Response:
        root = root_of(request)
        try:
            content, ids = made(desk.find(forms.asked(request.query_params).wanted))
            desk.exported(identity.name_of(request.headers), ids)
        except (AssistantError, CorpusError) as error:
            return _refused(error, title, root)
        return attachment(content, name, media_type)

    def take_table(request: Request) -> Response:
        def made(found: FeedbackPage) -> tuple[bytes, list[str]]:
            paths = {name: source.path for name, source in found.sources.items()}
            return table.export(found.entries, found.unanswered, paths), table.cited(found.entries)

        return take(request, f"retours-{desk.today()}.csv", "text/csv", made)

    def take_agenda(request: Request, form: str) -> Response:
        if form not in agendas.FORMS:
            return Response(status_code=404)
        day, (media_type, write) = desk.today(), agendas.FORMS[form]

        def made(found: FeedbackPage) -> tuple[bytes, list[str]]:
            return write(views.lines(found, day), f"Ordre du jour — {title}", day), sources(found)

        return take(request, f"ordre-du-jour-{day}.{form}", media_type, made)

    router.add_api_route(f"{TEAM}{views.TABLE}", take_table, methods=["POST"])
    router.add_api_route(f"{TEAM}{views.AGENDA}.{{form}}", take_agenda, methods=["POST"])
    return router


def _add(router: APIRouter, desk: FeedbackServices, title: str, address: str, shown: views.Shown) -> None:
    def show(request: Request) -> Response:
        root = root_of(request)
        asked = forms.asked(request.query_params)
        try:
            found = desk.find(asked.wanted)
            body, ids = shown(found, asked, root + TEAM)
            themes = (name for theme in found.all_themes for name in sorted(found.themes.sources.get(theme, ())))
            if reserved := found.reserved((*ids, *themes)):
                desk.opened(identity.name_of(request.headers), reserved)
        except (AssistantError, CorpusError) as error:
            return _refused(error, title, root)
        orders = {views.REACTIONS: lists.OF_REACTIONS, views.QUESTIONS: lists.OF_QUESTIONS}.get(address, ())
        faults = "".join(map(plain.error_box, asked.faults))
        whole = (
            f"<h1>{NAME}</h1><p>Ce que les personnes disent des réponses, et leurs questions restées sans réponse.</p>"
            f"{_views(found, address, root + TEAM)}{faults}"
            f"{forms.form(found, root + TEAM + address, orders, asked.order)}"
            f'<p class="found" role="status">{escape(views.told(found))}</p>{body}'
        )
        return _page(title, whole, root)

    router.add_api_route(f"{TEAM}{address}", show, methods=["GET"])


def _page(title: str, body: str, root: str, status: int = 200) -> Response:
    style = plots.STYLE + _STYLE
    return plain.team_page(f"{NAME} — {title}", body, root, here=FEEDBACK, status=status, style=style)


def _refused(error: AssistantError | CorpusError, title: str, root: str) -> Response:
    return _page(title, f"<h1>{NAME}</h1>{plain.error_box(error)}", root, 503)


def _views(found: FeedbackPage, here: str, base: str) -> str:
    """The way between the figures, the lists and the agenda, which keep what is looked for."""
    named = (
        (FEEDBACK, "Vue d’ensemble"),
        (views.REACTIONS, f"Réactions ({grouped(len(found.entries))})"),
        (views.QUESTIONS, f"Sans réponse ({grouped(len(found.unanswered))})"),
        (views.AGENDA, "Ordre du jour"),
    )
    links = "".join(
        f'<a href="{escape(base + address + forms.told(found.wanted))}"'
        f"{' aria-current=page' if address == here else ''}>{name}</a>"
        for address, name in named
    )
    return f'<nav class="views" aria-label="Vues des retours">{links}</nav>'
