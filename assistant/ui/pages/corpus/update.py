"""Start, watch and stop the update of the index, report on the last run, and undo an update (see `update.html`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from assistant.addresses import CORPUS, TEAM
from assistant.corpus.manager import CorpusManager
from assistant.corpus.run_result import RunEnd, RunKind, RunResult
from assistant.corpus.runs import RunProgress
from assistant.formatting import counted, moment
from assistant.ui import identity
from assistant.ui.pages.corpus import shell
from assistant.ui.pages.corpus.listing import Failures, is_failed
from assistant.ui.pages.fields import posted
from assistant.ui.pages.plain import Message
from index.indexing.status import SourceState, SourceStatus

_FRAGMENT = "#mise-a-jour"
_FAILED, _RENAMED = "failed", "renamed"
_LISTS = (
    (_FAILED, "en échec", "en échec"),
    ("added", "ajouté", "ajoutés"),
    ("changed", "modifié", "modifiés"),
    (_RENAMED, "renommé", "renommés"),
    ("removed", "retiré", "retirés"),
    ("unchanged", "inchangé", "inchangés"),
)
"""The lists of a report: their key, and the French for an entry and for several."""
_MOST_LINES = 200  # shown of a list
_RUN_NAMES = {RunKind.UPDATE: "Mise à jour en cours", RunKind.BACK: "Retour en arrière en cours"}
_UP_TO_DATE = "L’index est à jour\u00a0: tout ce que contient le dossier peut être trouvé."


@dataclass(frozen=True, slots=True)
class RunningUpdate:
    """A run that is under way; `percent` is `None` where the share done is not known."""

    step: str
    percent: int | None
    counted: str
    is_stopping: bool


@dataclass(frozen=True, slots=True)
class IdleUpdate:
    """The panel between runs. `work` says in French what the next update will do; `is_due` makes its button the main
    one; `approval` is the line of a run that waits to be confirmed, `None` where none does; `message` says how the last
    run ended."""

    work: str
    is_due: bool
    approval: str | None
    message: Message | None


@dataclass(frozen=True, slots=True)
class FailedFile:
    """Why a file could not be read, and the remedy, in French."""

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A file of a report: why it failed, or its path before it was renamed, or its passages and the notes of its
    reader."""

    path: str
    failure: FailedFile | None = None
    previous_path: str | None = None
    passages: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ReportList:
    """The files of a report that had the same fate: the first ones, and how many `more` there are."""

    heading: str
    is_open: bool
    lines: Sequence[ReportLine]
    more: int


@dataclass(frozen=True, slots=True)
class Report:
    """The report of the last update that went to its end."""

    moment: str
    seconds: str
    summary: str
    passages: str
    lists: Sequence[ReportList]


@dataclass(frozen=True, slots=True)
class UpdatePanel:
    """The panel of the update: exactly one of `running` and `idle` is given."""

    running: RunningUpdate | None
    idle: IdleUpdate | None
    report: Report | None


def routes(manager: CorpusManager, title: str) -> APIRouter:
    """Return the routes that start an update, stop it, undo it, and give its progress."""
    router = APIRouter(prefix=f"{TEAM}{CORPUS}")

    @router.get("/etat")
    def state(request: Request) -> Response:
        progress = manager.runs.now()
        if progress is None:
            return JSONResponse({"running": False})
        step = _step(progress)
        return JSONResponse({"running": True, "step": step, "share": progress.share, "counted": progress.counted})

    @router.post("/mise-a-jour")
    async def update(request: Request) -> Response:
        form = await posted(request, shell.MOST_FIELDS)
        return await run_in_threadpool(start, request, RunKind.UPDATE, form.get("oui") == "oui")

    @router.post("/revenir")
    def undo(request: Request) -> Response:
        return start(request, RunKind.BACK, False)

    def start(request: Request, kind: RunKind, confirmed: bool) -> Response:
        def act() -> Response:
            started = manager.run(kind, identity.name_of(request.headers), confirmed=confirmed)
            return shell.redirect(request, fragment=_FRAGMENT, fait="lance" if started else "deja")

        def failed(message: Message, status: int) -> Response:
            return shell.message_page(request, "Mise à jour", message, status, title=title)

        return shell.attempt(act, failed)

    @router.post("/arreter")
    def stop(request: Request) -> Response:
        return shell.redirect(request, fragment=_FRAGMENT, fait="arret" if manager.runs.stop() else "fini")

    @router.get("/revenir")
    def confirm_undo(request: Request) -> Response:
        return shell.page(request, "back.html", "Annuler la dernière mise à jour", title=title)

    return router


