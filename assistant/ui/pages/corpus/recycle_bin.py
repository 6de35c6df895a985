"""Take a source out of the corpus, and show the bin, from which a file is put back or erased for good."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant.addresses import CORPUS, TEAM
from assistant.corpus.entry_store import Entry
from assistant.corpus.manager import CorpusManager
from assistant.corpus.recycle_bin import path_of
from assistant.formatting import moment
from assistant.ui import identity
from assistant.ui.pages.corpus import shell
from assistant.ui.pages.fields import posted
from assistant.ui.pages.plain import Message

_LONGEST = 1_000  # characters of a path
_HEADING = "Mettre une source à la corbeille"
_NOT_IN_CORPUS = shell.failure("Ce fichier n’est pas, ou n’est plus, dans le corpus. Revenez à la liste des sources.")
_NOT_IN_BIN = shell.failure("Ce fichier n’est plus dans la corbeille. Il a été remis, ou effacé.")
_NOTICES = {"efface": "Le fichier est effacé pour de bon."}


@dataclass(frozen=True, slots=True)
class BinItem:
    """A file of the bin: where it was in the corpus, when it was taken out and by whom (may be empty)."""

    id: str
    title: str
    path: str
    moment: str
    who: str


def routes(manager: CorpusManager, title: str) -> APIRouter:
    """Return the routes of the screen that takes a source out, and of those of the bin."""
    router = APIRouter(prefix=f"{TEAM}{CORPUS}")

    @router.get("/retirer")
    def ask_to_remove(request: Request) -> Response:
        path = request.query_params.get("fichier", "")[:_LONGEST]
        return shell.attempt(
            lambda: confirm_page(request, path), lambda message, status: removal_failed(request, message, status)
        )

    @router.post("/retirer")
    async def remove(request: Request) -> Response:
        form = await posted(request, shell.MOST_FIELDS)
        path, erase, keep = str(form.get("fichier", ""))[:_LONGEST], form.get("effacer") == "oui", "garder" in form
        return await run_in_threadpool(take_out, request, path, erase, keep)

    def take_out(request: Request, path: str, erase: bool, keep: bool) -> Response:
        def act() -> Response:
            removal = manager.removal(path)
            if removal is None:
                return removal_failed(request, _NOT_IN_CORPUS, 404)
            # A withdrawal after the form was shown asks for another confirmation.
            if (removal.withdrawn and not erase) or (removal.unread and not (erase or keep)):
                return confirm_page(request, path)
            manager.remove(removal, identity.name_of(request.headers), erased=erase)
            is_erased = removal.withdrawn or (removal.unread and erase)
            return shell.redirect(request, fait="efface" if is_erased else "retire")

        return shell.attempt(act, lambda message, status: removal_failed(request, message, status))

    def confirm_page(request: Request, path: str) -> Response:
        """Return the question before a source is taken out. Raises `CorpusError`."""
        removal = manager.removal(path)
        if removal is None:
            return removal_failed(request, _NOT_IN_CORPUS, 404)
        return shell.page(request, "remove.html", _HEADING, title=title, removal=removal)

    def removal_failed(request: Request, message: Message, status: int) -> Response:
        return shell.message_page(request, _HEADING, message, status, title=title)

    @router.get("/corbeille")
    def show(request: Request) -> Response:
        return bin_page(request, shell.notice(_NOTICES.get(request.query_params.get("fait", ""), "")))

    @router.get("/corbeille/effacer")
    def ask_to_erase(request: Request) -> Response:
        entry = manager.bin.store.get(request.query_params.get("nom", ""))
        if entry is None:
            return bin_page(request, _NOT_IN_BIN, 404)
        return shell.page(request, "erase.html", "Effacer pour de bon", title=title, item=_item(entry))

    @router.post("/corbeille/effacer")
    async def erase(request: Request) -> Response:
        return await run_in_threadpool(settle, request, await _posted_id(request), True)

    @router.post("/corbeille/remettre")
    async def put_back(request: Request) -> Response:
        return await run_in_threadpool(settle, request, await _posted_id(request), False)

    def settle(request: Request, entry_id: str, erase: bool) -> Response:
        """Erase a file of the bin, or put it back."""
        entry = manager.bin.store.get(entry_id)
        if entry is None:
            return bin_page(request, _NOT_IN_BIN, 404)

        def act() -> Response:
            if erase:
                manager.erase(entry, identity.name_of(request.headers))
                return shell.redirect(request, "/corbeille", fait="efface")
            manager.put_back(entry, identity.name_of(request.headers))
            return shell.redirect(request, fait="remis")

        return shell.attempt(act, lambda message, status: bin_page(request, message, status))

    def bin_page(request: Request, message: Message | None, status: int = 200) -> Response:
        items = [_item(entry) for entry in manager.bin.store.entries()[::-1]]
        return shell.page(request, "bin.html", "Corbeille", title=title, message=message, status=status, items=items)

    return router


async def _posted_id(request: Request) -> str:
    return str((await posted(request, shell.MOST_FIELDS)).get("nom", ""))


def _item(entry: Entry) -> BinItem:
    title = str(entry.metadata.get("title") or entry.name)
    return BinItem(entry.id, title, str(path_of(entry)), moment(entry.at), entry.who)
