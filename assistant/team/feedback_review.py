"""What people answered and asked in vain, as the team looks through it: sought by words, reaction, site, theme and
period, and counted over time."""

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

_WEEKS = 26  # from which time is told by month


@dataclass(frozen=True, slots=True)
class FeedbackFilter:
    """What is looked for; what is empty, or `None`, asks nothing. Both days are included."""

    text: str = ""
    reaction: Reaction | None = None
    site: str = ""
    theme: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """What was found, the last first, the questions asked most first. `sites` and `all_themes` are all that there is to
    choose from, whatever is wanted; `sources` those of the corpus, by id."""

    wanted: FeedbackFilter
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
        """Those of some sources that the team alone may read; one that the corpus no longer holds counts as such."""
        known = self.sources
        return [name for name in dict.fromkeys(ids) if name not in known or known[name].visibility == "team"]


class FeedbackReview:
    """Reads what was kept, always for the team."""

    def __init__(self, feedback: Feedback, catalog: Catalog, lexicon: Lexicon, sites: Sequence[Site]) -> None:
        self._feedback = feedback
        self._catalog = catalog
        self._lexicon = lexicon
        self._sites = tuple(sites)

    def find(self, wanted: FeedbackFilter) -> FeedbackPage:
        """What is wanted. Raises `FeedbackFailed`."""
        sought = ReactionFilter(wanted.since, wanted.until, text=wanted.text)
        entries = self._feedback.entries(Scope.TEAM, sought)
        unanswered = self._feedback.unanswered(Scope.TEAM, sought)
        cited = ((one.source, one.passage) for entry in entries for one in entry.citations)
        sources, passages = named_passages(self._catalog, cited, Scope.TEAM)
        themes = Themes(passages, self._lexicon)
        known = [name for name, _ in ranked((*map(themes.of, entries), *_of_questions(themes, unanswered)))]
        sites = {site.name for site in self._sites} | {source.site for source in sources.values() if source.site}
        return FeedbackPage(
            wanted,
            tuple(one for one in entries if self._is_wanted(one, wanted, themes, sources)),
            tuple(one for one in unanswered if self._is_asked(one, wanted, themes)),
            themes,
            sources,
            tuple(sorted(sites, key=fold)),
            tuple(known),
        )

    def _is_wanted(
        self, entry: ReactionEntry, wanted: FeedbackFilter, themes: Themes, sources: dict[str, Source]
    ) -> bool:
        cited = {sources[one.source].site for one in entry.citations if one.source in sources}
        return (
            (wanted.reaction is None or entry.reaction is wanted.reaction)
            and (not wanted.site or fold(wanted.site) in map(fold, cited))
            and (not wanted.theme or wanted.theme in themes.of(entry))
        )

    def _is_asked(self, one: Unanswered, wanted: FeedbackFilter, themes: Themes) -> bool:
        """A question without an answer is no reaction; it is about the sites that it names."""
        return (
            wanted.reaction is None
            and (not wanted.site or wanted.site in [site.name for site in named_sites(one.question, self._sites)])
            and (not wanted.theme or wanted.theme in themes.of_question(one.question))
        )


def _of_questions(themes: Themes, unanswered: Iterable[Unanswered]) -> Iterable[tuple[str, ...]]:
    return (themes.of_question(one.question) for one in unanswered)


def over_time(days: Iterable[tuple[datetime.date, int]]) -> tuple[bool, list[tuple[str, int]]]:
    """How many, week by week from Monday or, for more than half a year, month by month, those with none included;
    whether it is by week, and the periods by their French names."""
    counted: Counter[datetime.date] = Counter()
    for day, number in days:
        counted[day] += number
    if not counted:
        return True, []
    first, last = min(counted), max(counted)
    by_week = (last - first).days < 7 * _WEEKS
    start, following = (_monday, _next_week) if by_week else (_month, _next_month)
    periods, at = {}, start(first)
    while at <= last:
        periods[at] = 0
        at = following(at)
    for day, number in counted.items():
        periods[start(day)] += number
    return by_week, [
        (short_day(period) if by_week else short_month(period.isoformat()), number)
        for period, number in periods.items()
    ]


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def _next_week(day: datetime.date) -> datetime.date:
    return day + datetime.timedelta(days=7)


def _month(day: datetime.date) -> datetime.date:
    return day.replace(day=1)


def _next_month(day: datetime.date) -> datetime.date:
    return (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
