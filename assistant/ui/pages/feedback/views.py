"""What the pages of the returns show: figures, lists, and the agenda of the next workshop."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from html import escape

from assistant.export import agenda as agendas
from assistant.export import feedback as table
from assistant.formatting import counted, french_date, grouped
from assistant.people.reactions import count
from assistant.team.feedback_review import FeedbackPage, over_time
from assistant.team.themes import ranked
from assistant.team.workshop_agenda import agenda as made_of
from assistant.team.workshop_agenda import sources
from assistant.ui.addresses import FEEDBACK
from assistant.ui.pages import paging, plots
from assistant.ui.pages.feedback import form as forms
from assistant.ui.pages.feedback import lists

AGENDA, TABLE = f"{FEEDBACK}/ordre-du-jour", f"{FEEDBACK}/tableau.csv"
REACTIONS, QUESTIONS = f"{FEEDBACK}/reactions", f"{FEEDBACK}/questions"
_THEMES = 12  # drawn, the others counted together
_WHAT_A_THEME_IS = (
    "Le thème d’une réaction est le titre sous lequel se trouvent les passages que la réponse cite (ou, sans titre, le "
    "nom de leur source). Une question restée sans réponse ne cite rien\u00a0: ses thèmes sont les mots du lexique "
    "qu’elle contient."
)

Shown = Callable[[FeedbackPage, forms.FeedbackQuery, str], tuple[str, Sequence[str]]]
"""What a view shows of what was found, in the pages whose addresses begin so: HTML, and the ids of the sources of which
it tells."""


def told(found: FeedbackPage) -> str:
    """What was found, in one sentence: « 12 réactions et 3 questions restées sans réponse, … »."""
    entries, unanswered = len(found.entries), found.unanswered
    said = "aucune réaction" if not entries else counted(entries, "réaction")
    if unanswered:
        many, times = len(unanswered), sum(one.count for one in unanswered)
        said += f" et {counted(many, 'question restée', 'questions restées')} sans réponse "
        said += f"(posée{'s'[: many > 1]} {grouped(times)} fois)"
    elif found.wanted.reaction is None:
        said += " et aucune question restée sans réponse"
    days = [day for one in unanswered for day in (one.first, one.last)] + [one.day for one in found.entries]
    if days:
        first, last = french_date(min(days).isoformat()), french_date(max(days).isoformat())
        said += f", le {first}" if first == last else f", du {first} au {last}"
    asked = forms.in_words(found.wanted)
    return f"{said[0].upper()}{said[1:]}{' — ' * bool(asked)}{', '.join(asked)}."


def _nothing(found: FeedbackPage, what: str) -> str:
    """That there is nothing to show, and what to do."""
    if forms.in_words(found.wanted):
        return (
            f'<p class="card">{what} ne correspond à cette recherche. Retirez un filtre, ou écrivez moins de mots.</p>'
        )
    return (
        f'<p class="card">{what} pour l’instant. Sous chaque réponse de l’assistant, quatre boutons permettent de '
        "réagir\u00a0; une question à laquelle le corpus ne répond pas est gardée si la personne l’accepte.</p>"
    )


def figures(found: FeedbackPage, asked: forms.FeedbackQuery, base: str) -> tuple[str, Sequence[str]]:
    """How many, over time, by reaction, by site and by theme."""
    if not found.entries and not found.unanswered:
        return _nothing(found, "Rien"), ()
    counted = count(found.entries, found.site_of)
    by_week, reacted = over_time((one.day, 1) for one in found.entries)
    in_vain_by_week, in_vain = over_time(day for one in found.unanswered for day in one.days)
    themes = ranked([found.themes.of(one) for one in found.entries])
    more = sum(number for _, number in themes[_THEMES:])
    drawn = themes[:_THEMES] + ([(f"{len(themes) - _THEMES} autres thèmes", more)] if more else [])
    sites = sorted(((name or "Sans site", number) for name, number in counted.by_site.items()), key=lambda one: -one[1])
    plotted = (
        plots.columns(f"Réactions par {_period(by_week)}", reacted, "réactions"),
        plots.columns(f"Questions restées sans réponse par {_period(in_vain_by_week)}", in_vain, "questions"),
        plots.bars("Par réaction", [(one.label, many) for one, many in counted.by_reaction.items()], "réactions")
        if found.entries
        else "",
        plots.bars("Réactions par site des passages cités", sites, "réactions"),
        plots.bars("Réactions par thème", drawn, "réactions"),
    )
    notes = f"{_WHAT_A_THEME_IS} Une réaction dont la réponse cite deux sites ou deux thèmes compte pour chacun."
    return f'<h2 class="unseen">Chiffres</h2><div class="plots">{"".join(plotted)}</div><p class="note">{notes}</p>', ()


def _period(by_week: bool) -> str:
    return "semaine (à partir du lundi)" if by_week else "mois"


def reactions(found: FeedbackPage, asked: forms.FeedbackQuery, base: str) -> tuple[str, Sequence[str]]:
    """A page of the reactions."""
    if not found.entries:
        return _nothing(found, "Aucune réaction"), ()
    shown, page, pages = paging.cut(lists.ordered_entries(found.entries, asked.order), asked.page)

    def address(number: int) -> str:
        return f"{base}{REACTIONS}{forms.told(found.wanted, tri=asked.order, p=number)}"

    body = f"{lists.reactions(shown, found, base)}{paging.pager(page, pages, address)}{_taking_table(found, base)}"
    return f'<h2 class="unseen">Réactions</h2>{body}', table.cited(shown)


def questions(found: FeedbackPage, asked: forms.FeedbackQuery, base: str) -> tuple[str, Sequence[str]]:
    """A page of the questions without an answer."""
    if found.wanted.reaction is not None:
        return (
            '<p class="card">Une question restée sans réponse n’est pas une réaction\u00a0: choisissez «\u00a0Toutes'
            "\u00a0» les réactions pour les voir.</p>",
            (),
        )
    if not found.unanswered:
        return _nothing(found, "Aucune question restée sans réponse"), ()
    shown, page, pages = paging.cut(lists.ordered_questions(found.unanswered, asked.order), asked.page)

    def address(number: int) -> str:
        return f"{base}{QUESTIONS}{forms.told(found.wanted, tri=asked.order, p=number)}"

    body = f"{lists.questions(shown, found)}{paging.pager(page, pages, address)}{_taking_table(found, base)}"
    return f'<h2 class="unseen">Questions restées sans réponse</h2>{body}', ()


def agenda(found: FeedbackPage, base: str, day: datetime.date) -> tuple[str, Sequence[str]]:
    """The agenda, and the ways to take it away."""
    if not found.entries and not found.unanswered:
        return _nothing(found, "Rien"), ()
    ways = "".join(
        _taking(f"{base}{AGENDA}.{form}", found, f"Télécharger en {name}", style)
        for form, name, style in (("docx", "Word", ""), ("md", "Markdown", "second"))
    )
    return (
        f'<div class="actions">{ways}{_taking(base + TABLE, found, "Tableau (CSV)", "second")}</div>'
        '<p class="note">Pour l’imprimer, prenez «\u00a0Imprimer\u00a0» dans le menu de votre navigateur\u00a0: seul '
        f'l’ordre du jour est imprimé. {_WHAT_A_THEME_IS}</p><article class="agenda card"><h2>Ordre du jour du '
        f"prochain atelier et guide d’entretien</h2>{_as_html(lines(found, day))}</article>"
    ), sources(found)


def _as_html(told: Iterable[agendas.AgendaLine]) -> str:
    """The lines of an agenda: headings, and lists in lists."""
    tags = {"text": "p", "theme": "h3", "part": "h4"}
    out, depth = [], 0
    for line in told:
        level = {"point": 1, "comment": 2}.get(line.kind, 0)
        out += ["<ul>"] * (level - depth) + ["</li></ul>"] * (depth - level)
        out += ["</li>"] * (0 < level <= depth)
        text = escape(line.text)
        out.append(f"<li>{text}" if level else f"<{tags[line.kind]}>{text}</{tags[line.kind]}>")
        depth = level
    return "".join((*out, *["</li></ul>"] * depth))


def lines(found: FeedbackPage, day: datetime.date) -> list[agendas.AgendaLine]:
    """The agenda of what was found, line by line."""
    return list(agendas.lines(made_of(found), intro=f"D’après les retours\u00a0: {_lower(told(found))}", made_on=day))


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _taking_table(found: FeedbackPage, base: str) -> str:
    return f'<div class="actions">{_taking(base + TABLE, found, "Télécharger ce qui est trouvé (CSV)", "second")}</div>'


def _taking(address: str, found: FeedbackPage, name: str, style: str) -> str:
    """A button that takes away what is found; a form that posts, since it is put on record."""
    return (
        f'<form method="post" action="{escape(address + forms.told(found.wanted))}"><button class="{style}">{name}'
        "</button></form>"
    )
