"""The views of feedback: figures, the list of reactions, that of questions without an answer, and the agenda of the
next workshop."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from markupsafe import Markup

from assistant.addresses import FEEDBACK
from assistant.export import agenda as agendas
from assistant.export import feedback as table
from assistant.formatting import counted, french_date, grouped
from assistant.people.reactions import count
from assistant.team.feedback_review import FeedbackPage, over_time
from assistant.team.themes import ranked
from assistant.team.workshop_agenda import agenda as workshop_agenda
from assistant.team.workshop_agenda import sources
from assistant.ui.pages import paging, plots
from assistant.ui.pages.feedback import form as forms
from assistant.ui.pages.feedback import lists
from assistant.ui.pages.templates import render

AGENDA, TABLE = f"{FEEDBACK}/ordre-du-jour", f"{FEEDBACK}/tableau.csv"
REACTIONS, QUESTIONS = f"{FEEDBACK}/reactions", f"{FEEDBACK}/questions"
_THEMES = 12  # plotted; the others are counted together
_THEMES_NOTE = (
    "Le thème d’une réaction est le titre sous lequel se trouvent les passages que la réponse cite (ou, sans titre, le "
    "nom de leur source). Une question restée sans réponse ne cite rien\u00a0: ses thèmes sont les mots du lexique "
    "qu’elle contient."
)
_TAGS: dict[agendas.Kind, str] = {"text": "p", "theme": "h3", "part": "h4"}


class View(NamedTuple):
    """A rendered view, and the ids of the sources that it shows beside those of the themes."""

    html: Markup
    sources: Sequence[str] = ()


ShowView = Callable[[FeedbackPage, forms.FeedbackQuery, str], View]
"""Renders a view from what was found, the query, and the start of the addresses of the team."""


class ListPage(NamedTuple):
    """A page of a list: its number, the number of pages, and the addresses of the pages around it and of the table."""

    number: int
    pages: int
    before: str
    after: str
    table: str


class File(NamedTuple):
    """A file to download; `style` is the class of its button."""

    address: str
    label: str
    style: str


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A point of the agenda with its comments."""

    text: str
    comments: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AgendaBlock:
    """A block of the agenda: a text in an element named `tag`, or a list of points."""

    tag: str = ""
    text: str = ""
    points: list[AgendaItem] = field(default_factory=list)


def summary(found: FeedbackPage) -> str:
    """Return a French sentence that counts what was found: « 12 réactions et 3 questions restées sans réponse, … »."""
    entries, unanswered = len(found.entries), found.unanswered
    text = "aucune réaction" if not entries else counted(entries, "réaction")
    if unanswered:
        questions, times = len(unanswered), sum(question.count for question in unanswered)
        text += f" et {counted(questions, 'question restée', 'questions restées')} sans réponse "
        text += f"(posée{'s'[: questions > 1]} {grouped(times)} fois)"
    elif found.filter.reaction is None:
        text += " et aucune question restée sans réponse"
    days = [day for question in unanswered for day in (question.first, question.last)]
    days += [entry.day for entry in found.entries]
    if days:
        first, last = french_date(min(days).isoformat()), french_date(max(days).isoformat())
        text += f", le {first}" if first == last else f", du {first} au {last}"
    criteria = forms.describe(found.filter)
    return f"{text[0].upper()}{text[1:]}{' — ' * bool(criteria)}{', '.join(criteria)}."


def _empty(found: FeedbackPage, subject: str) -> View:
    """Return a view that shows nothing and explains how to find something; `subject` begins its sentence."""
    return View(render("feedback/empty.html", subject=subject, is_filtered=bool(forms.describe(found.filter))))


