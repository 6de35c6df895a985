"""Render the exchanges of a conversation as the Markdown messages of its bubbles, without Gradio."""

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
_ACRONYM = 2  # letters up to which only capitals distinguish an acronym from a word, as in the lexicon


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and the answer so far: `text` grows piece by piece, and `answer` arrives with the last piece. `other`
    is the other form of the answer, simple or whole, once it was requested, and `is_simple` tells which form `answer`
    is. `stopped` is true for an answer that the visitor stopped."""

    question: str
    text: str = ""
    answer: Answer | None = None
    failed: bool = False
    stopped: bool = False
    other: Answer | None = None
    is_simple: bool = False

    def in_other_form(self, simplify: Callable[[Answer], Answer]) -> Exchange:
        """Return the exchange with the other form of its answer, simple or whole."""
        assert self.answer is not None
        answer = self.other or simplify(self.answer)
        if answer == self.answer:
            answer = replace(answer, notices=(*answer.notices, PLAIN))
        return replace(self, text=answer.text, answer=answer, other=self.answer, is_simple=not self.is_simple)


def messages(exchanges: Sequence[Exchange]) -> list[dict[str, str]]:
    """Return the messages of a conversation in the format of `gr.Chatbot`. Only the numbers and words of the last
    answer are links: the cards and definitions on the page are those of that answer, and the [1] of an older answer
    must not lead to the passage of another."""
    shown = []
    for exchange in exchanges:
        shown.append({"role": "user", "content": as_typed(exchange.question)})
        shown.append({"role": "assistant", "content": bubble(exchange, linked=exchange is exchanges[-1])})
    return shown


def bubble(exchange: Exchange, *, linked: bool) -> str:
    """Return the Markdown of an answer: its text, then its notices, each in a block of its own."""
    text = without_html(exchange.text)
    if linked and exchange.answer:
        text = link_words(text, terms_to_define(exchange.answer))
        text = link_numbers(text, {citation.number for citation in exchange.answer.citations})
    parts = [text] if text else []
    if exchange.answer:
        if exchange.answer.searched_for != exchange.answer.question:
            parts.insert(0, _aside("understood", f"Question comprise\u00a0: {exchange.answer.searched_for}"))
        parts += [_aside("notice", notice) for notice in exchange.answer.notices]
    if exchange.failed:
        parts.append(_aside("failure", FAILURE))
    if exchange.stopped:
        parts.append(_aside("notice", STOPPED))
    return "\n\n".join(parts) or WAITING


def as_typed(text: str) -> str:
    """Return Markdown that shows `text` letter for letter."""
    return re.sub(f"([{re.escape(punctuation)}])", r"\\\1", text)


def without_html(markdown: str) -> str:
    """Return Markdown with its HTML tags and images escaped, so that they are shown as text: sources are untrusted."""
    # Escaped characters are matched with their backslash, so that the second of two backslashes escapes nothing.
    return re.sub(r"\\.|<|(?<=!)\[", lambda match: match[0] if match[0][0] == "\\" else f"\\{match[0]}", markdown)


def link_numbers(markdown: str, numbers: set[int]) -> str:
    """Replace each « [n] » whose citation exists by a link to its card."""

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in numbers:
            return match[0]
        return rf'<a class="cite" href="#{anchor(number)}" title="Voir le passage {number}">\[{number}\]</a>'

    return re.sub(r"\[(\d{1,3})\](?!\()", link, markdown)


def link_words(markdown: str, terms: Sequence[Term]) -> str:
    """Replace the first occurrence of each term by a link to its definition, without changing the visible text. Longer
    forms are linked first."""
    forms = {form: number for number, term in enumerate(terms) for form in (term.word, *term.variants)}
    for form in sorted(forms, key=len, reverse=True):
        number = forms[form]
        if f'href="#{word_anchor(number)}"' in markdown:
            continue
        case = 0 if len(form) <= _ACRONYM and form.isupper() else re.IGNORECASE
        words = r"\s+".join(map(re.escape, form.replace("'", "’").split())).replace("’", "['’]")
        # Existing links are skipped: a form may be part of a longer one.
        found = re.compile(rf"<a .*?</a>|(?<![\w-])({words}(?:s|x)?)(?![\w-])", case | re.DOTALL)
        for match in found.finditer(markdown):
            if match[1]:
                link = f'<a class="term" href="#{word_anchor(number)}">{match[1]}</a>'
                markdown = f"{markdown[: match.start()]}{link}{markdown[match.end() :]}"
                break
    return markdown


def _aside(kind: str, text: str) -> str:
    # On one line: a blank line would end the HTML block, and the rest would be read as Markdown.
    line = re.sub(r"\s*\n\s*", " ", text)
    return str(macros("chat.html").note(kind, line))
