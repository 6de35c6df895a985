"""Builds the agenda of the next workshop, which is also a guide for the next interviews.

Theme by theme, it lists the unanswered questions, then the reactions: something is missing, to explore, surprised,
recognised."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.people.reactions import Reaction, ReactionEntry, Unanswered
from assistant.team.feedback_review import FeedbackPage
from index.language import french

ORDER = (None, Reaction.MISSING, Reaction.TO_EXPLORE, Reaction.SURPRISES, Reaction.RECOGNISED)
"""The parts of a theme, in order; `None` is the part of unanswered questions."""
THEMES, POINTS, COMMENTS = 12, 5, 3
"""Limits of an agenda: themes, points of a part, comments of a point."""


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """A question, and the number of people who asked it without an answer or reacted to its answer; `comments` are
    theirs, latest first, and `left_out` counts those not listed."""

    question: str
    times: int
    last: datetime.date
    comments: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class AgendaPart:
    """Points of one kind, those of most people first; `left_out` counts those not listed."""

    kind: Reaction | None
    points: tuple[AgendaPoint, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class AgendaTopic:
    """A theme with its parts; its name is empty for the points without a theme."""

    theme: str
    parts: tuple[AgendaPart, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """The themes in decreasing order of demand, then the points without a theme; `left_out` names the themes not
    listed."""

    topics: tuple[AgendaTopic, ...]
    left_out: tuple[str, ...]


def agenda(found: FeedbackPage) -> Agenda:
    """Build the agenda of the feedback found. A reaction appears once, under the theme that its answer cites most."""
    points_by_theme: dict[str, dict[Reaction | None, list[AgendaPoint]]] = {}
    asked: dict[str, list[Unanswered]] = {}
    for question_asked in found.unanswered:
        asked.setdefault(_question_key(question_asked.question), []).append(question_asked)
    for group in asked.values():  # from the public page or the team's
        question = group[0].question
        point = AgendaPoint(
            question,
            sum(question_asked.count for question_asked in group),
            max(question_asked.last for question_asked in group),
        )
        theme = next(iter(found.themes.of_question(question)), "")
        points_by_theme.setdefault(theme, {}).setdefault(None, []).append(point)
    reactions_by_theme: dict[tuple[str, Reaction], list[ReactionEntry]] = {}
    for entry in found.entries:
        reactions_by_theme.setdefault((next(iter(found.themes.of(entry)), ""), entry.reaction), []).append(entry)
    for (theme, reaction), entries in reactions_by_theme.items():
        points_by_theme.setdefault(theme, {})[reaction] = _points(entries)
    names = sorted(points_by_theme, key=lambda name: (not name, _weight(points_by_theme[name]), french.fold(name)))
    topics = [AgendaTopic(name, tuple(_parts(points_by_theme[name]))) for name in names]
    return Agenda(tuple(topics[:THEMES]), tuple(topic.theme for topic in topics[THEMES:] if topic.theme))


def sources(found: FeedbackPage) -> list[str]:
    """Return the ids of the sources whose headings appear in an agenda."""
    names = {theme for entry in found.entries for theme in found.themes.of(entry)[:1]}
    names |= {
        theme for question_asked in found.unanswered for theme in found.themes.of_question(question_asked.question)[:1]
    }
    return sorted({source for name in names for source in found.themes.sources.get(name, ())})


def _points(entries: Iterable[ReactionEntry]) -> list[AgendaPoint]:
    """Return one point per question, whatever its spelling."""
    groups: dict[str, list[ReactionEntry]] = {}
    for entry in entries:
        groups.setdefault(_question_key(entry.question), []).append(entry)
    points = []
    for group in groups.values():
        comments = [entry.comment for entry in group if entry.comment]
        question, last = group[0].question, max(entry.day for entry in group)
        if question or comments:  # otherwise all of it was withdrawn
            points.append(AgendaPoint(question, len(group), last, tuple(comments[:COMMENTS]), len(comments[COMMENTS:])))
    return points


def _question_key(question: str) -> str:
    """Return a key that is the same for two spellings of a question."""
    return " ".join(french.words(question)) or question


def _parts(held: dict[Reaction | None, list[AgendaPoint]]) -> Iterable[AgendaPart]:
    for kind in ORDER:
        points = sorted(held.get(kind, ()), key=lambda point: (-point.times, -point.last.toordinal(), point.question))
        if points:
            yield AgendaPart(kind, tuple(points[:POINTS]), len(points) - len(points[:POINTS]))


def _weight(held: dict[Reaction | None, list[AgendaPoint]]) -> tuple[int, int]:
    asked: Sequence[Reaction | None] = ORDER[:3]
    wanted = sum(point.times for kind in asked for point in held.get(kind, ()))
    return -wanted, -sum(point.times for points in held.values() for point in points)
