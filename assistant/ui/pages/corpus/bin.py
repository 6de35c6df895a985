"""Taking a source out of the corpus, and the bin, from which it is put back or erased for good."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant.corpus.bin import path_of
from assistant.corpus.entry_store import Entry
from assistant.corpus.manager import CorpusManager
from assistant.formatting import counted, moment
from assistant.ui import identity
from assistant.ui.addresses import CORPUS, TEAM
from assistant.ui.pages import plain
from assistant.ui.pages.corpus import shell
from assistant.ui.pages.corpus.shell import at
from assistant.ui.pages.fields import hidden, posted

_LONGEST = 1_000  # characters of a path
_GONE = "Ce fichier n’est pas, ou n’est plus, dans le corpus. Revenez à la liste des sources."
_NOT_KEPT = "Ce fichier n’est plus dans la corbeille. Il a été remis, ou effacé."


def routes(desk: CorpusManager, title: str) -> APIRouter:
    """The screen that takes a source out, and those of the bin."""
    router = APIRouter(prefix=f"{TEAM}{CORPUS}")

    @router.get("/retirer")
    def ask(request: Request) -> Response:
        path = request.query_params.get("fichier", "")[:_LONGEST]
        return shell.trying(
            lambda: _confirm(request, desk, path, title), lambda told, status: _alone(request, told, status)
        )

    @router.post("/retirer")
    async def remove(request: Request) -> Response:
        form = await posted(request, shell.MOST_FIELDS)
        path, agreed, kept = str(form.get("fichier", ""))[:_LONGEST], form.get("effacer") == "oui", "garder" in form
        return await run_in_threadpool(take_out, request, path, agreed, kept)

    def take_out(request: Request, path: str, agreed: bool, kept: bool) -> Response:
        def do() -> Response:
            removal = desk.removal(path)
            if removal is None:
                return _alone(request, _GONE, 404)
            # Learnt since the form was shown: it is not what was confirmed.
            if (removal.withdrawn and not agreed) or (removal.unread and not (agreed or kept)):
                return _confirm(request, desk, path, title)
            desk.remove(removal, identity.name_of(request.headers), erased=agreed)
            return shell.go(request, fait="efface" if removal.withdrawn or (removal.unread and agreed) else "retire")

        return shell.trying(do, lambda told, status: _alone(request, told, status))

    @router.get("/corbeille")
    def show(request: Request) -> Response:
        told = _SAID.get(request.query_params.get("fait", ""), "")
        return bin_page(request, plain.notice_box(told) if told else "")

    @router.get("/corbeille/effacer")
    def ask_to_erase(request: Request) -> Response:
        entry = desk.bin.store.get(request.query_params.get("nom", ""))
        if entry is None:
            return bin_page(request, plain.error_box(_NOT_KEPT), 404)
        body = (
            f'<div class="card"><p><strong>{escape(_title(entry))}</strong><br>{escape(str(path_of(entry)))}</p>'
            "<p>Ce fichier et ce qui l’accompagne seront effacés de la corbeille. Il n’y aura pas de retour\u00a0: "
            "gardez-en d’abord une copie ailleurs si elle peut servir.</p>"
            f'<form method="post" action="{at(request, "/corbeille/effacer")}" class="actions">'
            f"{hidden(nom=entry.id)}<button>Effacer pour de bon</button>"
            f'<a class="button second" href="{at(request, "/corbeille")}">Ne rien effacer</a></form></div>'
        )
        return shell.page(request, "Effacer pour de bon", body, title=title)

    @router.post("/corbeille/effacer")
    async def erase(request: Request) -> Response:
        return await run_in_threadpool(on_entry, request, await _named(request), True)

    @router.post("/corbeille/remettre")
    async def put_back(request: Request) -> Response:
        return await run_in_threadpool(on_entry, request, await _named(request), False)

    def on_entry(request: Request, name: str, erased: bool) -> Response:
        entry = desk.bin.store.get(name)
        if entry is None:
            return bin_page(request, plain.error_box(_NOT_KEPT), 404)

        def do() -> Response:
            if erased:
                desk.erase(entry, identity.name_of(request.headers))
                return shell.go(request, "/corbeille", fait="efface")
            desk.put_back(entry, identity.name_of(request.headers))
            return shell.go(request, fait="remis")

        return shell.trying(do, lambda told, status: bin_page(request, plain.error_box(told), status))

    def bin_page(request: Request, told: str, status: int = 200) -> Response:
        entries = desk.bin.store.entries()[::-1]
        items = "".join(f'<li class="card">{_entry(request, entry)}</li>' for entry in entries)
        about = (
            "<p>Ce qui a été retiré du corpus attend ici, sans limite de temps. L’assistant n’y cherche rien\u00a0: "
            "une source retirée cesse d’être trouvée à la mise à jour suivante.</p>"
        )
        body = f'<p class="where">{counted(len(entries), "fichier")}</p><ul class="cards">{items}</ul>'
        empty = '<p class="empty">La corbeille est vide.</p>'
        return shell.page(request, "Corbeille", about + told + (body if entries else empty), title=title, status=status)

    def _alone(request: Request, told: str, status: int) -> Response:
        return shell.page(
            request, "Mettre une source à la corbeille", "", title=title, told=plain.error_box(told), status=status
        )

    return router


_SAID = {"efface": "Le fichier est effacé pour de bon."}


async def _named(request: Request) -> str:
    return str((await posted(request, shell.MOST_FIELDS)).get("nom", ""))


def _confirm(request: Request, desk: CorpusManager, path: str, title: str) -> Response:
    removal = desk.removal(path)
    heading = "Mettre une source à la corbeille"
    if removal is None:
        return shell.page(request, heading, "", title=title, told=plain.error_box(_GONE), status=404)
    beside = f"<p>Avec lui\u00a0: {escape(', '.join(removal.with_it))}.</p>" if removal.with_it else ""
    if removal.withdrawn:
        what = (
            '<p class="wrong">Quelqu’un qui s’est retiré de l’étude parle dans ce fichier\u00a0: il sera effacé pour '
            "de bon, sans passer par la corbeille. Si d’autres personnes y parlent, gardez d’abord leurs propos "
            "ailleurs.</p>"
        )
        more = hidden(effacer="oui") + "<button>Effacer pour de bon</button>"
    elif removal.unread:
        what = (
            f'<p class="wrong">{plain.line(removal.unread)} L’assistant ne peut donc pas dire si quelqu’un qui s’est '
            "retiré de l’étude y parle.</p><p>Ouvrez-le pour le savoir. Si c’est le cas, effacez-le\u00a0; sinon, "
            "mettez-le à la corbeille, d’où il peut être remis.</p>"
        )
        more = (
            '<button name="garder" value="oui">Mettre à la corbeille</button>'
            '<button class="second" name="effacer" value="oui">Effacer pour de bon</button>'
        )
    else:
        what = (
            "<p>Le fichier quitte le dossier du corpus et va dans la corbeille, d’où il peut être remis. L’assistant "
            "cesse de le citer à la prochaine mise à jour. Les extraits publiés qui en viennent disparaissent alors "
            "aussi.</p>"
        )
        more = "<button>Mettre à la corbeille</button>"
    body = (
        f'<div class="card"><p><strong>{escape(removal.title)}</strong><br>{escape(removal.path)}</p>{what}{beside}'
        f'<form method="post" action="{at(request, "/retirer")}" class="actions">{hidden(fichier=removal.path)}'
        f'{more}<a class="button second" href="{at(request)}">Ne rien changer</a></form></div>'
    )
    return shell.page(request, heading, body, title=title)


def _title(entry: Entry) -> str:
    return str(entry.metadata.get("title") or entry.name)


def _entry(request: Request, entry: Entry) -> str:
    by = f" par {escape(entry.who)}" if entry.who else ""
    about = f'<span class="unseen">\u00a0: {escape(_title(entry))}</span>'
    erase = at(request, "/corbeille/effacer", nom=entry.id)
    return (
        f"<h2>{escape(_title(entry))}</h2>"
        f'<p class="where">{escape(str(path_of(entry)))} — mis à la corbeille le {moment(entry.at)}{by}</p>'
        f'<form method="post" action="{at(request, "/corbeille/remettre")}" class="actions">'
        f"{hidden(nom=entry.id)}<button>Remettre{about}</button>"
        f'<a class="button second" href="{erase}">Effacer pour de bon{about}</a></form>'
    )
