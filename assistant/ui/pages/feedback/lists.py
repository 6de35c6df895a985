"""The lists of feedback: reactions with the answers that they comment, and questions without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.formatting import french_date, joined
from assistant.people.reactions import CitedPassage, Reaction, ReactionEntry, Unanswered
from assistant.team.feedback_review import FeedbackPage
from assistant.ui import links

_PAGES = {"public": "Page de tous", "team": "Page de l’équipe"}
_BY_URGENCY = (Reaction.MISSING, Reaction.TO_EXPLORE, Reaction.SURPRISES, Reaction.RECOGNISED)
REACTION_ORDERS = (("", "Les plus récentes"), ("anciennes", "Les plus anciennes"), ("reaction", "Par réaction"))
QUESTION_ORDERS = (("", "Les plus posées"), ("recentes", "Les plus récentes"), ("anciennes", "Les plus anciennes"))


@dataclass(frozen=True, slots=True)
class CitationLink:
    """A citation of an answer: its quotation and the address of the passage; `address` is empty for a source that left
    the corpus, `has_changed` is true where the source no longer holds the passage."""

    quote: str
    address: str = ""
    place: str = ""
    has_changed: bool = False


@dataclass(frozen=True, slots=True)
class AnswerDetails:
    """The answer that a reaction comments; `understood_as` is empty where the question was understood as typed."""

    heading: str
    understood_as: str
    text: str
    citations: tuple[CitationLink, ...]


@dataclass(frozen=True, slots=True)
class ReactionCard:
    """A reaction as its template shows it. `kind` ends the name of its style; `date` is ISO, `day` in French."""

    kind: str
    label: str
    date: str
    day: str
    notes: tuple[str, ...]
    question: str
    comment: str
    answer: AnswerDetails | None
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A question without an answer as its template shows it: `count` times asked over a period, on a page."""

    question: str
    count: int
    period: str
    page: str
    themes: tuple[str, ...]


def ordered_entries(entries: Sequence[ReactionEntry], order: str) -> list[ReactionEntry]:
    """Return reactions in an order of `REACTION_ORDERS`; they come newest first."""
    if order == "anciennes":
        return list(reversed(entries))
    if order == "reaction":
        return sorted(entries, key=lambda entry: _BY_URGENCY.index(entry.reaction))
    return list(entries)


def ordered_questions(unanswered: Sequence[Unanswered], order: str) -> list[Unanswered]:
    """Return questions in an order of `QUESTION_ORDERS`; they come most asked first."""
    if order == "recentes":
        return sorted(unanswered, key=lambda question: question.last, reverse=True)
    if order == "anciennes":
        return sorted(unanswered, key=lambda question: question.first)
    return list(unanswered)


def reaction_card(entry: ReactionEntry, found: FeedbackPage, base: str) -> ReactionCard:
    """Return the card of a reaction; `base` begins the addresses of the team."""
    date = entry.day.isoformat()
    notes = ["Sans réponse"] * entry.refused + ["En partie retirée de l’étude"] * entry.cut
    return ReactionCard(
        kind=entry.reaction.name.lower(),
        label=entry.reaction.label,
        date=date,
        day=french_date(date),
        notes=(_PAGES[entry.scope], *notes),
        question=entry.question,
        comment=entry.comment,
        answer=_answer_details(entry, found, base) if entry.answer or entry.citations else None,
        themes=tuple(found.themes.of(entry)),
    )


def _answer_details(entry: ReactionEntry, found: FeedbackPage, base: str) -> AnswerDetails:
    count = len(entry.citations)
    passages = f" et {count} passage{'s cités' if count > 1 else ' cité'}" if count else ""
    return AnswerDetails(
        heading=f"Réponse{passages}" if entry.answer else f"Réponse retirée{passages}",
        understood_as=entry.searched_for if entry.searched_for != entry.question else "",
        text=entry.answer.replace("**", ""),
        citations=tuple(_citation_link(cited, found, base) for cited in entry.citations),
    )


def _citation_link(cited: CitedPassage, found: FeedbackPage, base: str) -> CitationLink:
    source, passage = found.sources.get(cited.source), found.themes.passage(cited)
    if source is None:
        return CitationLink(cited.quote)
    address = links.of_source(source.id, base)
    if passage is None:
        return CitationLink(cited.quote, address, source.title, has_changed=True)
    start = passage.text.find(cited.quote)
    if start >= 0:
        span = links.CitedSpan(passage.order, start, start + len(cited.quote))
        address = f"{address}?{links.citation_query([span], 1)}#cite-1"
    else:
        address = links.of_passage(passage, base)
    return CitationLink(cited.quote, address, joined(source.title, passage.place.label(), source.site))


def question_card(unanswered: Unanswered, found: FeedbackPage) -> QuestionCard:
    """Return the card of a question without an answer."""
    first, last = french_date(unanswered.first.isoformat()), french_date(unanswered.last.isoformat())
    return QuestionCard(
        question=unanswered.question,
        count=unanswered.count,
        period=f"Le {first}" if unanswered.first == unanswered.last else f"Du {first} au {last}",
        page=_PAGES[unanswered.scope],
        themes=tuple(found.themes.of_question(unanswered.question)),
    )
