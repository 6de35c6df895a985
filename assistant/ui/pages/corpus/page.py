"""The corpus, for whoever rebuilds the index when interviews arrive: what is in it and where each source stands, the
update, and the ways to add and to take out. The team's alone: the gate lets nobody else come to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant.corpus import folder
from assistant.corpus.manager import CorpusManager
from assistant.corpus.run_result import RunEnd, RunKind, RunResult
from assistant.formatting import counted
from assistant.ui.addresses import CORPUS, TEAM
from assistant.ui.pages import plain
from assistant.ui.pages.corpus import add as corpus_add
from assistant.ui.pages.corpus import bin as corpus_bin
from assistant.ui.pages.corpus import listing as corpus_list
from assistant.ui.pages.corpus import shell
from assistant.ui.pages.corpus import update as corpus_update
from assistant.ui.pages.corpus.shell import at
from index.errors import CorpusError, why
from index.indexing.status import SourceState, SourceStatus

_ABOUT = "<p>Les textes que l’assistant lit et cite, tels qu’ils sont dans le dossier et tels qu’il les connaît.</p>"
_EMPTY = (
    "Le dossier du corpus ne contient plus aucun fichier. Ajoutez-en, ou remettez ceux de la corbeille\u00a0: "
    "d’ici là, l’index reste tel qu’il est."
)
_SAID = {
    "ajoute": "Les fichiers sont dans le corpus. Mettez l’index à jour pour qu’ils soient trouvés.",
    "retire": "Le fichier est dans la corbeille. Mettez l’index à jour pour qu’il ne soit plus trouvé.",
    "efface": "Le fichier est effacé pour de bon. Mettez l’index à jour.",
    "remis": "Le fichier est de nouveau dans le corpus. Mettez l’index à jour pour qu’il soit trouvé.",
    "lance": "C’est lancé\u00a0: l’avancement se lit ci-dessous.",
    "deja": "Une mise à jour est déjà en cours\u00a0: une seule se fait à la fois.",
    "arret": "L’arrêt est demandé\u00a0: ce qui est prêt est gardé.",
}


def _finished(last: RunResult | None) -> str:
    """What is said of a run that was watched to its end, unless the part of the page that is about it says why not."""
    well = last is not None and last.end is RunEnd.DONE and last.act is RunKind.UPDATE
    return "La mise à jour est terminée\u00a0: les questions y trouvent ce qu’elle a ajouté." if well else ""


def routes(desk: CorpusManager, title: str) -> APIRouter:
    """All the screens below the corpus' address. The run that goes on is ended with the server."""

    @asynccontextmanager
    async def life(app: Any) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(desk.close)

    router = APIRouter(lifespan=life)

    @router.get(f"{TEAM}{CORPUS}")
    def show(request: Request) -> Response:
        code = request.query_params.get("fait", "")
        told = _SAID.get(code, "") if code != "fini" else _finished(desk.runs.last())
        return page(request, desk, title, plain.notice_box(told) if told else "")

    for each in (corpus_update.routes(desk, title), corpus_add.routes(desk, title), corpus_bin.routes(desk, title)):
        router.include_router(each)
    return router


def page(request: Request, desk: CorpusManager, title: str, told: str) -> Response:
    """The first screen."""
    waiting, binned = len(desk.additions.inbox.store.entries()), len(desk.bin.store.entries())
    add = f"Ajouter des fichiers{f' ({waiting} en attente)' if waiting else ''}"
    ways = (
        f'<div class="actions"><a class="button" href="{at(request, "/depot")}">{add}</a>'
        f'<a class="button second" href="{at(request, "/corbeille")}">Corbeille ({binned})</a></div>'
    )
    last = desk.runs.last()
    failures = last.failures() if last else {}
    try:
        found, trouble = desk.statuses(), ""
    except CorpusError as error:
        found, trouble = [], plain.error_box(error)
    except OSError as error:
        found, trouble = [], plain.error_box(f"Le dossier du corpus ne peut pas être lu ({why(error)}). Réessayez.")
    if trouble:
        rest = corpus_update.panel(request, desk, None)
    else:
        wanted = corpus_list.SourceFilter.of(request.query_params)
        rest = (
            f"{corpus_update.panel(request, desk, found)}"
            f'<section aria-labelledby="sources"><h2 id="sources">Sources</h2>'
            f"{corpus_list.table(request, found, wanted, failures)}</section>"
            f'<section aria-labelledby="figures"><h2 id="figures">En chiffres</h2>'
            f"<p>{_summary(found)}</p>{corpus_list.figures(found)}</section>"
        )
    closed = folder.closed(desk.root())
    if found and not any(one.state in (SourceState.CURRENT, SourceState.CHANGED, SourceState.NEW) for one in found):
        told += f'<p class="notice">{_EMPTY}</p>'
    if closed and not trouble:
        trouble = f'<p class="notice">{plain.line(closed)}</p>'
    return shell.page(request, shell.NAME, _ABOUT + told + trouble + ways + rest, title=title, script=True)


def _summary(found: list[SourceStatus]) -> str:
    indexed = [one for one in found if one.source is not None and one.state is not SourceState.EXCERPT]
    passages = counted(sum(one.passages for one in indexed), "passage")
    return f"L’index contient {counted(len(indexed), 'source')}, en {passages}."
