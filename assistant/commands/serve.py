"""`assistant serve`: the pages of what is indexed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from assistant import logs
from assistant.commands.common import DONE, open_parts, read_settings
from assistant.errors import AddressInUse, BadRequest
from assistant.settings import AssistantSettings, checked_root_path
from assistant.types import Answer
from index.types import Scope

if TYPE_CHECKING:
    from assistant.compose import Parts
    from assistant.corpus.desk import Desk
    from assistant.people.audit import Audit
    from assistant.types import Term
    from assistant.ui.opened import Opening
    from assistant.ui.pages import quality, returns
    from assistant.ui.pages.bench import Bench
    from assistant.ui.pages.viewer import Shelf
    from index.settings import IndexSettings
    from index.types import Passage


def run(options: argparse.Namespace) -> int:
    from assistant.people.accounts import Accounts, Sessions, session_secret
    from assistant.people.audit import Audit
    from assistant.people.feedback import Feedback

    logs.listen(os.environ)
    index_settings, settings = read_settings(options)
    root_path = settings.root_path if options.root_path is None else checked_root_path(options.root_path)
    accounts = Accounts(index_settings.data_dir)
    _refuse_to_open_wide(options.host, bool(len(accounts)), settings)
    parts = open_parts(options, writes=True)  # refuses before the page's library is imported
    sessions = Sessions(accounts, session_secret(accounts, settings.secret_file))
    from assistant.ui import chat, gate, opened, server
    from assistant.ui.behind import Behind
    from assistant.ui.pages import basket, corpus, quality, research, returns, viewer, words

    title = parts.description.title or "Assistant de l’étude"

    audit, feedback = Audit(index_settings.data_dir), Feedback(index_settings.data_dir)

    def page(scope: Scope) -> chat.Page:
        def answers(question: str, before: Sequence[str], opening: Opening) -> Iterator[str | Answer]:
            return parts.engine.stream(question, scope, before, opening)

        return chat.build(
            Behind(
                stream=opened.by_the_team(answers, audit) if scope is Scope.TEAM else opened.by_anyone(answers),
                simplify=parts.engine.simplify,
                keep=lambda reaction, answer, comment: feedback.keep(reaction, answer, scope, comment),
                keep_unanswered=lambda answer: feedback.keep_unanswered(answer, scope),
            ),
            title=title,
            examples=parts.examples(scope),
            team=scope is Scope.TEAM,
            root_path=root_path,
        )

    door = gate.Door(sessions, settings.trusted_header)
    pages = page(Scope.PUBLIC), page(Scope.TEAM)
    app = server.application(
        *pages,
        door,
        title,
        parts.is_well,
        audit,
        parts.notice,
        (
            viewer.routes(_shelf(parts, audit), title),
            words.routes(parts.lexicon.terms, _standing(parts), title),
            *(one.routes(_bench(parts, audit), title) for one in (research, basket)),
            returns.routes(_returns(parts, audit), title),
            quality.routes(_quality(parts, audit), title),
            corpus.routes(_desk(parts, audit, index_settings, settings), title),
        ),
        host=options.host,
        port=options.port,
        root_path=root_path,
    )

    def ready(url: str) -> None:
        print(f"L'assistant est prêt\u00a0: {url.rstrip('/')}{root_path}/", flush=True)

    try:
        server.launch(app, options.host, options.port, on_ready=ready)
    except OSError as error:
        raise AddressInUse(
            f"La page ne peut pas être servie sur {options.host}:{options.port} (adresse prise ou refusée).",
            "Choisissez un autre port avec --port.",
        ) from error
    return DONE


def _shelf(parts: Parts, audit: Audit) -> Shelf:
    from assistant import view
    from assistant.people.audit import Act
    from assistant.ui.pages.viewer import Shelf

    return Shelf(
        view=lambda source_id, at, scope: view.view(parts.catalog, source_id, at, scope),
        recording=lambda source: view.recording(parts.catalog, source),
        opened=lambda who, source: audit.record(who, Act.OPENED, [source.id]),
    )


def _bench(parts: Parts, audit: Audit) -> Bench:
    from assistant.people.baskets import Baskets
    from assistant.research import Research
    from assistant.ui.pages.bench import Bench

    return Bench(Research(parts.catalog, parts.searcher), Baskets(parts.catalog.folder), audit.record)


def _desk(parts: Parts, audit: Audit, index_settings: IndexSettings, settings: AssistantSettings) -> Desk:
    from assistant.commands import background
    from assistant.corpus.desk import Desk

    return Desk(parts.catalog, index_settings, settings.corpus, audit.record, background.command())


def _standing(parts: Parts) -> Callable[[Term, Scope], list[Passage]]:
    from assistant import view

    return lambda term, scope: view.standing(parts.catalog, parts.lexicon, term, scope)


def _returns(parts: Parts, audit: Audit) -> returns.Desk:
    from assistant.people.audit import Act
    from assistant.people.feedback import Feedback
    from assistant.returns import Returns
    from assistant.ui.pages.returns import Desk

    kept = Returns(Feedback(parts.catalog.folder), parts.catalog, parts.lexicon, parts.description.sites)
    return Desk(
        find=kept.find,
        opened=lambda who, sources: audit.record(who, Act.OPENED, sources),
        exported=lambda who, sources: audit.record(who, Act.EXPORTED, sources),
    )


def _quality(parts: Parts, audit: Audit) -> quality.Desk:
    from assistant import view
    from assistant.people.audit import Act
    from assistant.people.measures import Measures
    from assistant.quality import Quality
    from assistant.ui.pages.quality import Desk
    from assistant.ui.pages.quality_views import Shelved

    engine = parts.engine.without_a_model()
    measured = Quality(
        lambda: parts.questions,
        parts.catalog,
        lambda question: engine.ask(question, Scope.TEAM),
        lambda excerpt: parts.holds(excerpt, Scope.TEAM),
        Measures(parts.catalog.folder),
    )
    return Desk(
        standing=measured.standing,
        start=measured.start,
        progress=lambda: measured.progress,
        shelved=lambda named: Shelved(*view.named(parts.catalog, named, Scope.TEAM)),
        opened=lambda who, sources: audit.record(who, Act.OPENED, sources),
    )


def _refuse_to_open_wide(host: str, has_accounts: bool, settings: AssistantSettings) -> None:
    """Raises `BadRequest` for an address that other machines reach, where nobody could be told from the team, or where
    anybody could say who they are."""
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
