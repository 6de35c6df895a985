"""The agenda of the next workshop, which is also a guide for the next interviews: what people asked in vain, then what
they miss, want to know more of, are surprised by and recognise, theme by theme."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.people.reactions import Reaction, ReactionEntry, Unanswered
from assistant.team.feedback_review import FeedbackPage
from index.language import french

ORDER = (None, Reaction.MISSING, Reaction.TO_EXPLORE, Reaction.SURPRISES, Reaction.RECOGNISED)
"""The parts of a theme, in order; `None` holds the questions asked in vain."""
THEMES, POINTS, COMMENTS = 12, 5, 3
"""How many are told at most: themes, points of a part, comments of a point."""


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """A question, and how many people asked it in vain or reacted to its answer; `comments` are theirs, the last first,
    and `left_out` counts those that are not told."""

    question: str
    times: int
    last: datetime.date
    comments: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class AgendaPart:
    """Points of one kind, those of most people first; `left_out` counts those that are not told."""

    kind: Reaction | None
    points: tuple[AgendaPoint, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class AgendaTopic:
    """A theme; its name is empty for what has none."""

    theme: str
    parts: tuple[AgendaPart, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """The themes on which most is asked for first, what has none last; `left_out` names the themes that are not
    told."""

    topics: tuple[AgendaTopic, ...]
    left_out: tuple[str, ...]


def agenda(found: FeedbackPage) -> Agenda:
    """The agenda of what was found. A reaction stands once, under the theme that its answer cites most."""
    held: dict[str, dict[Reaction | None, list[AgendaPoint]]] = {}
    asked: dict[str, list[Unanswered]] = {}
    for one in found.unanswered:
        asked.setdefault(_alike(one.question), []).append(one)
    for same in asked.values():  # on one page or the other
        question = same[0].question
        point = AgendaPoint(question, sum(one.count for one in same), max(one.last for one in same))
        theme = next(iter(found.themes.of_question(question)), "")
        held.setdefault(theme, {}).setdefault(None, []).append(point)
    reacted: dict[tuple[str, Reaction], list[ReactionEntry]] = {}
    for entry in found.entries:
        reacted.setdefault((next(iter(found.themes.of(entry)), ""), entry.reaction), []).append(entry)
    for (theme, reaction), entries in reacted.items():
        held.setdefault(theme, {})[reaction] = _points(entries)
    names = sorted(held, key=lambda name: (not name, _weight(held[name]), french.fold(name)))
    topics = [AgendaTopic(name, tuple(_parts(held[name]))) for name in names]
    return Agenda(tuple(topics[:THEMES]), tuple(topic.theme for topic in topics[THEMES:] if topic.theme))


def sources(found: FeedbackPage) -> list[str]:
    """The ids of the sources whose headings an agenda tells."""
    names = {theme for entry in found.entries for theme in found.themes.of(entry)[:1]}
    names |= {theme for one in found.unanswered for theme in found.themes.of_question(one.question)[:1]}
    return sorted({source for name in names for source in found.themes.sources.get(name, ())})


def _points(entries: Iterable[ReactionEntry]) -> list[AgendaPoint]:
    """One a question, however it was typed."""
    alike: dict[str, list[ReactionEntry]] = {}
    for entry in entries:
        alike.setdefault(_alike(entry.question), []).append(entry)
    points = []
    for same in alike.values():
        comments = [entry.comment for entry in same if entry.comment]
        question, last = same[0].question, max(entry.day for entry in same)
        if question or comments:  # else withdrawn, all of it
            points.append(AgendaPoint(question, len(same), last, tuple(comments[:COMMENTS]), len(comments[COMMENTS:])))
    return points


def _alike(question: str) -> str:
    """What two ways to type a question share."""
    return " ".join(french.words(question)) or question


def _parts(held: dict[Reaction | None, list[AgendaPoint]]) -> Iterable[AgendaPart]:
    for kind in ORDER:
        points = sorted(held.get(kind, ()), key=lambda one: (-one.times, -one.last.toordinal(), one.question))
        if points:
            yield AgendaPart(kind, tuple(points[:POINTS]), len(points) - len(points[:POINTS]))


def _weight(held: dict[Reaction | None, list[AgendaPoint]]) -> tuple[int, int]:
    asked: Sequence[Reaction | None] = ORDER[:3]
    wanted = sum(point.times for kind in asked for point in held.get(kind, ()))
    return -wanted, -sum(point.times for points in held.values() for point in points)
