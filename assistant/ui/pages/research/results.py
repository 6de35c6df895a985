"""What a search found, as HTML: how many, the passages of one page, the way to the others, and what can be done with
them; or, where nothing is found, what to loosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from html import escape

from assistant.formatting import counted
from assistant.team.research import MOST, ResearchFilter, ResearchResults
from assistant.ui.pages import paging
from assistant.ui.pages.research import form as forms
from assistant.ui.pages.research import passages as shown
from index.language import french
from index.types import Passage


def results(
    sought: ResearchFilter, found: ResearchResults, here: Sequence[Passage], pages: tuple[int, int],
    around: Mapping[str, Sequence[Passage]], kept: Collection[str], meant: str, loosened: Mapping[str, int],
    *, own: str, base: str, add: str, export: str,
) -> str:  # fmt: skip
    """The passages `here` of what is `found`, on one of the `pages` (its number, and how many there are). `kept` are
    the ids of those in the basket; `meant` is the words as they were meant; `loosened` counts what would be found
    without each part of the search. `own`, `add` and `export` are addresses; `base` begins those of the team."""
    spelt = _spelling(sought, meant, own)
    if not found.passages:
        return spelt + _nothing(sought, loosened, own)
    current, last = pages
    stems = frozenset(french.terms(sought.words))
    first = here[0]
    cards = "".join(
        _card(one, around[one.id], stems, base, meaning=one.id in found.by_meaning, is_kept=one.id in kept)
        for one in here
    )
    start = found.passages.index(first) + 1
    turn = paging.pager(current, last, lambda one: f"{forms.address(sought, own, page=one)}#found")
    return (
        f'{spelt}<section aria-labelledby="found"><div role="status"><h2 id="found">{_count(sought, found)}</h2></div>'
        f"{_told(sought, found)}"
        f'<form method="post" action="{escape(add)}">{forms.hidden(sought, page=current)}'
        f'<ol class="cards" start="{start}">{cards}</ol>'
        '<div class="bar"><button>Ajouter au panier</button><a href="#exporter">Exporter</a></div>'
        '<div class="after"><button class="second" name="toute" value="page">Ajouter toute la page au panier</button>'
        f"{turn}</div>{_export(found, export)}</form></section>"
    )


def beginning() -> str:
    """How to search, where nothing is sought yet."""
    return (
        '<section class="card empty"><h2>Comment chercher</h2><ul><li>Écrivez des mots ou une question\u00a0: les '
        "passages qui en ont un mot viennent avec ceux qui en sont proches par le sens.</li><li>Sans rien écrire, "
        "choisissez un site, une source, une personne ou des dates\u00a0: tous les passages viennent, dans l’ordre du "
        "corpus.</li>"
        "<li>L’adresse de la page garde la recherche\u00a0: mettez-la de côté, ou donnez-la à l’équipe.</li>"
        "</ul></section>"
    )


def _count(sought: ResearchFilter, found: ResearchResults) -> str:
    if found.total > len(found.passages) and not sought.counts_all:
        return f"Plus de {counted(len(found.passages), 'passage')}"
    return counted(found.total, "passage")


def _told(sought: ResearchFilter, found: ResearchResults) -> str:
    lines = []
    if found.total > len(found.passages):
        which = "les plus proches" if sought.words else "les premiers"
        lines.append(f"Les {MOST} {which} sont montrés\u00a0: resserrez la recherche pour voir les autres.")
    if found.by_meaning:
        many = len(found.by_meaning)
        worded = len(found.passages) - many
        others = f"{many} {'est proche' if many == 1 else 'sont proches'} par le sens seulement."
        lines.append(
            f"{counted(worded, 'passage')} {'ont' if worded > 1 else 'a'} un mot de la recherche, {others}"
            if worded
            else "Aucun n’a un mot de la recherche\u00a0: tous sont proches par le sens seulement."
        )
    return "".join(f'<p class="told">{escape(line)}</p>' for line in lines)


def _card(
    passage: Passage, around: Sequence[Passage], stems: Collection[str], base: str, *, meaning: bool, is_kept: bool
) -> str:
    more = [*(["Dans votre panier"] if is_kept else []), *([shown.MEANING] if meaning else [])]
    named = escape(f"{passage.source.title}, {passage.place.label()}")
    return (
        f'<li class="card passage" id="p-{escape(passage.id)}"><div class="over"><div>{shown.head(passage)}</div>'
        f'<label class="tick"><input type="checkbox" name="p" value="{escape(passage.id)}">Choisir'
        f'<span class="unseen">\u00a0: {named}</span></label></div>{shown.badges(passage, *more)}'
        f"<blockquote>{shown.marked(passage.text, stems)}</blockquote>"
        f'<div class="foot">{shown.link(passage, base)}{shown.context(passage, around)}</div></li>'
    )


def _export(found: ResearchResults, action: str) -> str:
    many = len(found.passages)
    all_of_them = f"les {counted(many, 'passage')} trouvés" if found.total <= many else f"les {many} premiers passages"
    all_of_them = "le passage trouvé" if many == 1 else all_of_them
    return (
        '<div class="card" id="exporter"><h2>Exporter</h2><fieldset><legend>Quels passages</legend>'
        '<label class="tick"><input type="radio" name="quoi" value="coches" checked>ceux que j’ai cochés sur cette page'
        f'</label><label class="tick"><input type="radio" name="quoi" value="tous">{all_of_them}</label></fieldset>'
        f'{shown.reserved_notice(found.passages)}<p class="formats-label">Dans quel format</p>'
        f"{shown.export_buttons(action)}</div>"
    )


def _spelling(sought: ResearchFilter, meant: str, own: str) -> str:
    if not meant or french.fold(meant) == french.fold(sought.words):
        return ""
    link = escape(forms.address(replace(sought, words=meant), own))
    return f'<p class="told meant">Vouliez-vous chercher «\u00a0<a href="{link}">{escape(meant)}</a>\u00a0»\u00a0?</p>'


def _nothing(sought: ResearchFilter, loosened: Mapping[str, int], own: str) -> str:
    ways = ""
    for name, total in loosened.items():
        other = sought.without(name)
        many = f"plus de {counted(MOST, 'passage')}" if total > MOST else counted(total, "passage")
        ways += f'<li><a href="{escape(forms.address(other, own))}">sans {forms.FILTERS[name]}</a>\u00a0: {many}</li>'
    advice = (
        f'<p>Cherchez plus large\u00a0:</p><ul class="ways-out">{ways}</ul>'
        if ways
        else ("<p>Essayez un mot plus courant, moins de mots, ou retirez des filtres.</p>")
    )
    return f'<section class="card empty"><div role="status"><h2>Aucun passage trouvé</h2></div>{advice}</section>'
