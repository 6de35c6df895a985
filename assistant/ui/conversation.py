"""What stands in the bubbles of a conversation: turns in, Markdown messages out. Pure, without Gradio."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from string import punctuation

from assistant.answer.write import terms_to_define
from assistant.types import Answer, Term
from assistant.ui.cards import anchor, word_anchor
from assistant.ui.pages.templates import macros

WAITING = '<span class="waiting">Je cherche dans les textes…</span>'
PLAIN = "Cette réponse est déjà sous sa forme la plus simple."
FAILURE = (
    "Une erreur est survenue et la réponse n’a pas pu être terminée. Reposez votre question dans un "
    "instant\u00a0; si l’erreur revient, prévenez la personne qui s’occupe de l’assistant."
)


STOPPED = "Vous avez arrêté cette réponse\u00a0: elle n’est pas entière. Reposez la question pour l’avoir toute."
_ACRONYM = 2  # letters up to which an acronym is told from a word by its capitals, as the lexicon does


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it so far; `answer` arrives with the last piece. `other` is its other form, the
    simple one or the whole, once it was asked for, and `is_simple` says which of them is shown; `stopped` says that it
    was given up."""

    question: str
    text: str = ""
    answer: Answer | None = None
    failed: bool = False
    stopped: bool = False
    other: Answer | None = None
    is_simple: bool = False

    def turned_over(self, simplify: Callable[[Answer], Answer]) -> Exchange:
        """The same turn in its other form."""
        assert self.answer is not None
        shown = self.other or simplify(self.answer)
        if shown == self.answer:
            shown = replace(shown, notices=(*shown.notices, PLAIN))
        return replace(self, text=shown.text, answer=shown, other=self.answer, is_simple=not self.is_simple)


def messages(turns: Sequence[Exchange]) -> list[dict[str, str]]:
    """The conversation as `gr.Chatbot` takes it. Only the last answer's numbers and words are links: the cards and the
    definitions shown are its own, and the [1] of an older answer must not lead to another answer's passage."""
    shown = []
    for turn in turns:
        shown.append({"role": "user", "content": as_typed(turn.question)})
        shown.append({"role": "assistant", "content": bubble(turn, linked=turn is turns[-1])})
    return shown


def bubble(turn: Exchange, *, linked: bool) -> str:
    """The answer's text, then what limits it, set apart from the text."""
    text = without_html(turn.text)
    if linked and turn.answer:
        text = link_words(text, terms_to_define(turn.answer))
        text = link_numbers(text, {citation.number for citation in turn.answer.citations})
    parts = [text] if text else []
    if turn.answer:
        if turn.answer.searched_for != turn.answer.question:
            parts.insert(0, _aside("understood", f"Question comprise\u00a0: {turn.answer.searched_for}"))
        parts += [_aside("notice", notice) for notice in turn.answer.notices]
    if turn.failed:
        parts.append(_aside("failure", FAILURE))
    if turn.stopped:
        parts.append(_aside("notice", STOPPED))
    return "\n\n".join(parts) or WAITING


def as_typed(text: str) -> str:
    """Markdown that shows `text` letter for letter."""
    return re.sub(f"([{re.escape(punctuation)}])", r"\\\1", text)


def without_html(markdown: str) -> str:
    """The same Markdown where a tag is shown as text and no image is fetched: sources are not ours to trust."""
    # What is escaped already is passed over in pairs, so that no backslash is taken for another's.
    return re.sub(r"\\.|<|(?<=!)\[", lambda match: match[0] if match[0][0] == "\\" else f"\\{match[0]}", markdown)


def link_numbers(markdown: str, numbers: set[int]) -> str:
    """Each « [n] » of a citation that exists becomes a link to its card."""

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in numbers:
            return match[0]
        return rf'<a class="cite" href="#{anchor(number)}" title="Voir le passage {number}">\[{number}\]</a>'

    return re.sub(r"\[(\d{1,3})\](?!\()", link, markdown)


def link_words(markdown: str, terms: Sequence[Term]) -> str:
    """The first time that each term stands in a text, it becomes a link to its definition, the longest form first; the
    text stays letter for letter."""
    forms = {form: number for number, term in enumerate(terms) for form in (term.word, *term.variants)}
    for form in sorted(forms, key=len, reverse=True):
        number = forms[form]
        if f'href="#{word_anchor(number)}"' in markdown:
            continue
        case = 0 if len(form) <= _ACRONYM and form.isupper() else re.IGNORECASE
        words = r"\s+".join(map(re.escape, form.replace("'", "’").split())).replace("’", "['’]")
        # Beside what is a link already: a form may be a part of a longer one.
        found = re.compile(rf"<a .*?</a>|(?<![\w-])({words}(?:s|x)?)(?![\w-])", case | re.DOTALL)
        for match in found.finditer(markdown):
            if match[1]:
                link = f'<a class="term" href="#{word_anchor(number)}">{match[1]}</a>'
                markdown = f"{markdown[: match.start()]}{link}{markdown[match.end() :]}"
                break
    return markdown


def _aside(kind: str, text: str) -> str:
    # On one line: a blank one would end the block, and what follows would be Markdown.
    line = re.sub(r"\s*\n\s*", " ", text)
    return str(macros("chat.html").note(kind, line))
