"""Serve « Qualité »: the golden questions of the team on the index as it is, and what changed since the index before.
The audit trail records the reserved sources that results cite before the page names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from assistant.addresses import QUALITY, TEAM
from assistant.errors import AssistantError
from assistant.team.quality import Progress, QualityStatus
from assistant.team.question_files import FILE
from assistant.ui import identity
from assistant.ui.links import root_of, team
from assistant.ui.pages import plain
from assistant.ui.pages.quality import results, views
from assistant.ui.pages.templates import render
from index.errors import CorpusError

NAME = "Qualité"
_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_SCRIPT = plain.FOLLOW + Path(__file__).with_name("page.js").read_text(encoding="utf-8")
_PROGRESS = f"{QUALITY}/avancement"


@dataclass(frozen=True, slots=True)
class QualityServices:
    """The services of the page: the status of the measurements, the start of a measurement and its progress, the
    sources and passages that results cite (by the ids of both), and the record in the audit trail that a person of the
    team sees reserved sources named. `status`, `start` and `record_opened` may raise an `AssistantError` or a
    `CorpusError`."""

    status: Callable[[], QualityStatus]
    start: Callable[[], object]
    progress: Callable[[], Progress]
    held_passages: Callable[[Sequence[tuple[str, str]]], views.HeldPassages]
    record_opened: Callable[[str, Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Offer:
    """The button that measures: why to press it, how many questions there are, and whether a measurement is due."""

    reason: str
    questions: int
    is_due: bool


def routes(services: QualityServices, title: str) -> APIRouter:
    """Return the routes of the page, of the button that measures, and of the progress of a measurement."""
    router = APIRouter()

    def show(request: Request) -> Response:
        try:
            values, reserved = _values(services, services.status(), request)
            if reserved:
                services.record_opened(identity.name_of(request.headers), reserved)
        except (AssistantError, CorpusError) as error:
            return _error_page(error, title, root_of(request))
        return _page(title, root_of(request), values)

    def measure(request: Request) -> Response:
        try:
            services.start()
        except (AssistantError, CorpusError) as error:
            return _error_page(error, title, root_of(request))
        return RedirectResponse(team(request, QUALITY), 303)

    def progress() -> Response:
        now = services.progress()
        return JSONResponse({"done": now.done, "total": now.total, "running": now.running})

    router.add_api_route(f"{TEAM}{QUALITY}", show, methods=["GET"])
    router.add_api_route(f"{TEAM}{QUALITY}", measure, methods=["POST"])
    router.add_api_route(f"{TEAM}{_PROGRESS}", progress, methods=["GET"])
    return router


def _page(title: str, root: str, values: Mapping[str, object], status_code: int = 200) -> Response:
    body = render("quality/page.html", heading=NAME, **values)
    return plain.team_page(
        f"{NAME} — {title}", body, root, here=QUALITY, status=status_code, style=_STYLE, script=_SCRIPT
    )


def _error_page(error: AssistantError | CorpusError, title: str, root: str) -> Response:
    return _page(title, root, {"error": error}, 503)


def _values(
    services: QualityServices, status: QualityStatus, request: Request
) -> tuple[dict[str, object], Sequence[str]]:
    """Return the values of the template, and the ids of the reserved sources that the page names."""
    latest = status.now or status.before
    results_view: results.ResultsView | None = None
    reserved: Sequence[str] = ()
    if latest is not None and not status.progress.running:
        query, base = request.query_params, team(request)
        results_view, reserved = results.view(status, latest, services.held_passages, query, base)
    values: dict[str, object] = {
        "error": None,
        "address": team(request, QUALITY),
        "progress_address": team(request, _PROGRESS),
        "progress": status.progress,
        "fault": status.fault,
        "has_file": status.questions is not None,
        "file": FILE,
        "offer": _offer(status, len(status.questions)) if status.questions is not None and not status.fault else None,
        "previous_day": views.day_of(status.before) if status.before is not None and status.now is None else "",
        "results": results_view,
    }
    return values, reserved


def _offer(status: QualityStatus, questions: int) -> Offer:
    if status.now is None:
        reason = "L’index a changé depuis la dernière mesure." if status.before else "Rien n’a encore été mesuré."
    elif status.is_edited:
        reason = "Le fichier de questions a changé depuis la dernière mesure."
    else:
        reason = f"Mesuré {views.day_of(status.now)}, sur l’index actuel."
    return Offer(reason, questions, is_due=status.now is None or status.is_edited)
