"""A reaction to an answer, a question asked in vain, and what is sought among them: records and pure functions, which
`feedback.py` keeps."""

from __future__ import annotations

import datetime
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from index.language import french
from index.types import Scope

_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # would turn the text around them


class Reaction(StrEnum):
    """The four ways to react of the study's workshops. The value is what people read."""

    SURPRISES = "cela me surprend"
    RECOGNISED = "je m'y retrouve"
    MISSING = "il manque quelque chose"
    TO_EXPLORE = "à creuser"

    @property
    def label(self) -> str:
        """What a button or a heading says of it: « Je m’y retrouve »."""
        return self.value[0].upper() + self.value[1:].replace("'", "’")


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A quotation that was under an answer. `source` and `passage` are ids."""

    source: str
    passage: str
    quote: str


@dataclass(frozen=True, slots=True)
class ReactionEntry:
    """A reaction to an answer. `scope` is that of the page it came from; `searched_for` the question as it was
    understood; `cut` says that some of it was withdrawn from the study since."""

    day: datetime.date
    scope: Scope
    reaction: Reaction
    comment: str
    question: str
    searched_for: str
    answer: str
    citations: tuple[CitedPassage, ...]
    refused: bool
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that the corpus did not answer, whole, how many times it was asked, and from when to when; `days`
    holds how many times on each day."""

    question: str
    scope: Scope
    count: int
    first: datetime.date
    last: datetime.date
    days: tuple[tuple[datetime.date, int], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ReactionFilter:
    """Which entries are wanted: from `since` to `until`, both included; that cite one of these `sources` (ids, as those
    of a site); that hold each word of `text`, in any spelling of it, in the comment, the question, the answer or a
    quotation."""

    since: datetime.date | None = None
    until: datetime.date | None = None
    reaction: Reaction | None = None
    sources: Collection[str] | None = None
    text: str = ""


ALL = ReactionFilter()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many reactions: by the Monday of their week, by what they say, and by the sites that their answers cite
    (empty: sources without a site; an answer that cites two sites counts for both)."""

    by_week: dict[datetime.date, int]
    by_reaction: dict[Reaction, int]
    by_site: dict[str, int]


def count(entries: Iterable[ReactionEntry], site_of: Mapping[str, str]) -> Counts:
    """How many reactions; `site_of` gives the site of a source by its id."""
    weeks, reactions, sites = Counter[datetime.date](), Counter[Reaction](), Counter[str]()
    for entry in entries:
        weeks[entry.day - datetime.timedelta(days=entry.day.weekday())] += 1
        reactions[entry.reaction] += 1
        sites.update({site_of.get(one.source, "") for one in entry.citations})
    by_reaction = {reaction: reactions[reaction] for reaction in Reaction}
    return Counts(dict(sorted(weeks.items())), by_reaction, dict(sorted(sites.items())))


def clean(text: str) -> str:
    """A text as it is kept: no white space around, one kind of line break, and nothing that steers a terminal or turns
    the text around it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.replace("\t", " ")
    return "".join(char for char in text if char == "\n" or _is_shown(char)).strip()


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs") and char not in _DIRECTIONS


def redacted(
    entry: ReactionEntry, is_gone: Callable[[CitedPassage], bool], is_quoted: Callable[[str], bool]
) -> ReactionEntry:
    """What is left of an entry: no quotation that is gone, nor an answer that rests on one, nor a text that quotes."""
    citations = tuple(one for one in entry.citations if not is_gone(one) and not is_quoted(one.quote))
    rests = len(citations) == len(entry.citations)
    left = replace(
        entry,
        citations=citations,
        answer=entry.answer if rests and not is_quoted(entry.answer) else "",
        comment="" if is_quoted(entry.comment) else entry.comment,
        question="" if is_quoted(entry.question) else entry.question,
        searched_for="" if is_quoted(entry.searched_for) else entry.searched_for,
    )
    return entry if left == entry else replace(left, cut=True)


def matches_filter(entry: ReactionEntry, sought: ReactionFilter) -> bool:
    """Whether an entry cites one of the sources sought, and holds the text; dates and reactions are not looked at."""
    if sought.sources is not None and not any(one.source in sought.sources for one in entry.citations):
        return False
    texts = (entry.comment, entry.question, entry.searched_for, entry.answer, *(one.quote for one in entry.citations))
    return holds("\n".join(texts), sought.text)


def holds(text: str, wanted: str) -> bool:
    """Whether a text holds each word of another, in any spelling of it."""
    if not wanted.strip():
        return True
    folded = french.fold(text)
    return all(word in folded for word in french.fold(wanted).split())
