"""Serve the « Corpus » page: the sources and the state of each, the update of the index, and the screens that add files
and take them out. It is for the team alone: the gate keeps everyone else out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant.addresses import CORPUS, TEAM
from assistant.corpus import folder
from assistant.corpus.manager import CorpusManager
from assistant.corpus.run_result import RunEnd, RunKind, RunResult
from assistant.formatting import counted
from assistant.ui.pages.corpus import add, listing, shell, update
from assistant.ui.pages.corpus import recycle_bin as corpus_bin
from assistant.ui.pages.plain import Message
from index.errors import CorpusError, os_reason
from index.indexing.status import SourceState, SourceStatus

_NOTICES = {
    "ajoute": "Les fichiers sont dans le corpus. Mettez l’index à jour pour qu’ils soient trouvés.",
    "retire": "Le fichier est dans la corbeille. Mettez l’index à jour pour qu’il ne soit plus trouvé.",
    "efface": "Le fichier est effacé pour de bon. Mettez l’index à jour.",
    "remis": "Le fichier est de nouveau dans le corpus. Mettez l’index à jour pour qu’il soit trouvé.",
    "lance": "C’est lancé\u00a0: l’avancement se lit ci-dessous.",
    "deja": "Une mise à jour est déjà en cours\u00a0: une seule se fait à la fois.",
    "arret": "L’arrêt est demandé\u00a0: ce qui est prêt est gardé.",
}
_FINISHED = "La mise à jour est terminée\u00a0: les questions y trouvent ce qu’elle a ajouté."
_HAVE_A_FILE = (SourceState.CURRENT, SourceState.CHANGED, SourceState.NEW)


def routes(manager: CorpusManager, title: str) -> APIRouter:
    """Return the routes of every screen below the address of the corpus. A run that is under way ends with the
    server."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(manager.close)

    router = APIRouter(lifespan=lifespan)

    @router.get(f"{TEAM}{CORPUS}")
    def show(request: Request) -> Response:
        code = request.query_params.get("fait", "")
        text = _NOTICES.get(code, "") if code != "fini" else _finished(manager.runs.last())
        return _page(request, manager, title, shell.notice(text))

    for screens in (update, add, corpus_bin):
        router.include_router(screens.routes(manager, title))
    return router


def _finished(last: RunResult | None) -> str:
    """Return the notice at the end of a run that was watched: empty unless an update succeeded, since the part of the
    page about the run explains every other end."""
    succeeded = last is not None and last.end is RunEnd.DONE and last.act is RunKind.UPDATE
    return _FINISHED if succeeded else ""


def _page(request: Request, manager: CorpusManager, title: str, message: Message | None) -> Response:
    """Return the main screen. A corpus folder that cannot be read leaves the panel of the update alone."""
    last = manager.runs.last()
    failures = last.failures() if last else {}
    statuses: Sequence[SourceStatus] = ()
    trouble = ""
    try:
        statuses = manager.statuses()
    except CorpusError as error:
        trouble = str(error)
    except OSError as error:
        trouble = f"Le dossier du corpus ne peut pas être lu ({os_reason(error)}). Réessayez."
    source_filter = listing.SourceFilter.from_query(request.query_params)
    return shell.page(
        request,
        "page.html",
        shell.NAME,
        title=title,
        message=message,
        has_script=True,
        waiting=len(manager.additions.inbox.store.entries()),
        binned=len(manager.bin.store.entries()),
        is_empty=bool(statuses) and not any(status.state in _HAVE_A_FILE for status in statuses),
        trouble=trouble,
        closed=folder.closed(manager.root()),
        update=update.panel(manager, None if trouble else statuses),
        listing=None if trouble else listing.table(request, statuses, source_filter, failures),
        figures=None if trouble else listing.figures(statuses),
        summary=_summary(statuses),
    )


def _summary(statuses: Sequence[SourceStatus]) -> str:
    indexed = [status for status in statuses if status.source is not None and status.state is not SourceState.EXCERPT]
    passages = counted(sum(status.passages for status in indexed), "passage")
    return f"L’index contient {counted(len(indexed), 'source')}, en {passages}."
