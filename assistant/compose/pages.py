"""Wire each page to its services (dependency injection). This module imports Gradio, which is slow, so the command line
imports it last, after every check that may refuse to serve."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from fastapi import APIRouter

from assistant.answer import source_view
from assistant.compose.parts import Components
from assistant.corpus import subprocesses
from assistant.corpus.manager import CorpusManager
from assistant.people.audit import Audit, AuditAction
from assistant.people.baskets import Baskets
from assistant.people.feedback import Feedback
from assistant.people.measures import Measures
from assistant.settings import AssistantSettings
from assistant.team.feedback_review import FeedbackReview
from assistant.team.quality import Quality
from assistant.team.research import Research
from assistant.types import Answer
from assistant.ui import chat
from assistant.ui.blocks import ChatBlocks
from assistant.ui.pages import lexicon_page, viewer
from assistant.ui.pages.corpus import page as corpus
from assistant.ui.pages.feedback import page as feedback_page
from assistant.ui.pages.quality import page as quality
from assistant.ui.pages.quality.views import HeldPassages
from assistant.ui.pages.research import basket
from assistant.ui.pages.research import page as research
from assistant.ui.pages.research.services import ResearchServices
from assistant.ui.services import ChatServices, Opening, by_anyone, by_the_team
from index.types import Scope

_MODEL_THREADS = 40  # of a page whose answers a language model writes; Gradio's own default


def conversation(
    parts: Components, audit: Audit, scope: Scope, title: str, root_path: str, examples: Sequence[str]
) -> ChatBlocks:
    """Return the chat page, for the public or for the team; `examples` are the questions that it offers first."""
    feedback = Feedback(parts.catalog.folder)

    def answers(question: str, before: Sequence[str], opening: Opening) -> Iterator[str | Answer]:
        pieces = parts.engine.stream(question, scope, before, opening)
        # An extractive answer is ready at once: its pieces would only cost as many updates of the screen.
        return pieces if parts.engine.drafts else (piece for piece in pieces if isinstance(piece, Answer))

    services = ChatServices(
        stream=by_the_team(answers, audit) if scope is Scope.TEAM else by_anyone(answers),
        simplify=parts.engine.simplify,
        keep=lambda reaction, answer, comment: feedback.keep(reaction, answer, scope, comment),
        keep_unanswered=lambda answer: feedback.keep_unanswered(answer, scope),
    )
    team = scope is Scope.TEAM
    # Threads that wait for a language model, even for a stopped answer, cost nothing. Extractive answers are computed,
    # and more threads than cores slow them down.
    threads = _MODEL_THREADS if parts.engine.drafts else min(chat.ANSWERS_AT_ONCE, 1 + (os.cpu_count() or 1))
    return chat.build(services, title=title, examples=examples, team=team, root_path=root_path, threads=threads)


def plain_pages(parts: Components, audit: Audit, title: str, settings: AssistantSettings) -> list[APIRouter]:
    """Return the routes of the server-rendered pages, without Gradio."""
    research_services = ResearchServices(
        Research(parts.catalog, parts.searcher), Baskets(parts.catalog.folder), audit.record
    )
    manager = CorpusManager(parts.workspace, settings.corpus, audit.record, subprocesses.background_command())
    return [
        viewer.routes(_viewer(parts, audit), title),
        lexicon_page.routes(_lexicon(parts), title),
        research.routes(research_services, title),
        basket.routes(research_services, title),
        feedback_page.routes(_feedback(parts, audit), title),
        quality.routes(_quality(parts, audit), title),
        corpus.routes(manager, title),
    ]


def _viewer(parts: Components, audit: Audit) -> viewer.ViewerServices:
    return viewer.ViewerServices(
        view=lambda source_id, at, scope: source_view.source_view(parts.catalog, source_id, at, scope),
        recording=lambda source: source_view.recording(parts.catalog, source),
        record_opened=lambda who, source: audit.record(who, AuditAction.OPENED, [source.id]),
    )


def _lexicon(parts: Components) -> lexicon_page.LexiconServices:
    return lexicon_page.LexiconServices(
        parts.lexicon.terms,
        lambda term, scope: source_view.term_passages(parts.catalog, parts.lexicon, term, scope),
    )


def _feedback(parts: Components, audit: Audit) -> feedback_page.FeedbackServices:
    review = FeedbackReview(Feedback(parts.catalog.folder), parts.catalog, parts.lexicon, parts.description.sites)
    return feedback_page.FeedbackServices(
        find=review.find,
        record_opened=lambda who, sources: audit.record(who, AuditAction.OPENED, sources),
        record_exported=lambda who, sources: audit.record(who, AuditAction.EXPORTED, sources),
    )


def _quality(parts: Components, audit: Audit) -> quality.QualityServices:
    engine = parts.engine.without_a_model()
    measured = Quality(
        lambda: parts.questions,
        parts.catalog,
        lambda question: engine.ask(question, Scope.TEAM),
        lambda excerpt: parts.holds(excerpt, Scope.TEAM),
        Measures(parts.catalog.folder),
    )
    return quality.QualityServices(
        status=measured.status,
        start=measured.start,
        progress=lambda: measured.progress,
        held_passages=lambda named: HeldPassages(*source_view.named_passages(parts.catalog, named, Scope.TEAM)),
        record_opened=lambda who, sources: audit.record(who, AuditAction.OPENED, sources),
    )
