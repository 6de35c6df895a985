"""A passage as the team's pages of research show it: its words marked, where it stands, what is around it; and the
buttons that put passages in a file. Every text is escaped."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from html import escape

from assistant.export.formats import FORMATS
from assistant.formatting import KINDS, french_date, joined
from assistant.ui.addresses import CitedSpan, citation_query, of_source
from index.language import french
from index.types import Passage

_WORD = re.compile(r"[^\W_]+")
MEANING = "Proche par le sens"


def marked(text: str, stems: Collection[str]) -> str:
    """A text as HTML, its words of these stems marked."""
    shown, end = [], 0
    for word in _WORD.finditer(text) if stems else ():
        if any(term in stems for term in french.terms(word[0])):
            shown.append(f"{escape(text[end : word.start()])}<mark>{escape(word[0])}</mark>")
            end = word.end()
    return "".join(shown) + escape(text[end:])


def head(passage: Passage) -> str:
    """The title of its source, and where in it it stands."""
    source = passage.source
    date = french_date(source.date) if source.date else "sans date"
    where = joined(KINDS[source.kind], source.site, date, passage.place.label())
    return f'<h3>{escape(source.title)}</h3><p class="where">{escape(where)}</p>'


def badges(passage: Passage, *more: str) -> str:
    """What whoever cites it must know of it."""
    source = passage.source
    told_ = [
        *(["Réservé à l’équipe"] if source.visibility == "team" else []),
        *(["Reformulation, non l’original"] if source.nature == "reformulation" else []),
        *(["Extrait publié"] if source.is_excerpt else []),
        *more,
    ]
    shown = "".join(f'<span class="badge">{escape(one)}</span>' for one in told_)
    return f'<p class="badges">{shown}</p>' if told_ else ""


def context(passage: Passage, around: Sequence[Passage]) -> str:
    """What stands above, before and after it, folded."""
    parts = []
    if passage.place.heading:
        parts.append(f'<p class="path"><b>Sous\u00a0:</b> {escape(" › ".join(passage.place.heading))}</p>')
    if passage.question:
        parts.append(f'<p class="path"><b>Question posée\u00a0:</b> {escape(passage.question)}</p>')
    for other in around:
        label = other.place.speaker or ""
        who = f'<span class="place">{escape(label)}</span> ' if label else ""
        here = other.id == passage.id
        text = f"<strong>{escape(other.text)}</strong>" if here else escape(other.text)
        parts.append(f'<p class="near{" here" if here else ""}">{who}{text}</p>')
    return f'<details class="context"><summary>Voir le contexte</summary><div>{"".join(parts)}</div></details>'


def link(passage: Passage, base: str) -> str:
    """The way to the passage in its source, marked there."""
    cited = citation_query([CitedSpan(passage.order, 0, len(passage.text))], 1)
    named = escape(f"{passage.source.title}, {passage.place.label()}")
    return (
        f'<a class="read" href="{escape(of_source(passage.source.id, base))}?{escape(cited)}#cite-1">Lire dans le texte'
        f'<span class="unseen">\u00a0: {named}</span></a>'
    )


def export_buttons(action: str) -> str:
    """A button for each format; they post the form that they stand in to `action`."""
    buttons = "".join(
        f'<button class="second" name="format" value="{one.name}" formaction="{escape(action)}">'
        f"{escape(one.label)}</button>"
        for one in FORMATS.values()
    )
    return f'<div class="actions formats">{buttons}</div>'


def reserved_notice(passages: Sequence[Passage]) -> str:
    """What to know before exporting, where the team alone may read some of them."""
    count = sum(passage.source.visibility == "team" for passage in passages)
    if not count:
        return ""
    many = f"{count} de ces passages sont réservés" if count > 1 else "Un de ces passages est réservé"
    return (
        f'<p class="notice">{many} à l’équipe\u00a0: gardez le fichier comme les entretiens. L’export sera noté au '
        "journal d’accès.</p>"
    )


def reserved(passages: Sequence[Passage]) -> list[str]:
    """The ids of the sources of these passages that the team alone may read."""
    return sorted({one.source.id for one in passages if one.source.visibility == "team"})
