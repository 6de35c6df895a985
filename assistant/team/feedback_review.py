"""Filters the stored reactions and unanswered questions for the team, by words, reaction, site, theme and period, and
counts them over time."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answer.source_view import named_passages
from assistant.formatting import short_day, short_month
from assistant.people.feedback import Feedback
from assistant.people.reactions import Reaction, ReactionEntry, ReactionFilter, Unanswered
from assistant.team.themes import Themes, ranked
from assistant.understand.lexicon import Lexicon
from index.language.french import fold
from index.search.site_names import named_sites
from index.store.catalog import Catalog
from index.types import Scope, Site, Source

_WEEKS = 26  # from which time is shown by month


@dataclass(frozen=True, slots=True)
class FeedbackFilter:
    """The criteria of a search in the feedback. An empty or `None` field does not filter. Both days are included."""

    text: str = ""
    reaction: Reaction | None = None
    site: str = ""
    theme: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """The entries that `filter` keeps, latest first, and the unanswered questions that it keeps, most frequent first.
    `sites` and `all_themes` are all the available choices, whatever the filter; `sources` are those of the corpus, by
    id."""

    filter: FeedbackFilter
    entries: tuple[ReactionEntry, ...]
    unanswered: tuple[Unanswered, ...]
    themes: Themes
    sources: dict[str, Source]
    sites: tuple[str, ...]
    all_themes: tuple[str, ...]

    @property
    def site_of(self) -> dict[str, str]:
        """The sites of the sources, by id."""
        return {name: source.site for name, source in self.sources.items()}

    def reserved(self, ids: Iterable[str]) -> list[str]:
        """Return the sources, among `ids`, that only the team may read. A source that the corpus no longer holds counts
        as one of them."""
        known = self.sources
        return [name for name in dict.fromkeys(ids) if name not in known or known[name].visibility == "team"]


class FeedbackReview:
    """Reads the stored feedback, always in the scope of the team."""

    def __init__(self, feedback: Feedback, catalog: Catalog, lexicon: Lexicon, sites: Sequence[Site]) -> None:
        self._feedback = feedback
        self._catalog = catalog
        self._lexicon = lexicon
        self._sites = tuple(sites)

    def find(self, feedback_filter: FeedbackFilter) -> FeedbackPage:
        """Return the entries that match the criteria. Raise `FeedbackFailed`."""
        stored_filter = ReactionFilter(feedback_filter.since, feedback_filter.until, text=feedback_filter.text)
        entries = self._feedback.entries(Scope.TEAM, stored_filter)
        unanswered = self._feedback.unanswered(Scope.TEAM, stored_filter)
        cited = ((citation.source, citation.passage) for entry in entries for citation in entry.citations)
        sources, passages = named_passages(self._catalog, cited, Scope.TEAM)
        themes = Themes(passages, self._lexicon)
        known = [name for name, _ in ranked((*map(themes.of, entries), *_question_themes(themes, unanswered)))]
        sites = {site.name for site in self._sites} | {source.site for source in sources.values() if source.site}
        return FeedbackPage(
            feedback_filter,
            tuple(entry for entry in entries if self._keeps(entry, feedback_filter, themes, sources)),
            tuple(question for question in unanswered if self._keeps_question(question, feedback_filter, themes)),
            themes,
            sources,
            tuple(sorted(sites, key=fold)),
            tuple(known),
        )

    def _keeps(
        self, entry: ReactionEntry, feedback_filter: FeedbackFilter, themes: Themes, sources: dict[str, Source]
    ) -> bool:
        cited = {sources[citation.source].site for citation in entry.citations if citation.source in sources}
        return (
            (feedback_filter.reaction is None or entry.reaction is feedback_filter.reaction)
            and (not feedback_filter.site or fold(feedback_filter.site) in map(fold, cited))
            and (not feedback_filter.theme or feedback_filter.theme in themes.of(entry))
        )

    def _keeps_question(self, question: Unanswered, feedback_filter: FeedbackFilter, themes: Themes) -> bool:
        """Return True when an unanswered question matches the criteria. It is not a reaction, and it concerns the sites
        that it names."""
        return (
            feedback_filter.reaction is None
            and (
                not feedback_filter.site
                or feedback_filter.site in [site.name for site in named_sites(question.question, self._sites)]
            )
            and (not feedback_filter.theme or feedback_filter.theme in themes.of_question(question.question))
        )


def _question_themes(themes: Themes, unanswered: Iterable[Unanswered]) -> Iterable[tuple[str, ...]]:
    return (themes.of_question(question.question) for question in unanswered)


def over_time(days: Iterable[tuple[datetime.date, int]]) -> tuple[bool, list[tuple[str, int]]]:
    """Sum counts by week from Monday or, over more than half a year, by month, with empty periods included. Return True
    for weeks, and the French name and total of each period."""
    counted: Counter[datetime.date] = Counter()
    for day, number in days:
        counted[day] += number
    if not counted:
        return True, []
    first, last = min(counted), max(counted)
    by_week = (last - first).days < 7 * _WEEKS
    start, next_period = (_monday, _next_week) if by_week else (_month, _next_month)
    periods, period = {}, start(first)
    while period <= last:
        periods[period] = 0
        period = next_period(period)
    for day, number in counted.items():
        periods[start(day)] += number
    return by_week, [
        (short_day(start_day) if by_week else short_month(start_day.isoformat()), number)
        for start_day, number in periods.items()
    ]


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def _next_week(day: datetime.date) -> datetime.date:
    return day + datetime.timedelta(days=7)


def _month(day: datetime.date) -> datetime.date:
    return day.replace(day=1)


def _next_month(day: datetime.date) -> datetime.date:
    return (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
