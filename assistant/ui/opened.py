"""Answers as the pages ask for them: to everyone, and to the team, of whom it is kept who opened what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assistant.people.audit import Audit, AuditAction
from assistant.types import Answer
from assistant.ui.services import Stream
from index.types import Source

Opening = Callable[[Sequence[Source]], None]
Answers = Callable[[str, Sequence[str], Opening], Iterator[str | Answer]]
"""A question, those before it, and whoever is to be told of the sources before anything of them is shown."""


def by_anyone(answers: Answers) -> Stream:
    """Answers that anyone may read."""

    def stream(question: str, before: Sequence[str], who: str) -> Iterator[str | Answer]:
        yield from answers(question, before, lambda sources: None)

    return stream


def by_the_team(answers: Answers, audit: Audit) -> Stream:
    """Answers of which the audit trail keeps who read them, and of what reserved sources, before the first word is
    shown. Nothing is shown where that cannot be written."""

    def stream(question: str, before: Sequence[str], who: str) -> Iterator[str | Answer]:
        def opening(sources: Sequence[Source]) -> None:
            audit.record(who, AuditAction.OPENED, [source.id for source in sources if source.visibility == "team"])

        yield from answers(question, before, opening)

    return stream
