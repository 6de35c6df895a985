"""Answers as the pages ask for them: to everyone, and to the team, of whom it is kept who opened what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assistant.people.audit import Act, Audit
from assistant.types import Answer

Stream = Callable[[str, Sequence[str], str], Iterator[str | Answer]]
"""A question, those before it, oldest first, and the name of who asks (empty: anyone), to the pieces of an answer and
the answer."""
_Answers = Callable[[str, Sequence[str]], Iterator[str | Answer]]


def by_anyone(answers: _Answers) -> Stream:
    """Answers that anyone may read."""

    def stream(question: str, before: Sequence[str], who: str) -> Iterator[str | Answer]:
        yield from answers(question, before)

    return stream


def by_the_team(answers: _Answers, audit: Audit) -> Stream:
    """Answers of which the audit trail keeps who read them, before the first word is shown, and of what sources.
    Nothing is shown where that cannot be written."""

    def stream(question: str, before: Sequence[str], who: str) -> Iterator[str | Answer]:
        number = audit.record(who, Act.OPENED)
        for piece in answers(question, before):
            if isinstance(piece, Answer):
                audit.complete(number, reserved(piece))
            yield piece

    return stream


def reserved(answer: Answer) -> list[str]:
    """The ids of the sources of the team's that an answer shows."""
    sources = [citation.source for citation in answer.citations]
    return list(dict.fromkeys(source.id for source in sources if source.visibility == "team"))
