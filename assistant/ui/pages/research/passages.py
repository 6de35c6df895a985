"""Passages as the research pages show them: words of the search marked, place in the source, and passages around."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.formatting import KINDS, french_date, joined
from assistant.ui.links import CitedSpan, citation_query, of_source
from index.language import french
from index.types import Passage

_WORD = re.compile(r"[^\W_]+")
MEANING = "Proche par le sens"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A passage of a context; `is_current` marks the passage that the context surrounds."""

    speaker: str
    text: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Context:
    """The headings above a passage, the interviewer's question, and the passages before and after with the passage
    itself."""

    headings: tuple[str, ...]
    question: str
    passages: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class PassageCard:
    """A passage as the templates show it. `where` describes its source and place, `name` names it in a link, `segments`
    is its text cut into (text, is marked); a card of the basket has no context."""

    id: str
    title: str
    where: str
    name: str
    address: str
    badges: tuple[str, ...]
    segments: tuple[tuple[str, bool], ...]
    context: Context | None


def card(
    passage: Passage,
    base: str,
    *,
    stems: Collection[str] = (),
    more_badges: Sequence[str] = (),
    around: Sequence[Passage] | None = None,
) -> PassageCard:
    """Return the card of a passage, its words of these stems marked. `base` begins the addresses of the team, `around`
    holds the passages of its context."""
    source, place = passage.source, passage.place.label()
    date = french_date(source.date) if source.date else "sans date"
    cited = citation_query([CitedSpan(passage.order, 0, len(passage.text))], 1)
    return PassageCard(
        id=passage.id,
        title=source.title,
        where=joined(KINDS[source.kind], source.site, date, place),
        name=f"{source.title}, {place}",
        address=f"{of_source(source.id, base)}?{cited}#cite-1",
        badges=(*_badges(passage), *more_badges),
        segments=tuple(_segments(passage.text, stems)),
        context=None if around is None else _context(passage, around),
    )


def _badges(passage: Passage) -> list[str]:
    """Return the warnings for a reader who cites a passage."""
    source = passage.source
    return [
        *(["Réservé à l’équipe"] if source.visibility == "team" else []),
        *(["Reformulation, non l’original"] if source.nature == "reformulation" else []),
        *(["Extrait publié"] if source.is_excerpt else []),
    ]


def _segments(text: str, stems: Collection[str]) -> list[tuple[str, bool]]:
    """Cut a text into (text, is marked), the words of these stems marked."""
    segments, end = [], 0
    for word in _WORD.finditer(text) if stems else ():
        if any(term in stems for term in french.terms(word[0])):
            segments += [(text[end : word.start()], False), (word[0], True)]
            end = word.end()
    return [*segments, (text[end:], False)]


def _context(passage: Passage, around: Sequence[Passage]) -> Context:
    neighbours = tuple(Neighbour(other.place.speaker or "", other.text, other.id == passage.id) for other in around)
    return Context(passage.place.heading, passage.question, neighbours)


def reserved_count(passages: Sequence[Passage]) -> int:
    """Return how many of these passages are reserved for the team."""
    return sum(passage.source.visibility == "team" for passage in passages)


def reserved_sources(passages: Sequence[Passage]) -> list[str]:
    """Return the ids of the sources of these passages that are reserved for the team."""
    return sorted({passage.source.id for passage in passages if passage.source.visibility == "team"})
