"""Add files in two steps: they are sent, then each is described on a form that holds guesses (see `add.html`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from assistant import addresses
from assistant.addresses import CORPUS, TEAM, UPLOAD
from assistant.corpus import folder
from assistant.corpus.additions import PlannedAddition
from assistant.corpus.inbox import MOST
from assistant.corpus.manager import CorpusManager
from assistant.formatting import counted
from assistant.ui import identity
from assistant.ui.pages.corpus import shell
from assistant.ui.pages.corpus.entry import card
from assistant.ui.pages.fields import posted
from assistant.ui.pages.plain import Message
from index.errors import CorpusError
from index.reading.formats import SUFFIXES

_MOST_SENT = 200  # files of a request; those beyond the ones that may wait are refused one by one
_TOO_LARGE = f"Cet envoi dépasse {addresses.UPLOAD_BYTES // 1024**2}\u00a0Mo. Envoyez ces fichiers en plusieurs fois."
_CUT = "L’envoi a été coupé, ou n’est pas un envoi de fichiers\u00a0: rien n’a été reçu. Recommencez."
_NO_FILE = "Choisissez au moins un fichier, puis envoyez."
_NOT_WAITING = "Ces fichiers n’attendent plus\u00a0: ils ont été ajoutés, ou écartés."
_NOTICES = {"ecarte": "Les fichiers sont écartés\u00a0: rien n’a été ajouté."}


def routes(manager: CorpusManager, title: str) -> APIRouter:
    """Return the routes of the screen where files are sent, then described."""
    router = APIRouter(prefix=TEAM)
    additions = manager.additions

    @router.get(UPLOAD)
    def show(request: Request) -> Response:
        return add_page(request, shell.notice(_NOTICES.get(request.query_params.get("fait", ""), "")))

    @router.post(UPLOAD)
    async def receive(request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:15]) > addresses.UPLOAD_BYTES:
            return await run_in_threadpool(add_page, request, shell.failure(_TOO_LARGE), 413)
        try:
            async with request.form(max_files=_MOST_SENT, max_fields=5) as form:
                files = [part for _, part in form.multi_items() if isinstance(part, UploadFile) and part.filename]
                if not files:
                    return await run_in_threadpool(add_page, request, shell.failure(_NO_FILE), 400)
                return await run_in_threadpool(take_in, request, [(str(file.filename), file.file) for file in files])
        except ClientDisconnect:
            return await run_in_threadpool(add_page, request, shell.failure(_TOO_LARGE), 413)
        except (HTTPException, OSError):
            return await run_in_threadpool(add_page, request, shell.failure(_CUT), 400)

    def take_in(request: Request, files: Sequence[tuple[str, BinaryIO]]) -> Response:
        def act() -> Response:
            if reason := folder.closed(manager.root()):
                return add_page(request, shell.failure(f"{reason} Rien n’a été reçu."), 409)
            additions.receive(files, identity.name_of(request.headers))
            return shell.redirect(request, "/depot")

        return shell.attempt(act, lambda message, status: add_page(request, message, status))

    @router.post(f"{CORPUS}/ajouter")
    async def add(request: Request) -> Response:
        return await run_in_threadpool(add_described, request, await posted(request, shell.MOST_FIELDS))

    def add_described(request: Request, form: FormData) -> Response:
        entries = [entry for name in _unique(form.getlist("entry")) if (entry := additions.inbox.store.get(name))]
        if not entries:
            return add_page(request, shell.failure(_NOT_WAITING), 404)
        left = [entry.id for entry in entries if form.get(f"{entry.id}.leave") == "oui"]
        planned = {
            entry.id: additions.plan(entry, _fields_of(form, entry.id)) for entry in entries if entry.id not in left
        }

        def act() -> Response:
            errors = additions.problems(list(planned.values()))
            if errors:
                text = f"{counted(len(errors), 'fichier')} à corriger\u00a0: rien n’a encore été ajouté."
                return add_page(request, shell.failure(text), 422, planned, errors, left)
            if planned:
                additions.add(list(planned.values()), identity.name_of(request.headers))
            additions.discard(left)
            return (
                shell.redirect(request, fait="ajoute") if planned else shell.redirect(request, "/depot", fait="ecarte")
            )

        return shell.attempt(act, lambda message, status: add_page(request, message, status, planned, {}, left))

    @router.post(f"{CORPUS}/ecarter")
    async def leave(request: Request) -> Response:
        form = await posted(request, shell.MOST_FIELDS)
        return await run_in_threadpool(discard, request, _unique(form.getlist("entry")))

    def discard(request: Request, ids: Sequence[str]) -> Response:
        def act() -> Response:
            additions.discard(ids)
            return shell.redirect(request, "/depot", fait="ecarte")

        return shell.attempt(act, lambda message, status: add_page(request, message, status))

    def add_page(
        request: Request,
        message: Message | None = None,
        status: int = 200,
        planned: Mapping[str, PlannedAddition] | None = None,
        errors: Mapping[str, Mapping[str, str]] | None = None,
        left: Sequence[str] = (),
    ) -> Response:
        """Return the screen, with the files that wait. `planned` and `errors`, by entry, are the values of a form that
        was posted and its errors; `left` are the entries that were ticked to be left out."""
        planned, errors = planned or {}, errors or {}
        closed = folder.closed(manager.root())
        sites: tuple[str, ...] = ()
        try:
            sites = additions.sites()
        except CorpusError as error:
            if message is None and not closed:
                message = shell.failure(error)
        cards = []
        for entry in additions.inbox.store.entries():
            addition = planned.get(entry.id) or additions.plan(entry, {})
            has_conflict, is_left = additions.conflicts(addition), entry.id in left
            cards.append(card(addition, sites, errors.get(entry.id, {}), has_conflict=has_conflict, is_left=is_left))
        return shell.page(
            request,
            "add.html",
            "Ajouter des fichiers",
            title=title,
            message=message,
            status=status,
            has_script=True,
            closed=closed,
            refused=additions.inbox.refused(identity.name_of(request.headers)),
            cards=cards,
            most_files=MOST,
            most_bytes=addresses.UPLOAD_BYTES,
            too_large=_TOO_LARGE,
            formats=[suffix.removeprefix(".") for suffix in SUFFIXES],
        )

    return router


def _fields_of(form: FormData, entry_id: str) -> dict[str, str]:
    """Return the fields of a form that are about an entry, under their own names."""
    prefix = f"{entry_id}."
    return {key.removeprefix(prefix): str(value) for key, value in form.items() if key.startswith(prefix)}


def _unique(values: Sequence[object]) -> list[str]:
    """Return the values once each, in order, as many as there may be files that wait."""
    return list(dict.fromkeys(str(value) for value in values))[:MOST]
