"""What asking does to the page: a question in, and one state of the screen after another out. Failing is told, not
raised."""

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

Turns = tuple[Exchange, ...]
SIMPLER, WHOLE = "Plus simple", "Réponse entière"
KEPT = (
    "Cette question est gardée, sans votre nom, pour que l’équipe sache ce qui manque. "
    "Pour que les suivantes ne le soient pas, décochez la case en bas de la page."
)
LONGEST_QUESTION = 1000
_MOST_REOPENED = 20  # questions of a conversation that is opened again
_SAME: Any = gr.skip()

logger = logging.getLogger(__name__)


class Screen(NamedTuple):
    """What an event changes of the page, in the order of its outputs; the rest stays as it is."""

    question: Any = _SAME
    turns: Any = _SAME
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
    services: ChatServices, base: str, question: str, turns: Turns, keeps: bool, name: str
) -> Generator[Screen, None, None]:
    """Show the question at once, then its answer piece by piece, then its passages. `keeps` says whether a question may
    be kept that has no answer, `base` where the addresses of the page begin, `name` who asks."""
    question = question.strip()[:LONGEST_QUESTION]
    if not question:
        yield Screen()
        return
    turn = Exchange(question)
    yield Screen(
        question="", turns=(*turns, turn), chat=messages([*turns, turn]), passages=cards.WAITING,
        examples=hidden(), send=hidden(), stop=shown(), after=hidden(), thanks="",
    )  # fmt: skip
    try:
        for piece in services.stream(question, [one.question for one in turns], name):
            turn = replace(turn, answer=piece) if isinstance(piece, Answer) else replace(turn, text=turn.text + piece)
            if not turn.answer:
                yield Screen(turns=(*turns, turn), chat=messages([*turns, turn]))
        if turn.answer and not turn.text:
            turn = replace(turn, text=turn.answer.text)
        if turn.answer and turn.answer.refused and keeps:
            # Who is gone by now, or has had enough, is not told that the question is kept: it is not.
            said = (*turns, replace(turn, answer=None))
            yield Screen(turns=said, chat=messages(said))
            turn = replace(turn, answer=_with_notice(services, turn.answer))
    except Exception:
        logger.exception("une réponse n'a pas pu être finie")
        turn = replace(turn, answer=None, failed=True)
    yield last((*turns, turn), base)


def ask_again(
    services: ChatServices, base: str, wanted: object, keeps: bool, name: str
) -> Generator[Screen, None, None]:
    """A conversation anew: the questions of a list, as JSON, one after the other."""
    turns: Turns = ()
    for question in read_questions(wanted):
        for screen in ask(services, base, question, turns, keeps, name):
            if screen.turns is not _SAME:
                turns = screen.turns
            yield screen


def read_questions(wanted: object) -> list[str]:
    """The questions that a browser says, however badly: half a letter in them would fail where the page is written."""
    try:
        said = json.loads(wanted) if isinstance(wanted, str) else []
    except (ValueError, RecursionError):
        return []
    said = said if isinstance(said, list) else []
    return [text for one in said if isinstance(one, str) and (text := tidy(one).strip())][:_MOST_REOPENED]


def turn_over(services: ChatServices, base: str, turns: Turns) -> Screen:
    """Show the last answer in its other form, the simple one or the whole."""
    return last((*turns[:-1], turns[-1].turned_over(services.simplify)), base)


def stop(base: str, turns: Turns) -> Screen:
    """The conversation once its last answer was given up."""
    if not turns or turns[-1].answer or turns[-1].failed:
        return Screen(send=shown(), stop=hidden())
    return last((*turns[:-1], replace(turns[-1], stopped=True)), base)


def last(turns: Turns, base: str) -> Screen:
    """The conversation as its last turn leaves it, with the passages of that turn."""
    turn = turns[-1]
    cited = bool(turn.answer and turn.answer.citations)
    return Screen(
        turns=turns, chat=messages(turns), passages=cards.panel(turn.answer, base), send=shown(), stop=hidden(),
        after=gr.update(visible=turn.answer is not None),
        simpler=gr.update(visible=cited, value=WHOLE if turn.is_simple else SIMPLER),
        reactions=shown(), chosen=None, saying=hidden(), comment="", thanks="",
    )  # fmt: skip


def restart() -> Screen:
    """The page as it is found."""
    return Screen(
        question="", turns=(), chat=messages(()), passages=cards.panel(None), examples=shown(), send=shown(),
        stop=hidden(), after=hidden(), chosen=None, comment="", thanks="",
    )  # fmt: skip


def _with_notice(services: ChatServices, answer: Answer) -> Answer:
    """A refusal, with the notice that its question was kept; where it was not, as it is."""
    try:
        is_kept = services.keep_unanswered(answer)
    except (FeedbackRefused, FeedbackFailed) as error:
        logger.error("%s", error)
        return answer
    return replace(answer, notices=(*answer.notices, KEPT)) if is_kept else answer


def shown() -> Any:
    """A component that is to be seen."""
    return gr.update(visible=True)


def hidden() -> Any:
    """A component that is not to be seen."""
    return gr.update(visible=False)
