"""The chat page: its components, and the function that each event calls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

import gradio as gr

from assistant.addresses import LEGAL, LOGIN, STATEMENT, TEAM, WORDS
from assistant.people.feedback import LONGEST_COMMENT
from assistant.people.reactions import Reaction
from assistant.ui import asking, cards, identity, reacting
from assistant.ui.asking import LONGEST_QUESTION, SIMPLER, Exchanges, Screen
from assistant.ui.blocks import ChatBlocks
from assistant.ui.pages import legal, lexicon_page, plain, statement
from assistant.ui.pages.templates import macros
from assistant.ui.services import ChatServices

_MACROS = macros("chat.html")
PROMISE = "Posez votre question avec vos mots. Chaque réponse cite les passages d’où elle vient."
TEAM_PROMISE = "Espace de l’équipe\u00a0: les entretiens réservés sont cherchés et cités aussi."
KEEPS = "Garder, sans mon nom, mes questions restées sans réponse"
WELCOME = "Que voulez-vous savoir\u00a0?"
ANSWERS_AT_ONCE = 8
REOPENED_AT_ONCE = 2  # conversations that are opened again, each of many questions
WAITING_AT_MOST = 500  # questions in the queue before the next is refused; Gradio's queue fails for good near 2,000
VISITS = 1000  # sessions kept in memory, some 65 kB each; the conversation of an older one starts again


def build(
    services: ChatServices,
    *,
    title: str,
    examples: Sequence[str],
    team: bool = False,
    root_path: str = "",
    threads: int = ANSWERS_AT_ONCE,
) -> ChatBlocks:
    """Return the page, whose answers are computed by `threads` threads. The questions of a visitor are kept in the
    session only. `team` changes the texts of the page: `services` decide which sources may be read. `root_path` begins
    the addresses of the links."""
    page = ChatBlocks(title=title, analytics_enabled=False, fill_width=True)
    base = root_path + (TEAM if team else "")
    with page:
        exchanges, chosen = gr.State(()), gr.State(None)
        with gr.Row(elem_id="head"):
            gr.HTML(str(_MACROS.head(title, TEAM_PROMISE if team else PROMISE)))
            with gr.Row(elem_id="ways"):
                gr.Button("Historique", elem_id="past", scale=0)  # handled by the page's script
                restart = gr.Button("Nouvelle conversation", elem_id="restart", scale=0)
            if team:
                gr.HTML(str(plain.team_navigation(root_path, "/")), elem_id="team")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                chat = gr.Chatbot(
                    elem_id="conversation", label="Conversation", placeholder=WELCOME, show_label=False, height=None,
                    buttons=[], latex_delimiters=[], feedback_options=None, autoscroll=False,
                )  # fmt: skip
                with gr.Column(elem_id="after", visible=False) as after:
                    with gr.Row(elem_id="means"):
                        simpler = gr.Button(SIMPLER, elem_id="simpler", scale=0)
                        gr.Button("Copier la réponse", elem_id="copy", scale=0)
                        gr.Button("Copier un lien", elem_id="link", scale=0)
                    with gr.Row(elem_id="reactions") as reactions:
                        gr.HTML(str(_MACROS.label("Réagir\u00a0:")), elem_id="reacting")
                        choices = [(reaction, gr.Button(reaction.label, scale=0)) for reaction in Reaction]
                    with gr.Column(elem_id="saying", visible=False) as saying:
                        heard = gr.HTML(elem_id="heard")
                        comment = gr.Textbox(
                            label="Un commentaire, si vous voulez (n’y mettez pas de nom)", elem_id="comment", lines=2,
                            max_lines=6, max_length=LONGEST_COMMENT,
                            html_attributes=gr.InputHTMLAttributes(autocomplete="off", lang="fr"),
                        )  # fmt: skip
                        with gr.Row():
                            react = gr.Button("Envoyer ma réaction", elem_id="react", scale=0)
                            leave = gr.Button("Annuler", elem_id="leave", scale=0)
                    thanks = gr.HTML(elem_id="thanks")
                with gr.Column(elem_id="examples", visible=bool(examples)) as suggestions:
                    gr.HTML(str(_MACROS.label("Par exemple\u00a0:")))
                    buttons = [gr.Button(example, elem_classes="example") for example in examples]
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        elem_id="question", label="Votre question", placeholder="Votre question…", show_label=False,
                        container=False, lines=1, max_lines=4, max_length=LONGEST_QUESTION,
                        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off", lang="fr"),
                    )  # fmt: skip
                    send = gr.Button("Envoyer", elem_id="send", variant="primary", scale=0)
                    stop = gr.Button("Arrêter", elem_id="stop", visible=False, scale=0)
            with gr.Column(elem_id="sources"):
                passages = gr.HTML(cards.panel(None), elem_id="passages")
        with gr.Row(elem_id="foot"):
            may_keep = gr.Checkbox(True, label=KEEPS, elem_id="keeps", container=False)
            gr.HTML(_links(base, root_path, team=team), elem_id="links")
            gr.HTML(str(_MACROS.announcements()), elem_id="aloud")
        reopened_questions = gr.Textbox(visible=False)
        reopen = gr.Button("Reprendre", elem_id="reopen")  # hidden; the page's script presses it

        screen = Screen(
            question, exchanges, chat, passages, suggestions, send, stop, after, simpler, reactions, chosen, saying,
            heard, comment, thanks,
        )  # fmt: skip
        listen = partial(gr.on, outputs=list(screen), show_progress="hidden", api_visibility="private")
        # A question sent during an answer is queued, where Gradio's default trigger mode would drop it.
        answering = [
            listen(
                [question.submit, send.click],
                _answer_question(page, services, base),
                [question, exchanges, may_keep],
                trigger_mode="always_last",
            )
        ]
        for button, example in zip(buttons, examples, strict=True):
            answering.append(
                listen(button.click, _answer_example(page, services, base, example), [exchanges, may_keep])
            )
        answering.append(listen(simpler.click, partial(asking.switch_form, services, base), exchanges))
        answering.append(
            listen(
                reopen.click,
                _answer_again(page, services, base),
                [reopened_questions, may_keep],
                js="(questions, keeps) => [assistantWanted(), keeps && assistantKeeps()]",
                concurrency_limit=REOPENED_AT_ONCE,
            )
        )
        # Cancelling comes first: a piece sent during the cancellation would fill the page again.
        for button, then, inputs in ((restart, asking.restart, None), (stop, partial(asking.stop, base), [exchanges])):
            cancelled = button.click(None, cancels=answering, api_visibility="private")
            cancelled.then(then, inputs, list(screen), show_progress="hidden", api_visibility="private")
        for reaction, button in choices:
            listen(button.click, partial(reacting.choose, reaction))
        listen(leave.click, reacting.cancel)
        listen(react.click, partial(reacting.keep, services), [chosen, comment, exchanges])
    page.configure_queue(ANSWERS_AT_ONCE, WAITING_AT_MOST, threads)
    page.state_session_capacity = VISITS
    return page


# Gradio passes its request to functions that declare it in their annotations, which it does not find in a `partial`.
def _answer_question(page: ChatBlocks, services: ChatServices, base: str) -> Callable[..., AsyncIterator[Screen]]:
    ask = page.in_own_threads(partial(asking.ask, services, base))

    async def answer(question: str, exchanges: Exchanges, may_keep: bool, request: gr.Request) -> AsyncIterator[Screen]:
        async for screen in ask(question, exchanges, may_keep, identity.name_of(request.headers)):
            yield screen

    return answer


def _answer_example(
    page: ChatBlocks, services: ChatServices, base: str, question: str
) -> Callable[..., AsyncIterator[Screen]]:
    ask = page.in_own_threads(partial(asking.ask, services, base, question))

    async def answer(exchanges: Exchanges, may_keep: bool, request: gr.Request) -> AsyncIterator[Screen]:
        async for screen in ask(exchanges, may_keep, identity.name_of(request.headers)):
            yield screen

    return answer


def _answer_again(page: ChatBlocks, services: ChatServices, base: str) -> Callable[..., AsyncIterator[Screen]]:
    ask = page.in_own_threads(partial(asking.ask_again, services, base))

    async def answer(questions: str, may_keep: bool, request: gr.Request) -> AsyncIterator[Screen]:
        async for screen in ask(questions, may_keep, identity.name_of(request.headers)):
            yield screen

    return answer


def _links(base: str, root_path: str, *, team: bool) -> str:
    """Return links to the server-rendered pages and, on the public page, to the login of the team."""
    pages = [
        (f"{base}{WORDS}", lexicon_page.NAME),
        (f"{root_path}{LEGAL}", legal.NAME),
        (f"{root_path}{STATEMENT}", statement.NAME),
    ]
    return str(_MACROS.foot(pages, "" if team else f"{root_path}{LOGIN}"))
