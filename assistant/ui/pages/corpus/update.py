"""The update of the index: begun, watched, stopped, and what it did; and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from assistant.corpus.manager import CorpusManager
from assistant.corpus.run_result import RunEnd, RunKind, RunResult
from assistant.corpus.runs import RunProgress
from assistant.formatting import counted, moment
from assistant.ui import identity
from assistant.ui.addresses import CORPUS, TEAM
from assistant.ui.pages import plain
from assistant.ui.pages.corpus import shell
from assistant.ui.pages.corpus.listing import Failures, is_failed
from assistant.ui.pages.corpus.shell import at
from assistant.ui.pages.fields import hidden, posted
from index.indexing.status import SourceState, SourceStatus

_PLACE = "#mise-a-jour"
_LISTS = (
    ("failed", "en échec", "en échec"),
    ("added", "ajouté", "ajoutés"),
    ("changed", "modifié", "modifiés"),
    ("renamed", "renommé", "renommés"),
    ("removed", "retiré", "retirés"),
    ("unchanged", "inchangé", "inchangés"),
)
_SHOWN = 200  # lines of a list
_DOES = {RunKind.UPDATE: "Mise à jour en cours", RunKind.BACK: "Retour en arrière en cours"}


def routes(desk: CorpusManager, title: str) -> APIRouter:
    """What begins an update, stops it, takes it back, and says how far it is."""
    router = APIRouter(prefix=f"{TEAM}{CORPUS}")

    @router.get("/etat")
    def state(request: Request) -> Response:
        now = desk.runs.now()
        if now is None:
            return JSONResponse({"running": False})
        return JSONResponse({"running": True, "step": _step(now), "share": now.share, "counted": now.counted})

    @router.post("/mise-a-jour")
    async def update(request: Request) -> Response:
        form = await posted(request, shell.MOST_FIELDS)
        return await run_in_threadpool(begin, request, RunKind.UPDATE, form.get("oui") == "oui")

    @router.post("/revenir")
    def take_back(request: Request) -> Response:
        return begin(request, RunKind.BACK, False)

    def begin(request: Request, act: RunKind, confirmed: bool) -> Response:
        def do() -> Response:
            begun = desk.run(act, identity.name_of(request.headers), confirmed=confirmed)
            return shell.go(request, place=_PLACE, fait="lance" if begun else "deja")

        return shell.trying(do, lambda told, status: _refused(request, told, status, title))

    @router.post("/arreter")
    def stop(request: Request) -> Response:
        return shell.go(request, place=_PLACE, fait="arret" if desk.runs.stop() else "fini")

    @router.get("/revenir")
    def ask(request: Request) -> Response:
        body = (
            '<div class="card"><p>L’index reviendra à l’état qu’il avait avant la dernière mise à jour\u00a0: '
            "ce qu’elle avait ajouté ne sera plus trouvé, ce qu’elle avait retiré le sera de nouveau.</p>"
            "<p>Les fichiers du corpus ne changent pas\u00a0: la prochaine mise à jour refera ce qui est défait ici. "
            "Annuler une seconde fois remet l’index comme il était avant. Ce qui a été retiré de l’étude ne revient "
            "pas.</p>"
            f'<form method="post" action="{at(request, "/revenir")}" class="actions">'
            "<button>Annuler la dernière mise à jour</button>"
            f'<a class="button second" href="{at(request)}">Ne rien changer</a>'
            "</form></div>"
        )
        return shell.page(request, "Annuler la dernière mise à jour", body, title=title)

    return router


def _refused(request: Request, told: str, status: int, title: str) -> Response:
    return shell.page(request, "Mise à jour", "", title=title, told=plain.error_box(told), status=status)


def panel(request: Request, desk: CorpusManager, found: Sequence[SourceStatus] | None) -> str:
    """The part of the page that is about the update; `found` is `None` when the folder could not be looked at."""
    now, last = desk.runs.now(), desk.runs.last()
    inside = _running(request, now) if now is not None else _idle(request, found, last)
    report = _report(last) if last is not None and last.report and now is None else ""
    return f'<section class="card" id="mise-a-jour"><h2>Mise à jour de l’index</h2>{inside}{report}</section>'


def _running(request: Request, now: RunProgress) -> str:
    value = f' value="{round(100 * now.share)}"' if now.share is not None else ""
    end = at(request, fait="fini")
    button = (
        "<p>L’arrêt est demandé.</p>"
        if now.stopping
        else f'<form method="post" action="{at(request, "/arreter")}"><button class="second">Arrêter</button></form>'
    )
    return (
        f'<div id="progress" data-state="{at(request, "/etat")}" data-end="{end}{_PLACE}">'
        f'<p><label for="bar">{escape(_step(now))}</label></p><progress id="bar" max="100"{value}></progress>'
        f'<p class="where" id="counted">{escape(now.counted) or "…"}</p><p class="unseen" role="status" id="said"></p>'
        f"{plain.SILENT}"
        "<p>Vous pouvez fermer cette page\u00a0: la mise à jour continue, et les questions reçoivent leur réponse.</p>"
        f'<div class="actions">{button}<a class="button second" id="again" href="{at(request)}{_PLACE}">Actualiser</a>'
        "</div></div>"
    )


def _step(now: RunProgress) -> str:
    return f"{_DOES[now.act]}\u00a0: {now.step[:1].lower()}{now.step[1:]}"


def _idle(request: Request, found: Sequence[SourceStatus] | None, last: RunResult | None) -> str:
    failures = last.failures() if last is not None else {}
    waits, work = _waits(found, failures) if found is not None else ("", True)
    asks = (
        last is not None and last.end is RunEnd.TOO_MANY and any(one.state is SourceState.GONE for one in found or ())
    )
    told = _ended(request, last) if last is not None and (asks or last.end is not RunEnd.TOO_MANY) else ""
    second = ' class="second"' if asks or not work else ""
    return (
        f"{told}<p>{waits}</p>"
        f'<div class="actions"><form method="post" action="{at(request, "/mise-a-jour")}">'
        f"<button{second}>Mettre à jour</button></form>"
        f'<a href="{at(request, "/revenir")}">Annuler la dernière mise à jour</a></div>'
    )


_NOTHING = "L’index est à jour\u00a0: tout ce que contient le dossier peut être trouvé."


def _waits(found: Sequence[SourceStatus], failures: Failures) -> tuple[str, bool]:
    """What the next update has to do, in words, and whether that is anything that it can do."""
    failed = [one for one in found if is_failed(one, failures)]
    there = Counter(one.state for one in found if one not in failed)
    parts = [
        counted(there[state], word, words)
        for state, word, words in (
            (SourceState.NEW, "fichier à indexer", "fichiers à indexer"),
            (SourceState.CHANGED, "fichier modifié", "fichiers modifiés"),
            (SourceState.GONE, "source dont le fichier a disparu", "sources dont le fichier a disparu"),
        )
        if there[state]
    ]
    told = f"À prendre en compte\u00a0: {', '.join(parts)}." if parts else "" if failed else _NOTHING
    if failed:
        told += f" {counted(len(failed), 'fichier')} en échec, à corriger d’abord (raison plus bas)."
    return told.strip(), bool(parts)


def _ended(request: Request, last: RunResult) -> str:
    """How the last run ended, unless its report says all."""
    when = f" ({moment(last.at)})"
    if last.end is RunEnd.TOO_MANY:
        return (
            f'<div class="wrong" role="alert"><p><strong>La mise à jour attend votre accord.</strong> '
            f"{plain.line(last.message)} Si c’est voulu, confirmez\u00a0; sinon, remettez les fichiers dans le "
            "dossier.</p>"
            f'<form method="post" action="{at(request, "/mise-a-jour")}">{hidden(oui="oui")}'
            "<button>Mettre à jour et retirer ces sources</button></form></div>"
        )
    if last.end is RunEnd.REFUSED:
        return plain.error_box(f"{last.message}{when}")
    return plain.notice_box(f"{last.message}{when}") if last.message else ""


def _report(last: RunResult) -> str:
    """What the last update that went to its end did."""
    lists = [(name, one, more, last.entries(name)) for name, one, more in _LISTS]
    told = ", ".join(counted(len(entries), one, more) for _, one, more, entries in lists if entries) or "rien à faire"
    seconds = f"{float(last.report.get('seconds', 0.0)):.1f}".replace(".", ",")
    passages = counted(int(last.report.get("passages", 0)), "passage")
    parts = "".join(_list(name, one, more, entries) for name, one, more, entries in lists if entries)
    return (
        f"<h3>Dernière mise à jour terminée</h3><p>Le {moment(last.report_at)}, en {seconds}\u00a0s\u00a0: {told}. "
        f"L’index contient {passages}.</p>{parts}"
    )


def _list(name: str, one: str, more: str, entries: Sequence[object]) -> str:
    lines = "".join(f"<li>{_line(name, entry)}</li>" for entry in entries[:_SHOWN])
    if len(entries) > _SHOWN:
        lines += f"<li>… et {len(entries) - _SHOWN} de plus</li>"
    opened = " open" if name == "failed" else ""
    head = f"<summary>{counted(len(entries), one, more)}</summary>"
    return f'<details{opened}>{head}<ul class="lines">{lines}</ul></details>'


def _line(name: str, entry: object) -> str:
    said = entry if isinstance(entry, dict) else {}
    path = f"<strong>{escape(str(said.get('path', '')))}</strong>"
    if name == "failed":
        return f"{path}<br>{plain.line(said.get('reason', ''))} {plain.line(said.get('remedy', ''))}"
    if name == "renamed":
        return f"{path}, auparavant {escape(str(said.get('from', '')))}"
    passages = said.get("passages")
    more = f", {counted(passages, 'passage')}" if isinstance(passages, int) else ""
    notes = said.get("notes")
    guessed = "".join(f"<br>{plain.line(note)}" for note in notes) if isinstance(notes, list) else ""
    return f"{path}{more}{guessed}"
