"""What each page is given of the parts: the one place where pages and parts meet. It imports the library of the page,
so it is imported once all that may be refused has been."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from fastapi import APIRouter

from assistant.answer import source_view
from assistant.compose.parts import Components
from assistant.corpus import subprocesses
from assistant.corpus.manager import CorpusManager as CorpusDesk
from assistant.people.audit import Audit, AuditAction
from assistant.people.baskets import Baskets
from assistant.people.feedback import Feedback
from assistant.people.measures import Measures
from assistant.settings import AssistantSettings
from assistant.team.feedback_review import FeedbackReview
from assistant.team.quality import Quality
from assistant.team.research import Research
from assistant.types import Answer
from assistant.ui import chat, opened
from assistant.ui.blocks import ChatBlocks
from assistant.ui.pages import viewer, words
from assistant.ui.pages.corpus import page as corpus
from assistant.ui.pages.feedback import page as returns
from assistant.ui.pages.quality import page as quality
from assistant.ui.pages.quality.views import HeldPassages
from assistant.ui.pages.research import basket
from assistant.ui.pages.research import page as research
from assistant.ui.pages.research.services import ResearchServices
from assistant.ui.services import ChatServices
from index.settings import IndexSettings
from index.types import Scope

_WAITING = 40  # threads of a page whose answers a model writes: as many as Gradio has of its own


def conversation(
    parts: Components, audit: Audit, scope: Scope, title: str, root_path: str, examples: Sequence[str]
) -> ChatBlocks:
    """The page of questions, everyone's or the team's, which begins with some."""
    feedback = Feedback(parts.catalog.folder)

    def answers(question: str, before: Sequence[str], opening: opened.Opening) -> Iterator[str | Answer]:
        pieces = parts.engine.stream(question, scope, before, opening)
        # Made of passages, an answer is ready whole: pieces would only cost as many states of the screen.
        return pieces if parts.engine.drafts else (one for one in pieces if isinstance(one, Answer))

    behind = ChatServices(
        stream=opened.by_the_team(answers, audit) if scope is Scope.TEAM else opened.by_anyone(answers),
        simplify=parts.engine.simplify,
        keep=lambda reaction, answer, comment: feedback.keep(reaction, answer, scope, comment),
        keep_unanswered=lambda answer: feedback.keep_unanswered(answer, scope),
    )
    team = scope is Scope.TEAM
    # A model is waited for, also by answers that were given up; all else is computed, which more threads than cores
    # only slow down.
    threads = _WAITING if parts.engine.drafts else min(chat.ANSWERS_AT_ONCE, 1 + (os.cpu_count() or 1))
    return chat.build(behind, title=title, examples=examples, team=team, root_path=root_path, threads=threads)


def beside(
    parts: Components, audit: Audit, title: str, index_settings: IndexSettings, settings: AssistantSettings
) -> list[APIRouter]:
    """The plain pages beside the conversation."""
    bench = ResearchServices(Research(parts.catalog, parts.searcher), Baskets(parts.catalog.folder), audit.record)
    kept = CorpusDesk(parts.catalog, index_settings, settings.corpus, audit.record, subprocesses.background_command())
    return [
        viewer.routes(_shelf(parts, audit), title),
        words.routes(
            parts.lexicon.terms,
            lambda term, scope: source_view.term_passages(parts.catalog, parts.lexicon, term, scope),
            title,
        ),
        research.routes(bench, title),
        basket.routes(bench, title),
        returns.routes(_returns(parts, audit), title),
        quality.routes(_quality(parts, audit), title),
        corpus.routes(kept, title),
    ]


def _shelf(parts: Components, audit: Audit) -> viewer.ViewerServices:
    return viewer.ViewerServices(
        view=lambda source_id, at, scope: source_view.source_view(parts.catalog, source_id, at, scope),
        recording=lambda source: source_view.recording(parts.catalog, source),
        record_opened=lambda who, source: audit.record(who, AuditAction.OPENED, [source.id]),
    )


def _returns(parts: Components, audit: Audit) -> returns.FeedbackServices:
    kept = FeedbackReview(Feedback(parts.catalog.folder), parts.catalog, parts.lexicon, parts.description.sites)
    return returns.FeedbackServices(
        find=kept.find,
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
        standing=measured.standing,
        start=measured.start,
        progress=lambda: measured.progress,
        shelved=lambda named: HeldPassages(*source_view.named_passages(parts.catalog, named, Scope.TEAM)),
        opened=lambda who, sources: audit.record(who, AuditAction.OPENED, sources),
    )
