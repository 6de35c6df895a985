"""The chat page: its components, and the function that each event calls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

import gradio as gr

from assistant.addresses import LEGAL, LOGIN, STATEMENT, TEAM, WORDS
from assistant.people.feedback import LONGEST_COMMENT
from assistant.people.reactions import Reaction
from assistant.ui import asking, cards, identity, reacting
from assistant.ui.asking import LONGEST_QUESTION, SIMPLER, Screen, Turns
from assistant.ui.blocks import ChatBlocks
from assistant.ui.pages import legal, plain, statement, words
from assistant.ui.pages.templates import macros
from assistant.ui.services import ChatServices

_MACROS = macros("chat.html")
PROMISE = "Posez votre question avec vos mots. Chaque réponse cite les passages d’où elle vient."
TEAM_PROMISE = "Espace de l’équipe\u00a0: les entretiens réservés sont cherchés et cités aussi."
KEEPS = "Garder, sans mon nom, mes questions restées sans réponse"
WELCOME = "Que voulez-vous savoir\u00a0?"
ANSWERS_AT_ONCE = 8
REOPENED_AT_ONCE = 2  # conversations, each of many questions
WAITING_AT_MOST = 500  # questions, after which the next is refused: Gradio's queue stops for good at about 2,000
VISITS = 1000  # that are remembered, each for some 65 kB: the conversation of one longer ago begins anew


def build(
    services: ChatServices,
    *,
    title: str,
    examples: Sequence[str],
    team: bool = False,
    root_path: str = "",
    threads: int = ANSWERS_AT_ONCE,
) -> ChatBlocks:
    """Build the page, whose answers are made by `threads` threads. The questions of a visitor live in their session
    only. `team` changes the words of the page alone: `services` decide which texts may be read. `root_path` begins the
    links."""
    page = ChatBlocks(title=title, analytics_enabled=False, fill_width=True)
    base = root_path + (TEAM if team else "")
    with page:
        turns, chosen = gr.State(()), gr.State(None)
        with gr.Row(elem_id="head"):
            gr.HTML(str(_MACROS.head(title, TEAM_PROMISE if team else PROMISE)))
            with gr.Row(elem_id="ways"):
                gr.Button("Historique", elem_id="past", scale=0)  # all of it is in the browser
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
                        gr.HTML("<p>Réagir\u00a0:</p>", elem_id="reacting")
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
                    gr.HTML("<p>Par exemple\u00a0:</p>")
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
            keeps = gr.Checkbox(True, label=KEEPS, elem_id="keeps", container=False)
            gr.HTML(_links(base, root_path, team=team), elem_id="links")
            gr.HTML('<p id="said" role="status"></p>', elem_id="aloud")
        wanted = gr.Textbox(visible=False)
        reopen = gr.Button("Reprendre", elem_id="reopen")  # pressed by the page's script alone, and not shown

        screen = Screen(
            question, turns, chat, passages, suggestions, send, stop, after, simpler, reactions, chosen, saying, heard,
            comment, thanks,
        )  # fmt: skip
        listen = partial(gr.on, outputs=list(screen), show_progress="hidden", api_visibility="private")
        asked = [question, turns, keeps]
        # A question sent while an answer is under way is asked after it: by default it would be dropped.
        answering = [
            listen([question.submit, send.click], _asked(page, services, base), asked, trigger_mode="always_last")
        ]
        for button, example in zip(buttons, examples, strict=True):
            answering.append(listen(button.click, _example(page, services, base, example), [turns, keeps]))
        answering.append(listen(simpler.click, partial(asking.turn_over, services, base), turns))
        again = _reopened(page, services, base)
        arguments = "(wanted, keeps) => [assistantWanted(), keeps && assistantKeeps()]"
        answering.append(listen(reopen.click, again, [wanted, keeps], js=arguments, concurrency_limit=REOPENED_AT_ONCE))
        # One after the other: a piece on its way when an answer is given up would fill the page again.
        for given_up, then, inputs in ((restart, asking.restart, None), (stop, partial(asking.stop, base), [turns])):
            left = given_up.click(None, cancels=answering, api_visibility="private")
            left.then(then, inputs, list(screen), show_progress="hidden", api_visibility="private")
        for reaction, button in choices:
            listen(button.click, partial(reacting.choose, reaction))
        listen(leave.click, reacting.give_up)
        listen(react.click, partial(reacting.keep, services), [chosen, comment, turns])
    page.queued(ANSWERS_AT_ONCE, WAITING_AT_MOST, threads)
    page.state_session_capacity = VISITS
    return page


# Gradio gives its request to functions that name it in their annotations, and sees none in a `partial`.
def _asked(page: ChatBlocks, services: ChatServices, base: str) -> Callable[..., AsyncIterator[Screen]]:
    ask = page.stepped(partial(asking.ask, services, base))

    async def answer(question: str, turns: Turns, keeps: bool, request: gr.Request) -> AsyncIterator[Screen]:
        async for screen in ask(question, turns, keeps, identity.name_of(request.headers)):
            yield screen

    return answer


def _example(
    page: ChatBlocks, services: ChatServices, base: str, question: str
) -> Callable[..., AsyncIterator[Screen]]:
    ask = page.stepped(partial(asking.ask, services, base, question))

    async def answer(turns: Turns, keeps: bool, request: gr.Request) -> AsyncIterator[Screen]:
        async for screen in ask(turns, keeps, identity.name_of(request.headers)):
            yield screen

    return answer


def _reopened(page: ChatBlocks, services: ChatServices, base: str) -> Callable[..., AsyncIterator[Screen]]:
    ask = page.stepped(partial(asking.ask_again, services, base))

    async def answer(wanted: str, keeps: bool, request: gr.Request) -> AsyncIterator[Screen]:
        async for screen in ask(wanted, keeps, identity.name_of(request.headers)):
            yield screen

    return answer


def _links(base: str, root_path: str, *, team: bool) -> str:
    """Return links to the plain pages, and to the team's login on the page of everyone."""
    pages = [
        (f"{base}{WORDS}", words.NAME),
        (f"{root_path}{LEGAL}", legal.NAME),
        (f"{root_path}{STATEMENT}", statement.NAME),
    ]
    return str(_MACROS.foot(pages, "" if team else f"{root_path}{LOGIN}"))
