"""« Retours »: for the team, the reactions to answers and the questions without an answer, with their exports. The
audit trail records the use of reserved sources before anything of them is shown or exported."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from assistant.addresses import FEEDBACK, TEAM
from assistant.errors import AssistantError
from assistant.export import agenda as agendas
from assistant.export import feedback as table
from assistant.formatting import grouped
from assistant.team.feedback_review import FeedbackFilter, FeedbackPage
from assistant.team.workshop_agenda import sources
from assistant.ui import identity
from assistant.ui.links import root_of
from assistant.ui.pages import plain, plots
from assistant.ui.pages.download import attachment
from assistant.ui.pages.feedback import form as forms
from assistant.ui.pages.feedback import lists, views
from assistant.ui.pages.templates import render
from index.errors import CorpusError

NAME = "Retours"
_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_ORDERS = {views.REACTIONS: lists.REACTION_ORDERS, views.QUESTIONS: lists.QUESTION_ORDERS}

MakeFile = Callable[[FeedbackPage], tuple[bytes, list[str]]]
"""Builds a file from what was found; returns its content and the ids of the sources in it."""


@dataclass(frozen=True, slots=True)
class FeedbackServices:
    """The services behind the pages. `find` returns the feedback that a filter keeps; `record_opened` and
    `record_exported` write to the audit trail that a member of the team (name) reads or exports sources (ids), and
    raise when they cannot; `today` is the clock."""

    find: Callable[[FeedbackFilter], FeedbackPage]
    record_opened: Callable[[str, Sequence[str]], None]
    record_exported: Callable[[str, Sequence[str]], None]
    today: Callable[[], datetime.date] = datetime.date.today


class Tab(NamedTuple):
    """A link to a view."""

    address: str
    name: str
    is_current: bool


def routes(services: FeedbackServices, title: str) -> APIRouter:
    """Return the pages of feedback and their exports, for the team only."""
    router = APIRouter()
    all_views: tuple[tuple[str, views.ShowView], ...] = (
        (FEEDBACK, views.figures),
        (views.REACTIONS, views.reactions),
        (views.QUESTIONS, views.questions),
        (views.AGENDA, lambda found, query, base: views.agenda(found, base, services.today())),
    )
    for address, show_view in all_views:
        _add_view(router, services, title, address, show_view)

    def export(request: Request, name: str, media_type: str, make: MakeFile) -> Response:
        root = root_of(request)
        try:
            content, ids = make(services.find(forms.read_query(request.query_params).filter))
            services.record_exported(identity.name_of(request.headers), ids)
        except (AssistantError, CorpusError) as error:
            return _refused_page(error, title, root)
        return attachment(content, name, media_type)

    def export_table(request: Request) -> Response:
        def make(found: FeedbackPage) -> tuple[bytes, list[str]]:
            paths = {source_id: source.path for source_id, source in found.sources.items()}
            return table.export(found.entries, found.unanswered, paths), table.cited(found.entries)

        return export(request, f"retours-{services.today()}.csv", "text/csv", make)

    def export_agenda(request: Request, extension: str) -> Response:
        if extension not in agendas.FORMS:
            return Response(status_code=404)
        day, (media_type, write) = services.today(), agendas.FORMS[extension]

        def make(found: FeedbackPage) -> tuple[bytes, list[str]]:
            return write(views.agenda_lines(found, day), f"Ordre du jour — {title}", day), sources(found)

        return export(request, f"ordre-du-jour-{day}.{extension}", media_type, make)

    router.add_api_route(f"{TEAM}{views.TABLE}", export_table, methods=["POST"])
    router.add_api_route(f"{TEAM}{views.AGENDA}.{{extension}}", export_agenda, methods=["POST"])
    return router


def _add_view(
    router: APIRouter, services: FeedbackServices, title: str, address: str, show_view: views.ShowView
) -> None:
    def show(request: Request) -> Response:
        root = root_of(request)
        query = forms.read_query(request.query_params)
        try:
            found = services.find(query.filter)
            view = show_view(found, query, root + TEAM)
            if reserved := found.reserved((*view.sources, *_theme_sources(found))):
                services.record_opened(identity.name_of(request.headers), reserved)
        except (AssistantError, CorpusError) as error:
            return _refused_page(error, title, root)
        body = render(
            "feedback/page.html",
            heading=NAME,
            tabs=_tabs(found, address, root + TEAM),
            faults=query.faults,
            form=forms.form(found, root + TEAM + address, _ORDERS.get(address, ()), query.order),
            summary=views.summary(found),
            view=view.html,
        )
        return _page(title, body, root)

    router.add_api_route(f"{TEAM}{address}", show, methods=["GET"])


def _theme_sources(found: FeedbackPage) -> list[str]:
    """Return the ids of the sources whose headings name the themes that the form offers."""
    return [source for theme in found.all_themes for source in sorted(found.themes.sources.get(theme, ()))]


def _page(title: str, body: Markup, root: str, status: int = 200) -> Response:
    style = plots.STYLE + _STYLE
    return plain.team_page(f"{NAME} — {title}", body, root, here=FEEDBACK, status=status, style=style)


def _refused_page(error: AssistantError | CorpusError, title: str, root: str) -> Response:
    return _page(title, render("feedback/refused.html", heading=NAME, error=str(error)), root, 503)


def _tabs(found: FeedbackPage, here: str, base: str) -> list[Tab]:
    """Return the links to the views, each with the same filter."""
    names = {
        FEEDBACK: "Vue d’ensemble",
        views.REACTIONS: f"Réactions ({grouped(len(found.entries))})",
        views.QUESTIONS: f"Sans réponse ({grouped(len(found.unanswered))})",
        views.AGENDA: "Ordre du jour",
    }
    query = forms.query_string(found.filter)
    return [Tab(f"{base}{address}{query}", name, address == here) for address, name in names.items()]
