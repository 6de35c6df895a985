"""`assistant serve`: the server of the pages."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.cli import logs
from assistant.cli.commands.common import DONE, open_parts, read_settings
from assistant.errors import AddressInUse, BadRequest
from assistant.settings import AssistantSettings, checked_root_path
from index.settings import EMBEDDED_MODEL

if TYPE_CHECKING:
    from fastapi import FastAPI


def run(options: argparse.Namespace) -> int:
    """Serve the pages until the process is stopped."""
    logs.listen(os.environ)
    with frozen_gc():
        app, root_path = _application(options)

    def ready(url: str) -> None:
        print(f"L'assistant est prêt\u00a0: {url.rstrip('/')}{root_path}/", flush=True)

    from assistant.ui import server

    try:
        server.launch(app, options.host, options.port, on_ready=ready)
    except OSError as error:
        raise AddressInUse(
            f"La page ne peut pas être servie sur {options.host}:{options.port} (adresse prise ou refusée).",
            "Choisissez un autre port avec --port.",
        ) from error
    return DONE


@contextmanager
def frozen_gc() -> Iterator[None]:
    """Freeze start-up objects so that the garbage collector skips them: collecting while they are made took a quarter
    of the start, and each full collection of a server would pause its visitors for a tenth of a second."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _application(options: argparse.Namespace) -> tuple[FastAPI, str]:
    """Return the application that serves all pages, and the sub-path below which it does."""
    from assistant.people.accounts import Accounts, Sessions, session_secret
    from assistant.people.audit import Audit

    index_settings, settings = read_settings(options)
    root_path = settings.root_path if options.root_path is None else checked_root_path(options.root_path)
    accounts = Accounts(index_settings.data_dir)
    _refuse_public_address(options.host, bool(len(accounts)), settings)
    parts = open_parts(options, writes=True)  # refuses before the page's library is imported
    sessions = Sessions(accounts, session_secret(accounts, settings.secret_file))
    if index_settings.embedding_model == EMBEDDED_MODEL:
        # Where Ray is installed so is pyarrow, which Gradio's tables would load: 40 MB that neither the pages nor this
        # model need. A module set to None here cannot be imported, as where it is not installed.
        sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]
    from assistant.compose import pages
    from assistant.ui import gate, server

    title = parts.description.title or "Assistant de l’étude"
    audit = Audit(index_settings.data_dir)
    public, team = (
        pages.conversation(parts, audit, scope, title, root_path, examples)
        for scope, examples in parts.offered().items()
    )
    app = server.application(
        public,
        team,
        gate.TeamAccess(sessions, settings.trusted_header),
        title,
        parts.is_well,
        audit,
        parts.notice,
        pages.plain_pages(parts, audit, title, settings),
        host=options.host,
        port=options.port,
        root_path=root_path,
    )
    return app, root_path


def _refuse_public_address(host: str, has_accounts: bool, settings: AssistantSettings) -> None:
    """Raise `BadRequest` for an address that other machines reach when there is no account to tell the team from the
    public, or when a trusted header would let any visitor choose an account."""
    if host in ("127.0.0.1", "::1", "localhost"):
        return
    if not has_accounts:
        raise BadRequest(
            f"L'adresse {host} est ouverte à d'autres machines, et aucun compte n'existe.",
            "Créez-en un : assistant user add NOM ; ou servez sur 127.0.0.1.",
        )
    if settings.trusted_header:
        raise BadRequest(
            f"L'adresse {host} est ouverte à d'autres machines, qui pourraient écrire l'en-tête "
            f"{settings.trusted_header}.",
            "Servez sur 127.0.0.1, derrière le proxy, ou retirez ASSISTANT_TRUSTED_HEADER.",
        )