def panel(manager: CorpusManager, statuses: Sequence[SourceStatus] | None) -> UpdatePanel:
    """Return the panel of the update; `statuses` is `None` where the corpus folder could not be read."""
    progress, last = manager.runs.now(), manager.runs.last()
    if progress is not None:
        return UpdatePanel(_running(progress), None, None)
    return UpdatePanel(None, _idle(statuses, last), _report(last) if last is not None and last.report else None)


def _running(progress: RunProgress) -> RunningUpdate:
    percent = round(100 * progress.share) if progress.share is not None else None
    return RunningUpdate(_step(progress), percent, progress.counted, progress.stopping)


def _step(progress: RunProgress) -> str:
    return f"{_RUN_NAMES[progress.act]}\u00a0: {progress.step[:1].lower()}{progress.step[1:]}"


def _idle(statuses: Sequence[SourceStatus] | None, last: RunResult | None) -> IdleUpdate:
    failures = last.failures() if last is not None else {}
    work, can_do = _work(statuses, failures) if statuses is not None else ("", True)
    any_gone = any(status.state is SourceState.GONE for status in statuses or ())
    if last is not None and last.end is RunEnd.TOO_MANY:
        # Without a missing file there is nothing left to confirm.
        return IdleUpdate(work, can_do and not any_gone, last.message if any_gone else None, None)
    return IdleUpdate(work, can_do, None, _ending(last) if last is not None else None)


def _work(statuses: Sequence[SourceStatus], failures: Failures) -> tuple[str, bool]:
    """Return the work of the next update in French, and whether there is any that it can do."""
    failed = [status for status in statuses if is_failed(status, failures)]
    numbers = Counter(status.state for status in statuses if status not in failed)
    parts = [
        counted(numbers[state], singular, plural)
        for state, singular, plural in (
            (SourceState.NEW, "fichier à indexer", "fichiers à indexer"),
            (SourceState.CHANGED, "fichier modifié", "fichiers modifiés"),
            (SourceState.GONE, "source dont le fichier a disparu", "sources dont le fichier a disparu"),
        )
        if numbers[state]
    ]
    text = f"À prendre en compte\u00a0: {', '.join(parts)}." if parts else "" if failed else _UP_TO_DATE
    if failed:
        text += f" {counted(len(failed), 'fichier')} en échec, à corriger d’abord (raison plus bas)."
    return text.strip(), bool(parts)


def _ending(last: RunResult) -> Message | None:
    """Return how the last run ended; `None` where its report says everything."""
    text = f"{last.message} ({moment(last.at)})"
    if last.end is RunEnd.REFUSED:
        return shell.failure(text)
    return shell.notice(text) if last.message else None


def _report(last: RunResult) -> Report:
    lists = [(key, singular, plural, last.entries(key)) for key, singular, plural in _LISTS]
    counts = [counted(len(entries), singular, plural) for _, singular, plural, entries in lists if entries]
    return Report(
        moment=moment(last.report_at),
        seconds=f"{float(last.report.get('seconds', 0.0)):.1f}".replace(".", ","),
        summary=", ".join(counts) or "rien à faire",
        passages=counted(int(last.report.get("passages", 0)), "passage"),
        lists=[
            ReportList(
                heading=counted(len(entries), singular, plural),
                is_open=key == _FAILED,
                lines=[_line(key, entry) for entry in entries[:_MOST_LINES]],
                more=max(0, len(entries) - _MOST_LINES),
            )
            for key, singular, plural, entries in lists
            if entries
        ],
    )


def _line(key: str, entry: Mapping[str, Any]) -> ReportLine:
    path = str(entry.get("path", ""))
    if key == _FAILED:
        return ReportLine(path, failure=FailedFile(str(entry.get("reason", "")), str(entry.get("remedy", ""))))
    if key == _RENAMED:
        return ReportLine(path, previous_path=str(entry.get("from", "")))
    passages, notes = entry.get("passages"), entry.get("notes")
    return ReportLine(
        path,
        passages=counted(passages, "passage") if isinstance(passages, int) else "",
        notes=[str(note) for note in notes] if isinstance(notes, list) else (),
    )
