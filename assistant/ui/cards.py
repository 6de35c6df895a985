"""The passages beside the conversation: an answer in, HTML out. Pure, without Gradio; every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.answer.verify import CUT
from assistant.answer.write import basis, senses, terms_to_define
from assistant.formatting import KINDS, joined
from assistant.types import Answer, Badge, Citation, Term
from assistant.ui import addresses

_MEANS = {
    Badge.VERBATIM: "Comparé au texte de la source, mot pour mot",
    Badge.ABRIDGED: "Chaque morceau est comparé au texte de la source, mot pour mot ; […] marque ce qui est coupé",
    Badge.RENAMED: "Des noms ont été remplacés, entre crochets, pour que personne ne soit reconnu",
}
WAITING = '<section class="passages" aria-busy="true"><h2>Passages cités</h2><div class="ghost"></div></section>'


def anchor(number: int) -> str:
    """The id of a card, which the number in the answer points to."""
    return f"passage-{number}"


def word_anchor(number: int) -> str:
    """The id of a definition, counted from 0, which its word in the answer points to."""
    return f"mot-{number}"


def panel(answer: Answer | None, base: str = "") -> str:
    """All that stands beside the last answer (`None`: nothing was asked yet); `base` begins the addresses of the
    page."""
    if answer is None:
        return _passages(_empty("Les passages d’où vient la réponse s’afficheront ici."))
    if not answer.citations:
        return _passages(_empty("Aucun passage cité pour cette question.")) + glossary(terms_to_define(answer))
    asked = f'<p class="asked">Pour «\u00a0{escape(answer.searched_for or answer.question)}\u00a0»</p>'
    cards = "".join(card(one, addresses.of_citation(one, answer.citations, base)) for one in answer.citations)
    return _passages(f'{asked}<ol class="cards">{cards}</ol>') + glossary(terms_to_define(answer))


def card(citation: Citation, address: str = "") -> str:
    """One citation: where it stands, what stands above it, its words marked inside their passage, and the `address` of
    its place in the source."""
    title = f'<span class="number">{citation.number}</span><h3>{escape(citation.source.title)}</h3>'
    return (
        f'<li class="card" id="{anchor(citation.number)}" tabindex="-1">'
        f"<header>{title}</header>{_where(citation)}{_badges(citation)}{_context(citation)}"
        f'<blockquote class="passage">{_marked(citation)}</blockquote>'
        f'<p class="ways">{_way(citation, address)}'
        '<a class="back" href="#conversation">Revenir à la réponse</a></p></li>'
    )


def _way(citation: Citation, address: str) -> str:
    """The way to the source; none where there is no address."""
    if not address:
        return ""
    more = f'<span class="unseen">, passage {citation.number} (nouvel onglet)</span>'
    return f'<a class="open" href="{escape(address)}" target="_blank" rel="noopener">Lire dans le texte{more}</a>'


def glossary(terms: Sequence[Term]) -> str:
    """The study's words met in the answer, explained; nothing when there are none."""
    if not terms:
        return ""
    entries = "".join(_entry(term, word_anchor(number)) for number, term in enumerate(terms))
    return f'<section class="glossary"><h2>Les mots de l’étude, expliqués</h2><dl>{entries}</dl></section>'


def _passages(content: str) -> str:
    return f'<section class="passages"><h2>Passages cités</h2>{content}</section>'


def _empty(text: str) -> str:
    return f'<p class="empty">{text}</p>'


def _where(citation: Citation) -> str:
    source = citation.source
    where = joined(KINDS[source.kind], source.site, citation.place.label())
    return f'<p class="where">{escape(where)}</p>'


def _badges(citation: Citation) -> str:
    badges = "".join(
        f'<li class="badge verified" title="{escape(_MEANS[badge])}">{escape(badge)}</li>' for badge in citation.badges
    )
    if not badges:
        badges = '<li class="badge doubtful">non vérifié</li>'
    if citation.source.nature == "reformulation":
        badges += '<li class="badge reworded">reformulation, non l’original</li>'
    return f'<ul class="badges">{badges}</ul>'


def _context(citation: Citation) -> str:
    """What stands above the passage, less what its title and place already say."""
    said = (citation.source.title, *citation.place.heading)
    above = [text for text in citation.passage.context if text not in said]
    return f'<p class="context">{escape(" › ".join(above))}</p>' if above else ""


def _marked(citation: Citation) -> str:
    text, unit = citation.passage.text, citation.unit
    return f"{escape(text[: unit.start])}{_within(unit.text, citation.quote)}{escape(text[unit.end :])}"


def _within(text: str, quote: str) -> str:
    """A unit with what is quoted of it marked: all of it, or the pieces of an abridged quotation."""
    pieces = [piece.strip() for piece in quote.split(CUT) if piece.strip()]
    if CUT not in quote:
        return f"<mark>{escape(text)}</mark>"
    marked, at = "", 0
    for piece in pieces:
        start = text.find(piece, at)
        if start < 0:  # written otherwise, if alike: what it is part of is marked whole
            return f"<mark>{escape(text)}</mark>"
        marked += f"{escape(text[at:start])}<mark>{escape(piece)}</mark>"
        at = start + len(piece)
    return marked + escape(text[at:])


def _entry(term: Term, name: str) -> str:
    source = "".join(f'<p class="also">{escape(line)}</p>' for line in basis(term))
    told = "".join(f'<p class="sense">{escape(sense)}</p>' for sense in senses(term))
    said = f'<dd><p class="definition">{escape(term.definition)}</p>{told}{source}</dd>'
    return f'<dt id="{name}" tabindex="-1">{escape(term.word)}</dt>{said}'
