"""What the page in the browser asks of all that lies behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.people.reactions import Reaction
from assistant.types import Answer

Stream = Callable[[str, Sequence[str], str], Iterator[str | Answer]]
"""A question, those before it, oldest first, and the name of who asks (empty: anyone), to the pieces of an answer and
the answer."""


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
