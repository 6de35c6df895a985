"""The services of the chat page, given to it by `assistant/compose/pages.py`, and the audit of what the team opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.people.audit import Audit, AuditAction
from assistant.people.reactions import Reaction
from assistant.types import Answer
from index.types import Source

Stream = Callable[[str, Sequence[str], str], Iterator[str | Answer]]
"""Takes a question, those before it (oldest first) and the name of the visitor (empty: anyone), and yields the pieces
of an answer, then the answer."""


@dataclass(frozen=True, slots=True)
class ChatServices:
    """`stream` yields checked Markdown, never taken back, then one `Answer`, of which `simplify` gives a simpler form;
    Gradio may run each of its steps in another thread. `keep` keeps a reaction to an answer with its comment, and
    `keep_unanswered` a question that was asked in vain, saying whether it is kept; both raise `FeedbackRefused` or
    `FeedbackFailed`."""

    stream: Stream
    simplify: Callable[[Answer], Answer]
    keep: Callable[[Reaction, Answer, str], None]
    keep_unanswered: Callable[[Answer], bool]


Opening = Callable[[Sequence[Source]], None]
Answers = Callable[[str, Sequence[str], Opening], Iterator[str | Answer]]
"""Takes a question, those before it, and a function that gets the sources before any word of them is shown."""


def by_anyone(answers: Answers) -> Stream:
    """Return answers that anyone may read, which are not audited."""

    def stream(question: str, before: Sequence[str], who: str) -> Iterator[str | Answer]:
        yield from answers(question, before, lambda sources: None)

    return stream


def by_the_team(answers: Answers, audit: Audit) -> Stream:
    """Return answers for the team: the audit trail records the reader and the reserved sources before the first word is
    shown, and nothing is shown where it cannot be written."""

    def stream(question: str, before: Sequence[str], who: str) -> Iterator[str | Answer]:
        def opening(sources: Sequence[Source]) -> None:
            audit.record(who, AuditAction.OPENED, [source.id for source in sources if source.visibility == "team"])

        yield from answers(question, before, opening)

    return stream
