"""Adding files, in two steps: they are sent, then each is described, with guesses already written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import BinaryIO

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from assistant.corpus import folder
from assistant.corpus.additions import PlannedAddition
from assistant.corpus.inbox import MOST, RefusedFile
from assistant.corpus.manager import CorpusManager
from assistant.formatting import counted
from assistant.ui import identity, request_body
from assistant.ui.addresses import CORPUS, TEAM, UPLOAD
from assistant.ui.pages import plain
from assistant.ui.pages.corpus import shell
from assistant.ui.pages.corpus.entry import card
from assistant.ui.pages.corpus.shell import at
from assistant.ui.pages.fields import hidden, posted
from index.errors import CorpusError
from index.reading.formats import SUFFIXES

_MOST_SENT = 200  # files of a request, refused one by one beyond those that may wait
_TOO_LARGE = (
    f"Cet envoi dépasse {request_body.LARGEST_UPLOAD // 1024**2}\u00a0Mo. Envoyez ces fichiers en plusieurs fois."
)
_CUT = "L’envoi a été coupé, ou n’est pas un envoi de fichiers\u00a0: rien n’a été reçu. Recommencez."
_NONE = "Choisissez au moins un fichier, puis envoyez."
_NO_MORE = "Ces fichiers n’attendent plus\u00a0: ils ont été ajoutés, ou écartés."
_SAID = {"ecarte": "Les fichiers sont écartés\u00a0: rien n’a été ajouté."}


def routes(desk: CorpusManager, title: str) -> APIRouter:
    """The screens where files are sent, then described."""
    router = APIRouter(prefix=TEAM)
    additions = desk.additions

    @router.get(UPLOAD)
    def show(request: Request) -> Response:
        told = _SAID.get(request.query_params.get("fait", ""), "")
        return add_page(request, plain.notice_box(told) if told else "")

    @router.post(UPLOAD)
    async def receive(request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:15]) > request_body.LARGEST_UPLOAD:
            return await run_in_threadpool(add_page, request, plain.error_box(_TOO_LARGE), 413)
        try:
            async with request.form(max_files=_MOST_SENT, max_fields=5) as form:
                files = [one for _, one in form.multi_items() if isinstance(one, UploadFile) and one.filename]
                if not files:
                    return await run_in_threadpool(add_page, request, plain.error_box(_NONE), 400)
                return await run_in_threadpool(take, request, [(str(one.filename), one.file) for one in files])
        except ClientDisconnect:
            return await run_in_threadpool(add_page, request, plain.error_box(_TOO_LARGE), 413)
        except (HTTPException, OSError):
            return await run_in_threadpool(add_page, request, plain.error_box(_CUT), 400)

    def take(request: Request, files: Sequence[tuple[str, BinaryIO]]) -> Response:
        def do() -> Response:
            if reason := folder.closed(desk.root()):
                return add_page(request, plain.error_box(f"{reason} Rien n’a été reçu."), 409)
            additions.receive(files, identity.name_of(request.headers))
            return shell.go(request, "/depot")

        return shell.trying(do, lambda told, status: add_page(request, plain.error_box(told), status))

    @router.post(f"{CORPUS}/ajouter")
    async def add(request: Request) -> Response:
        return await run_in_threadpool(confirm, request, await posted(request, shell.MOST_FIELDS))

    def confirm(request: Request, form: FormData) -> Response:
        chosen = [entry for name in _unique(form.getlist("entry")) if (entry := additions.inbox.store.get(name))]
        if not chosen:
            return add_page(request, plain.error_box(_NO_MORE), 404)
        left = [entry.id for entry in chosen if form.get(f"{entry.id}.leave") == "oui"]
        wanted = [additions.plan(entry, _of(form, entry.id)) for entry in chosen if entry.id not in left]

        def do() -> Response:
            troubles = additions.problems(wanted)
            if troubles:
                said = f"{counted(len(troubles), 'fichier')} à corriger\u00a0: rien n’a encore été ajouté."
                given = {one.entry.id: one for one in wanted}
                return add_page(request, plain.error_box(said), 422, given, troubles, left)
            if wanted:
                additions.add(wanted, identity.name_of(request.headers))
            additions.discard(left)
            return shell.go(request, fait="ajoute") if wanted else shell.go(request, "/depot", fait="ecarte")

        given = {one.entry.id: one for one in wanted}
        return shell.trying(do, lambda told, status: add_page(request, plain.error_box(told), status, given, {}, left))

    @router.post(f"{CORPUS}/ecarter")
    async def leave(request: Request) -> Response:
        form = await posted(request, shell.MOST_FIELDS)
        return await run_in_threadpool(discard, request, _unique(form.getlist("entry")))

    def discard(request: Request, ids: Sequence[str]) -> Response:
        def do() -> Response:
            additions.discard(ids)
            return shell.go(request, "/depot", fait="ecarte")

        return shell.trying(do, lambda told, status: add_page(request, plain.error_box(told), status))

    def add_page(
        request: Request,
        told: str = "",
        status: int = 200,
        given: Mapping[str, PlannedAddition] | None = None,
        troubles: Mapping[str, Mapping[str, str]] | None = None,
        left: Sequence[str] = (),
    ) -> Response:
        entries = additions.inbox.store.entries()
        refused = _refused(additions.inbox.refused(identity.name_of(request.headers)))
        closed = folder.closed(desk.root())
        if closed and not told:
            told = f'<p class="wrong">{plain.line(closed)}</p>'
        try:
            sites: tuple[str, ...] = additions.sites()
        except CorpusError as error:
            sites, told = (), told or plain.error_box(error)
        form = "" if closed else _form(request, first=not entries)
        waiting = ""
        if entries:
            named = given or {}
            cards = "".join(
                card(
                    named.get(entry.id) or additions.plan(entry, {}),
                    sites,
                    (troubles or {}).get(entry.id, {}),
                    replaces=additions.conflicts(named.get(entry.id) or additions.plan(entry, {})),
                    leave=entry.id in left,
                )
                for entry in entries
            )
            waiting = (
                f'<h2 id="decrire">À décrire ({len(entries)})</h2><p>Voici ce qui a été deviné. Corrigez ce qui ne va '
                "pas, puis ajoutez\u00a0: rien n’entre dans le corpus avant.</p>"
                f'<form method="post" action="{at(request, "/ajouter")}">{cards}<div class="actions">'
                "<button>Ajouter au corpus</button>"
                '<button class="second" form="leave">Tout écarter</button></div></form>'
                f'<form method="post" action="{at(request, "/ecarter")}" id="leave">'  # it says no more than which
                f"{''.join(hidden(entry=entry.id) for entry in entries)}</form>"
            )
        body = told + refused + (waiting + form if entries else form)
        return shell.page(request, "Ajouter des fichiers", body, title=title, status=status, script=True)

    return router


def _form(request: Request, *, first: bool) -> str:
    known = ", ".join(suffix.removeprefix(".") for suffix in SUFFIXES)
    most = request_body.LARGEST_UPLOAD
    heading = "Choisir les fichiers" if first else "Envoyer d’autres fichiers"
    about = (
        "<p>Documents et entretiens, avec l’enregistrement du même nom s’il y en a un. Rien n’est public sans que vous "
        "le disiez à l’étape suivante.</p>"
        if first
        else ""
    )
    return (
        f'<section class="card"><h2>{heading}</h2>{about}'
        f'<form method="post" enctype="multipart/form-data" action="{at(request, "/depot")}" data-most="{most}" '
        f'data-large="{escape(_TOO_LARGE)}"><label for="files">Fichiers à déposer ici, ou à choisir</label>'
        '<input class="drop" id="files" name="files" type="file" multiple required aria-describedby="known">'
        f'<p class="where" id="known">{MOST} fichiers au plus, {most // 1024**2}\u00a0Mo en tout. Formats lus\u00a0: '
        f"{known}\u00a0; enregistrements\u00a0: mp3, wav, m4a, ogg, flac, mp4, mov.</p>"
        '<p role="status" id="sending"></p><button>Envoyer</button></form></section>'
    )


def _refused(found: Sequence[RefusedFile]) -> str:
    if not found:
        return ""
    lines = "".join(
        f"<li><strong>{escape(one.name)}</strong><br>{plain.line(f'{one.reason} {one.remedy}')}</li>" for one in found
    )
    said = "1 fichier n’a pas été reçu" if len(found) == 1 else f"{len(found)} fichiers n’ont pas été reçus"
    return f'<div class="wrong" role="alert"><h2>{said}</h2><ul class="lines">{lines}</ul></div>'


def _of(form: FormData, name: str) -> dict[str, str]:
    """What a form says of one entry."""
    start = f"{name}."
    return {key.removeprefix(start): str(value) for key, value in form.items() if key.startswith(start)}


def _unique(values: Sequence[object]) -> list[str]:
    return list(dict.fromkeys(str(value) for value in values))[:MOST]
