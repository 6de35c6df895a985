"""The chat page: a question in, its answer streamed into the conversation, its passages beside it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import gradio as gr

from assistant.types import Answer
from assistant.ui import cards, who
from assistant.ui.addresses import LOGIN, LOGOUT, TEAM
from assistant.ui.conversation import Turn, messages
from assistant.ui.opened import Stream
from assistant.ui.pages import legal, words

Simplify = Callable[[Answer], Answer]
Turns = tuple[Turn, ...]
Page = gr.Blocks
SIMPLER, WHOLE = "Plus simple", "Réponse entière"

PROMISE = "Posez votre question avec vos mots. Chaque réponse cite les passages d’où elle vient."
TEAM_PROMISE = "Espace de l’équipe\u00a0: les entretiens réservés sont cherchés et cités aussi."
ENTER = '<a href="{root}{address}">Espace de l’équipe</a>'
LEAVE = '<form method="post" action="{root}{address}"><button>Se déconnecter</button></form>'
# Beside the conversation, which would be lost.
ASIDE = f' target="_blank" rel="noopener" title="{legal.NAME} (nouvel onglet)"'
WELCOME = "Que voulez-vous savoir\u00a0?"
LONGEST_QUESTION = 1000
ANSWERS_AT_ONCE = 8
WAITING_AT_MOST = 500  # questions, after which the next is refused: Gradio's queue stops for good at about 2,000
VISITS = 1000  # that are remembered, each for some 65 kB: the conversation of one longer ago begins anew

logger = logging.getLogger(__name__)


def build(
    stream: Stream,
    simplify: Simplify,
    *,
    title: str,
    examples: Sequence[str],
    team: bool = False,
    root_path: str = "",
) -> gr.Blocks:
    """The page. `stream` yields checked Markdown, never taken back, then one `Answer`, of which `simplify` gives a
    simpler form; Gradio may run each of its steps in another thread. What a visitor asked lives in their session only.
    `team` says whose page it is, and changes words alone: what may be read is decided by `stream`. `root_path` is where
    links start."""
    page = gr.Blocks(title=title, analytics_enabled=False, fill_width=True)
    base = root_path + (TEAM if team else "")
    with page:
        turns = gr.State(())
        with gr.Row(elem_id="head"):
            gr.HTML(f"<h1>{escape(title)}</h1><p>{TEAM_PROMISE if team else PROMISE}</p>")
            way, address = (LEAVE, LOGOUT) if team else (ENTER, LOGIN)
            gr.HTML(way.format(root=escape(root_path), address=address), elem_id="door")
            restart = gr.Button("Nouvelle conversation", elem_id="restart", scale=0)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                chat = gr.Chatbot(
                    elem_id="conversation", label="Conversation", placeholder=WELCOME, show_label=False, height=None,
                    buttons=[], latex_delimiters=[], feedback_options=None, autoscroll=False,
                )  # fmt: skip
                simpler = gr.Button(SIMPLER, elem_id="simpler", visible=False, scale=0)
                with gr.Column(elem_id="examples") as suggestions:
                    gr.HTML("<p>Par exemple\u00a0:</p>")
                    buttons = [gr.Button(example, elem_classes="example") for example in examples]
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        elem_id="question", label="Votre question", placeholder="Votre question…", show_label=False,
                        container=False, lines=1, max_lines=4, max_length=LONGEST_QUESTION,
                        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off", lang="fr"),
                    )  # fmt: skip
                    send = gr.Button("Envoyer", elem_id="send", variant="primary", scale=0)
            with gr.Column(elem_id="sources"):
                passages = gr.HTML(cards.panel(None), elem_id="passages")
        gr.HTML(f"{words.link(base, ASIDE)} {legal.link(root_path, ASIDE)}", elem_id="foot")

        shown = [question, turns, chat, passages, suggestions, simpler]
        listen = partial(gr.on, outputs=shown, show_progress="hidden", api_visibility="private")
        answering = [listen([question.submit, send.click], _asked(stream, base), [question, turns])]
        for button, example in zip(buttons, examples, strict=True):
            answering.append(listen(button.click, _example(stream, base, example), turns))
        answering.append(listen(simpler.click, partial(_turn_over, simplify, base), turns))
        # One after the other: a piece on its way when an answer is given up would fill the page again.
        given_up = restart.click(None, cancels=answering, api_visibility="private")
        given_up.then(_restart, outputs=shown, show_progress="hidden", api_visibility="private")
    page.queue(default_concurrency_limit=ANSWERS_AT_ONCE, max_size=WAITING_AT_MOST, api_open=False)
    page.state_session_capacity = VISITS
    return page


# Gradio gives its request to functions that name it in their annotations, and sees none in a `partial`.
def _asked(stream: Stream, base: str) -> Callable[..., Iterator[tuple[Any, ...]]]:
    def answer(question: str, turns: Turns, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from _answer(stream, base, question, turns, who.of(request.headers))

    return answer


def _example(stream: Stream, base: str, question: str) -> Callable[..., Iterator[tuple[Any, ...]]]:
    def answer(turns: Turns, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from _answer(stream, base, question, turns, who.of(request.headers))

    return answer


def _answer(stream: Stream, base: str, question: str, turns: Turns, name: str) -> Iterator[tuple[Any, ...]]:
    """Show the question at once, then its answer piece by piece, then its passages. Failing is told, not raised."""
    question = question.strip()
    if not question:
        yield (gr.skip(),) * 6
        return
    turn = Turn(question)
    yield "", (*turns, turn), messages([*turns, turn]), cards.WAITING, *(gr.update(visible=False),) * 2
    try:
        for piece in stream(question, [one.question for one in turns], name):
            turn = replace(turn, answer=piece) if isinstance(piece, Answer) else replace(turn, text=turn.text + piece)
            if not turn.answer:
                yield gr.skip(), gr.skip(), messages([*turns, turn]), *(gr.skip(),) * 3
        if turn.answer and not turn.text:
            turn = replace(turn, text=turn.answer.text)
    except Exception:
        logger.exception("une réponse n'a pas pu être finie")
        turn = replace(turn, answer=None, failed=True)
    yield _last((*turns, turn), base)


def _turn_over(simplify: Simplify, base: str, turns: Turns) -> tuple[Any, ...]:
    """Show the last answer in its other form, the simple one or the whole."""
    return _last((*turns[:-1], turns[-1].turned_over(simplify)), base)


def _last(turns: Turns, base: str) -> tuple[Any, ...]:
    """The conversation as its last turn leaves it, with the passages of that turn."""
    turn = turns[-1]
    offered = gr.update(visible=bool(turn.answer and turn.answer.citations), value=WHOLE if turn.is_simple else SIMPLER)
    return gr.skip(), turns, messages(turns), cards.panel(turn.answer, base), gr.skip(), offered


def _restart() -> tuple[Any, ...]:
    return "", (), [], cards.panel(None), gr.update(visible=True), gr.update(visible=False)