def figures(found: FeedbackPage, query: forms.FeedbackQuery, base: str) -> View:
    """Return the view of figures: counts over time, by reaction, by site and by theme."""
    if not found.entries and not found.unanswered:
        return _empty(found, "Rien")
    counts = count(found.entries, found.site_of)
    by_week, reactions = over_time((entry.day, 1) for entry in found.entries)
    questions_by_week, questions = over_time(day for question in found.unanswered for day in question.days)
    themes = ranked([found.themes.of(entry) for entry in found.entries])
    others = sum(number for _, number in themes[_THEMES:])
    plotted_themes = themes[:_THEMES] + ([(f"{len(themes) - _THEMES} autres thèmes", others)] if others else [])
    sites = sorted(
        ((name or "Sans site", number) for name, number in counts.by_site.items()), key=lambda site: -site[1]
    )
    by_reaction = [(reaction.label, number) for reaction, number in counts.by_reaction.items()]
    plotted = [
        plots.columns(f"Réactions par {_period(by_week)}", reactions, "réactions"),
        plots.columns(f"Questions restées sans réponse par {_period(questions_by_week)}", questions, "questions"),
        *([plots.bars("Par réaction", by_reaction, "réactions")] if found.entries else []),
        plots.bars("Réactions par site des passages cités", sites, "réactions"),
        plots.bars("Réactions par thème", plotted_themes, "réactions"),
    ]
    return View(render("feedback/figures.html", plots=plotted, themes_note=_THEMES_NOTE))


def _period(by_week: bool) -> str:
    return "semaine (à partir du lundi)" if by_week else "mois"


def reactions(found: FeedbackPage, query: forms.FeedbackQuery, base: str) -> View:
    """Return the view of a page of the reactions."""
    if not found.entries:
        return _empty(found, "Aucune réaction")
    shown, page, pages = paging.cut(lists.ordered_entries(found.entries, query.order), query.page)
    cards = [lists.reaction_card(entry, found, base) for entry in shown]
    listed = _list_page(found, query, base, REACTIONS, page, pages)
    return View(render("feedback/reactions.html", cards=cards, page=listed), table.cited(shown))


def questions(found: FeedbackPage, query: forms.FeedbackQuery, base: str) -> View:
    """Return the view of a page of the questions without an answer."""
    if found.filter.reaction is not None:
        return View(render("feedback/questions_excluded.html"))
    if not found.unanswered:
        return _empty(found, "Aucune question restée sans réponse")
    shown, page, pages = paging.cut(lists.ordered_questions(found.unanswered, query.order), query.page)
    cards = [lists.question_card(question, found) for question in shown]
    listed = _list_page(found, query, base, QUESTIONS, page, pages)
    return View(render("feedback/questions.html", cards=cards, page=listed))


def _list_page(
    found: FeedbackPage, query: forms.FeedbackQuery, base: str, address: str, page: int, pages: int
) -> ListPage:
    before, after = (
        f"{base}{address}{forms.query_string(found.filter, tri=query.order, p=number)}"
        for number in (page - 1, page + 1)
    )
    return ListPage(page, pages, before, after, _file_address(found, base, TABLE))


def agenda(found: FeedbackPage, base: str, day: datetime.date) -> View:
    """Return the view of the agenda, dated `day`, and of the files to download."""
    if not found.entries and not found.unanswered:
        return _empty(found, "Rien")
    files = (
        File(_file_address(found, base, f"{AGENDA}.docx"), "Télécharger en Word", ""),
        File(_file_address(found, base, f"{AGENDA}.md"), "Télécharger en Markdown", "second"),
        File(_file_address(found, base, TABLE), "Tableau (CSV)", "second"),
    )
    html = render(
        "feedback/agenda.html", files=files, themes_note=_THEMES_NOTE, blocks=_agenda_blocks(agenda_lines(found, day))
    )
    return View(html, sources(found))


def _agenda_blocks(lines: Iterable[agendas.AgendaLine]) -> list[AgendaBlock]:
    """Group the lines of an agenda: points that follow each other in one list, comments under their point."""
    blocks: list[AgendaBlock] = []
    for line in lines:
        if line.kind == "comment":
            blocks[-1].points[-1].comments.append(line.text)
        elif line.kind != "point":
            blocks.append(AgendaBlock(_TAGS[line.kind], line.text))
        elif blocks and blocks[-1].points:
            blocks[-1].points.append(AgendaItem(line.text))
        else:
            blocks.append(AgendaBlock(points=[AgendaItem(line.text)]))
    return blocks


def agenda_lines(found: FeedbackPage, day: datetime.date) -> list[agendas.AgendaLine]:
    """Return the lines of the agenda of what was found, dated `day`."""
    text = summary(found)
    origin = f"D’après les retours\u00a0: {text[0].lower()}{text[1:]}"
    return list(agendas.lines(workshop_agenda(found), intro=origin, made_on=day))


def _file_address(found: FeedbackPage, base: str, address: str) -> str:
    return f"{base}{address}{forms.query_string(found.filter)}"
