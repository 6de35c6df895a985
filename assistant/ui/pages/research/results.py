"""The results of a search as the template shows them: a page of the passages found with the actions on them, or, where
nothing is found, the searches that would find some."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from assistant.export.formats import FORMATS, Format
from assistant.formatting import counted
from assistant.team.research import MOST, ResearchFilter, ResearchResults
from assistant.ui.pages.research import form as forms
from assistant.ui.pages.research import passages as cards
from index.language import french
from index.types import Passage


class Spelling(NamedTuple):
    """Words in a corrected spelling, and the address of their search."""

    address: str
    words: str


class WiderSearch(NamedTuple):
    """A search with a part removed (its French name), and in French how many passages it finds."""

    address: str
    removed: str
    found: str


class Links(NamedTuple):
    """The addresses of the page: its own, the start of those of the team, and those that its form posts to."""

    own: str
    base: str
    add: str
    export: str


class Page(NamedTuple):
    """A page of the passages found: its number, and the number of pages."""

    passages: Sequence[Passage]
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a search as their template shows them. `query` holds the fields of the search that the form posts
    back, `start` the rank of the first card, `reserved` how many of the passages found are reserved for the team;
    without cards, `wider` holds the searches that would find passages."""

    spelling: Spelling | None
    wider: tuple[WiderSearch, ...]
    cards: tuple[cards.PassageCard, ...]
    count: str
    notes: tuple[str, ...]
    query: dict[str, str | int]
    start: int
    page: int
    pages: int
    before: str
    after: str
    all_found: str
    reserved: int
    formats: tuple[Format, ...]
    add: str
    export: str


def results(
    query: ResearchFilter,
    found: ResearchResults,
    page: Page,
    around: Mapping[str, Sequence[Passage]],
    in_basket: Collection[str],
    corrected: str,
    loosened: Mapping[str, int],
    links: Links,
) -> Results:
    """Return a page of the results of a search. `around` holds the context of each passage of the page, by id;
    `in_basket` the ids of the basket; `corrected` the words in their corrected spelling; `loosened` how many passages
    would be found without each part of the query."""
    stems = frozenset(french.terms(query.words))

    def badges(passage: Passage) -> list[str]:
        in_the_basket = ["Dans votre panier"] if passage.id in in_basket else []
        return in_the_basket + ([cards.MEANING] if passage.id in found.by_meaning else [])

    before, after = (
        f"{forms.search_address(query, links.own, page=number)}#found" for number in (page.number - 1, page.number + 1)
    )
    return Results(
        spelling=_spelling(query, corrected, links.own),
        wider=tuple(_wider_searches(query, loosened, links.own)),
        cards=tuple(
            cards.card(passage, links.base, stems=stems, more_badges=badges(passage), around=around[passage.id])
            for passage in page.passages
        ),
        count=_count(query, found),
        notes=tuple(_notes(query, found)),
        query={**forms.query_fields(query), "page": page.number},
        start=found.passages.index(page.passages[0]) + 1 if page.passages else 0,
        page=page.number,
        pages=page.pages,
        before=before,
        after=after,
        all_found=_all_found(found),
        reserved=cards.reserved_count(found.passages),
        formats=tuple(FORMATS.values()),
        add=links.add,
        export=links.export,
    )


def _count(query: ResearchFilter, found: ResearchResults) -> str:
    if found.total > len(found.passages) and not query.counts_all:
        return f"Plus de {counted(len(found.passages), 'passage')}"
    return counted(found.total, "passage")


def _notes(query: ResearchFilter, found: ResearchResults) -> list[str]:
    """Return French sentences on the passages left out and on those found by their meaning."""
    notes = []
    if found.total > len(found.passages):
        kept = "les plus proches" if query.words else "les premiers"
        notes.append(f"Les {MOST} {kept} sont montrés\u00a0: resserrez la recherche pour voir les autres.")
    if found.by_meaning:
        near = len(found.by_meaning)
        literal = len(found.passages) - near
        others = f"{near} {'est proche' if near == 1 else 'sont proches'} par le sens seulement."
        notes.append(
            f"{counted(literal, 'passage')} {'ont' if literal > 1 else 'a'} un mot de la recherche, {others}"
            if literal
            else "Aucun n’a un mot de la recherche\u00a0: tous sont proches par le sens seulement."
        )
    return notes


def _all_found(found: ResearchResults) -> str:
    """Return the label of the choice that exports all that was found."""
    count = len(found.passages)
    if count == 1:
        return "le passage trouvé"
    return f"les {counted(count, 'passage')} trouvés" if found.total <= count else f"les {count} premiers passages"


def _spelling(query: ResearchFilter, corrected: str, own: str) -> Spelling | None:
    if not corrected or french.fold(corrected) == french.fold(query.words):
        return None
    return Spelling(forms.search_address(replace(query, words=corrected), own), corrected)


def _wider_searches(query: ResearchFilter, loosened: Mapping[str, int], own: str) -> list[WiderSearch]:
    return [
        WiderSearch(
            forms.search_address(query.without(name), own),
            forms.FILTERS[name],
            f"plus de {counted(MOST, 'passage')}" if total > MOST else counted(total, "passage"),
        )
        for name, total in loosened.items()
    ]
