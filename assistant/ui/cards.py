"""The passages beside the conversation, as HTML (see `cards.html`), made of an answer, without Gradio."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer.verify import CUT
from assistant.answer.write import basis, senses, terms_to_define
from assistant.formatting import KINDS, joined
from assistant.types import Answer, Badge, Citation, Term
from assistant.ui import links
from assistant.ui.pages.templates import macros

_MACROS = macros("cards.html")
_MEANINGS = {
    Badge.VERBATIM: "Comparé au texte de la source, mot pour mot",
    Badge.ABRIDGED: "Chaque morceau est comparé au texte de la source, mot pour mot\u00a0; […] marque ce qui est coupé",
    Badge.RENAMED: "Des noms ont été remplacés, entre crochets, pour que personne ne soit reconnu",
}
_NOT_ASKED = "Les passages d’où vient la réponse s’afficheront ici."
_NOT_CITED = "Aucun passage cité pour cette question."
WAITING = str(_MACROS.waiting())
"""The panel while an answer is made."""


@dataclass(frozen=True, slots=True)
class Card:
    """A citation as its template shows it: `segments` are the pieces of its passage, each with whether it is quoted;
    `badges` come with their meaning; `address` is that of its place in the source, empty where there is none."""

    anchor: str
    number: int
    title: str
    where: str
    context: str
    badges: Sequence[tuple[str, str]]
    is_reworded: bool
    segments: Sequence[tuple[str, bool]]
    address: str


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A word of the study as its template shows it."""

    anchor: str
    word: str
    definition: str
    senses: Sequence[str]
    basis: Sequence[str]


def anchor(number: int) -> str:
    """Return the id of a card, which the number in the answer points to."""
    return f"passage-{number}"


def word_anchor(number: int) -> str:
    """Return the id of a definition, counted from 0, which its word in the answer points to."""
    return f"mot-{number}"


def panel(answer: Answer | None, base: str = "") -> str:
    """Return all that is shown beside the last answer (`None`: before the first question); `base` begins the addresses
    of the page."""
    if answer is None:
        return str(_MACROS.panel("", [], _NOT_ASKED))
    cards = [_card(each, links.of_citation(each, answer.citations, base)) for each in answer.citations]
    shown = _MACROS.panel(answer.searched_for or answer.question, cards, _NOT_CITED)
    return str(shown) + glossary(terms_to_define(answer))


def card(citation: Citation, address: str = "") -> str:
    """Return a citation: its source and place, the headings above it, its words marked inside their passage, and a link
    to `address`, its place in the source."""
    return str(_MACROS.card(_card(citation, address)))


def glossary(terms: Sequence[Term]) -> str:
    """Return the study's words met in the answer, explained; nothing when there are none."""
    entries = [
        GlossaryEntry(word_anchor(number), term.word, term.definition, list(senses(term)), list(basis(term)))
        for number, term in enumerate(terms)
    ]
    return str(_MACROS.glossary(entries))


def _card(citation: Citation, address: str) -> Card:
    source = citation.source
    known = (source.title, *citation.place.heading)  # shown already, by the title and the place
    return Card(
        anchor=anchor(citation.number),
        number=citation.number,
        title=source.title,
        where=joined(KINDS[source.kind], source.site, citation.place.label()),
        context=" › ".join(text for text in citation.passage.context if text not in known),
        badges=[(badge, _MEANINGS[badge]) for badge in citation.badges],
        is_reworded=source.nature == "reformulation",
        segments=list(_segments(citation)),
        address=address,
    )


def _segments(citation: Citation) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a citation's passage, each with whether it is quoted."""
    text, unit = citation.passage.text, citation.unit
    yield text[: unit.start], False
    yield from _quoted_segments(unit.text, citation.quote)
    yield text[unit.end :], False


def _quoted_segments(text: str, quote: str) -> list[tuple[str, bool]]:
    """Return the pieces of a unit, those marked that are quoted: all of it, or the pieces of an abridged quotation."""
    if CUT not in quote:
        return [(text, True)]
    segments, at = list[tuple[str, bool]](), 0
    for piece in (piece.strip() for piece in quote.split(CUT) if piece.strip()):
        start = text.find(piece, at)
        if start < 0:  # its spelling differs, though alike: the whole unit is marked
            return [(text, True)]
        segments += [(text[at:start], False), (piece, True)]
        at = start + len(piece)
    return [*segments, (text[at:], False)]
