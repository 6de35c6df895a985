"""Event handlers of the chat page that answer questions: each takes the state of the conversation and yields or returns
the next states of the screen. A failure becomes a message on the page and is never raised."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator
from dataclasses import replace
from typing import Any, NamedTuple

import gradio as gr

from assistant.errors import FeedbackFailed, FeedbackRefused
from assistant.types import Answer
from assistant.ui import cards
from assistant.ui.conversation import Exchange, messages
from assistant.ui.services import ChatServices
from index.reading.text import tidy

Exchanges = tuple[Exchange, ...]
SIMPLER, WHOLE = "Plus simple", "Réponse entière"
KEPT = (
    "Cette question est gardée, sans votre nom, pour que l’équipe sache ce qui manque. "
    "Pour que les suivantes ne le soient pas, décochez la case en bas de la page."
)
LONGEST_QUESTION = 1000
"""Characters of a question, at most."""
_MOST_REOPENED = 20  # questions of a conversation that is opened again
_SAME: Any = gr.skip()

logger = logging.getLogger(__name__)


class Screen(NamedTuple):
    """The update of each output component, in the order in which the events declare them; a component without an update
    stays as it is."""

    question: Any = _SAME
    exchanges: Any = _SAME
    chat: Any = _SAME
    passages: Any = _SAME
    examples: Any = _SAME
    send: Any = _SAME
    stop: Any = _SAME
    after: Any = _SAME
    simpler: Any = _SAME
    reactions: Any = _SAME
    chosen: Any = _SAME
    saying: Any = _SAME
    heard: Any = _SAME
    comment: Any = _SAME
    thanks: Any = _SAME


def ask(
    services: ChatServices, base: str, question: str, exchanges: Exchanges, may_keep: bool, name: str
) -> Generator[Screen, None, None]:
    """Yield the screen with the question, then with each piece of the answer, then with the cited passages. `base`
    begins the addresses of the page, `may_keep` allows to keep a question that stays without an answer, and `name` is
    that of the visitor."""
    question = question.strip()[:LONGEST_QUESTION]
    if not question:
        yield Screen()
        return
    exchange = Exchange(question)
    yield Screen(
        question="", exchanges=(*exchanges, exchange), chat=messages([*exchanges, exchange]), passages=cards.WAITING,
        examples=hide(), send=hide(), stop=show(), after=hide(), thanks="",
    )  # fmt: skip
    try:
        for piece in services.stream(question, [earlier.question for earlier in exchanges], name):
            if isinstance(piece, Answer):
                exchange = replace(exchange, answer=piece)
            else:
                exchange = replace(exchange, text=exchange.text + piece)
            if not exchange.answer:
                yield Screen(exchanges=(*exchanges, exchange), chat=messages([*exchanges, exchange]))
        if exchange.answer and not exchange.text:
            exchange = replace(exchange, text=exchange.answer.text)
        if exchange.answer and exchange.answer.refused and may_keep:
            # A visitor who left or pressed Stop never resumes this generator: the question is then not kept.
            unfinished = (*exchanges, replace(exchange, answer=None))
            yield Screen(exchanges=unfinished, chat=messages(unfinished))
            exchange = replace(exchange, answer=_with_notice(services, exchange.answer))
    except Exception:
        logger.exception("une réponse n'a pas pu être finie")
        exchange = replace(exchange, answer=None, failed=True)
    yield last((*exchanges, exchange), base)


def ask_again(
    services: ChatServices, base: str, questions: object, may_keep: bool, name: str
) -> Generator[Screen, None, None]:
    """Yield the screens of a new conversation that asks `questions`, a JSON list, in order."""
    exchanges: Exchanges = ()
    for question in read_questions(questions):
        for screen in ask(services, base, question, exchanges, may_keep, name):
            if screen.exchanges is not _SAME:
                exchanges = screen.exchanges
            yield screen


def read_questions(text: object) -> list[str]:
    """Return the questions of a JSON list sent by a browser; items that are not a question are skipped. Lone surrogates
    are removed, since they cannot be encoded in the page."""
    try:
        items = json.loads(text) if isinstance(text, str) else []
    except (ValueError, RecursionError):
        return []
    items = items if isinstance(items, list) else []
    return [question for item in items if isinstance(item, str) and (question := tidy(item).strip())][:_MOST_REOPENED]


def switch_form(services: ChatServices, base: str, exchanges: Exchanges) -> Screen:
    """Return the screen with the last answer in its other form, simple or whole."""
    return last((*exchanges[:-1], exchanges[-1].in_other_form(services.simplify)), base)


def stop(base: str, exchanges: Exchanges) -> Screen:
    """Return the screen after the last answer was stopped."""
    if not exchanges or exchanges[-1].answer or exchanges[-1].failed:
        return Screen(send=show(), stop=hide())
    return last((*exchanges[:-1], replace(exchanges[-1], stopped=True)), base)


def last(exchanges: Exchanges, base: str) -> Screen:
    """Return the screen at the end of the last exchange, with the passages that it cites."""
    exchange = exchanges[-1]
    has_citations = bool(exchange.answer and exchange.answer.citations)
    return Screen(
        exchanges=exchanges, chat=messages(exchanges), passages=cards.panel(exchange.answer, base), send=show(),
        stop=hide(), after=gr.update(visible=exchange.answer is not None),
        simpler=gr.update(visible=has_citations, value=WHOLE if exchange.is_simple else SIMPLER),
        reactions=show(), chosen=None, saying=hide(), comment="", thanks="",
    )  # fmt: skip


def restart() -> Screen:
    """Return the screen of a new conversation."""
    return Screen(
        question="", exchanges=(), chat=messages(()), passages=cards.panel(None), examples=show(), send=show(),
        stop=hide(), after=hide(), chosen=None, comment="", thanks="",
    )  # fmt: skip


def _with_notice(services: ChatServices, answer: Answer) -> Answer:
    """Keep the question of a refusal, and return the refusal with the notice of it; return it unchanged when the
    question is not kept."""
    try:
        is_kept = services.keep_unanswered(answer)
    except (FeedbackRefused, FeedbackFailed) as error:
        logger.error("%s", error)
        return answer
    return replace(answer, notices=(*answer.notices, KEPT)) if is_kept else answer


def show() -> Any:
    """Return the update that shows a component."""
    return gr.update(visible=True)


def hide() -> Any:
    """Return the update that hides a component."""
    return gr.update(visible=False)
