"""The lists of the returns: reactions, with what they answer, and questions in vain. Each text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.formatting import french_date, joined
from assistant.people.reactions import CitedPassage, Reaction, ReactionEntry, Unanswered
from assistant.team.feedback_review import FeedbackPage
from assistant.ui import addresses

_FROM = {"public": "Page de tous", "team": "Page de l’équipe"}
_URGENT = (Reaction.MISSING, Reaction.TO_EXPLORE, Reaction.SURPRISES, Reaction.RECOGNISED)
OF_REACTIONS = (("", "Les plus récentes"), ("anciennes", "Les plus anciennes"), ("reaction", "Par réaction"))
OF_QUESTIONS = (("", "Les plus posées"), ("recentes", "Les plus récentes"), ("anciennes", "Les plus anciennes"))


def ordered_entries(entries: Sequence[ReactionEntry], order: str) -> list[ReactionEntry]:
    """Reactions, which come the last first, in an order of `OF_REACTIONS`."""
    if order == "anciennes":
        return list(reversed(entries))
    return sorted(entries, key=lambda one: _URGENT.index(one.reaction)) if order == "reaction" else list(entries)


def ordered_questions(unanswered: Sequence[Unanswered], order: str) -> list[Unanswered]:
    """Questions, which come those asked most first, in an order of `OF_QUESTIONS`."""
    if order == "recentes":
        return sorted(unanswered, key=lambda one: one.last, reverse=True)
    return sorted(unanswered, key=lambda one: one.first) if order == "anciennes" else list(unanswered)


def reactions(entries: Sequence[ReactionEntry], found: FeedbackPage, base: str) -> str:
    """Reactions as cards; `base` begins the addresses of the team."""
    return f'<ul class="cards">{"".join(_reaction(one, found, base) for one in entries)}</ul>'


def _reaction(entry: ReactionEntry, found: FeedbackPage, base: str) -> str:
    day = entry.day.isoformat()
    notes = ["Sans réponse"] * entry.refused + ["En partie retirée de l’étude"] * entry.cut
    question = f"«\u00a0{escape(entry.question)}\u00a0»" if entry.question else "Question retirée de l’étude"
    comment = f"<blockquote>{escape(entry.comment)}</blockquote>" if entry.comment else ""
    themes = "".join(f'<span class="badge">{escape(theme)}</span>' for theme in found.themes.of(entry))
    about = f'<p class="themes"><span class="unseen">Thèmes\u00a0: </span>{themes}</p>' if themes else ""
    return (
        f'<li class="card"><p class="when"><strong class="badge r-{entry.reaction.name.lower()}">'
        f'{entry.reaction.label}</strong> <time datetime="{day}">{french_date(day)}</time>'
        f"{''.join(f' · {note}' for note in (_FROM[entry.scope], *notes))}</p>"
        f"<h3>{question}</h3>{comment}{_answer(entry, found, base)}{about}</li>"
    )


def _answer(entry: ReactionEntry, found: FeedbackPage, base: str) -> str:
    """The answer, and what it cites, folded."""
    if not entry.answer and not entry.citations:
        return ""
    many = len(entry.citations)
    passages = f" et {many} passage{'s cités' if many > 1 else ' cité'}" if many else ""
    text = f'<p class="answer">{escape(entry.answer.replace("**", ""))}</p>' if entry.answer else ""
    cited = "".join(_citation(one, found, base) for one in entry.citations)
    listed = f'<ol class="cited">{cited}</ol>' if cited else ""
    head = f"Réponse{passages}" if entry.answer else f"Réponse retirée{passages}"
    understood = (
        f'<p class="when">Comprise comme «\u00a0{escape(entry.searched_for)}\u00a0»</p>'
        if entry.searched_for and entry.searched_for != entry.question
        else ""
    )
    return f"<details><summary>{head}</summary>{understood}{text}{listed}</details>"


def _citation(cited: CitedPassage, found: FeedbackPage, base: str) -> str:
    source, passage = found.sources.get(cited.source), found.themes.passage(cited)
    quote = f"<blockquote>{escape(cited.quote)}</blockquote>"
    if source is None:
        return f"<li>{quote}<p>Cette source n’est plus dans le corpus.</p></li>"
    address = addresses.of_source(source.id, base)
    if passage is None:
        title = f'<a href="{escape(address)}">{escape(source.title)}</a>'
        return f"<li>{quote}<p>{title}<br>Ce passage a changé, ou n’est plus dans la source.</p></li>"
    start = passage.text.find(cited.quote)
    if start >= 0:
        place = addresses.CitedSpan(passage.order, start, start + len(cited.quote))
        address = f"{address}?{addresses.citation_query([place], 1)}#cite-1"
    else:
        address = addresses.of_passage(passage, base)
    where = joined(source.title, passage.place.label(), source.site)
    return f'<li>{quote}<p><a href="{escape(address)}">{escape(where)}</a></p></li>'


def questions(unanswered: Sequence[Unanswered], found: FeedbackPage) -> str:
    """Questions without an answer, each with how many times it was asked."""
    return f'<ul class="cards asked">{"".join(_question(one, found) for one in unanswered)}</ul>'


def _question(one: Unanswered, found: FeedbackPage) -> str:
    first, last = french_date(one.first.isoformat()), french_date(one.last.isoformat())
    when = f"le {first}" if one.first == one.last else f"du {first} au {last}"
    themes = "".join(f'<span class="badge">{escape(theme)}</span>' for theme in found.themes.of_question(one.question))
    about = f'<p class="themes"><span class="unseen">Thèmes\u00a0: </span>{themes}</p>' if themes else ""
    return (
        f'<li class="card"><p class="times"><strong>{one.count}</strong> fois</p><div>'
        f'<h3>«\u00a0{escape(one.question)}\u00a0»</h3><p class="when">{when[0].upper()}{when[1:]} · '
        f"{_FROM[one.scope]}</p>{about}</div></li>"
    )
