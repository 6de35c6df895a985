"""Records of reactions to answers and of unanswered questions, with the pure functions that count, filter and redact
them. `feedback.py` stores them."""

from __future__ import annotations

import datetime
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from index.language import french
from index.types import Scope

_DIRECTIONS = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # reverse the direction of the text around them


class Reaction(StrEnum):
    """The four reactions of the study's workshops. The value is their French text."""

    SURPRISES = "cela me surprend"
    RECOGNISED = "je m'y retrouve"
    MISSING = "il manque quelque chose"
    TO_EXPLORE = "à creuser"

    @property
    def label(self) -> str:
        """Text of its button or heading: « Je m’y retrouve »."""
        return self.value[0].upper() + self.value[1:].replace("'", "’")


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A quotation of an answer. `source` and `passage` are ids."""

    source: str
    passage: str
    quote: str


@dataclass(frozen=True, slots=True)
class ReactionEntry:
    """A reaction to an answer. `scope` is that of the page where it was given; `searched_for` is the question as it was
    understood; `cut` is True when a part of it was since withdrawn from the study."""

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
    """A question that the corpus did not answer, with the number of times it was asked, the first and the last day;
    `days` holds the number of times on each day."""

    question: str
    scope: Scope
    count: int
    first: datetime.date
    last: datetime.date
    days: tuple[tuple[datetime.date, int], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ReactionFilter:
    """Criteria of entries: dated from `since` to `until`, both included; that cite one of these `sources` (ids, such as
    those of a site); that hold each word of `text`, whatever its accents and case, in the comment, the question, the
    answer or a quotation."""

    since: datetime.date | None = None
    until: datetime.date | None = None
    reaction: Reaction | None = None
    sources: Collection[str] | None = None
    text: str = ""


ALL = ReactionFilter()


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of reactions: by the Monday of their week, by reaction, and by the sites that their answers cite (empty:
    sources without a site; an answer that cites two sites counts for both)."""

    by_week: dict[datetime.date, int]
    by_reaction: dict[Reaction, int]
    by_site: dict[str, int]


def count(entries: Iterable[ReactionEntry], site_of: Mapping[str, str]) -> Counts:
    """Count reactions; `site_of` gives the site of a source by its id."""
    weeks, reactions, sites = Counter[datetime.date](), Counter[Reaction](), Counter[str]()
    for entry in entries:
        weeks[entry.day - datetime.timedelta(days=entry.day.weekday())] += 1
        reactions[entry.reaction] += 1
        sites.update({site_of.get(citation.source, "") for citation in entry.citations})
    by_reaction = {reaction: reactions[reaction] for reaction in Reaction}
    return Counts(dict(sorted(weeks.items())), by_reaction, dict(sorted(sites.items())))


def clean(text: str) -> str:
    """Return a text as it is stored: without white space around it, with one kind of line break, and without control or
    bidirectional characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.replace("\t", " ")
    return "".join(char for char in text if char == "\n" or _is_shown(char)).strip()


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs") and char not in _DIRECTIONS


def redacted(
    entry: ReactionEntry, is_gone: Callable[[CitedPassage], bool], is_quoted: Callable[[str], bool]
) -> ReactionEntry:
    """Return an entry without the quotations that are gone, the answer that rests on one of them, and the texts that
    quote withdrawn content."""
    citations = tuple(
        citation for citation in entry.citations if not is_gone(citation) and not is_quoted(citation.quote)
    )
    is_complete = len(citations) == len(entry.citations)
    result = replace(
        entry,
        citations=citations,
        answer=entry.answer if is_complete and not is_quoted(entry.answer) else "",
        comment="" if is_quoted(entry.comment) else entry.comment,
        question="" if is_quoted(entry.question) else entry.question,
        searched_for="" if is_quoted(entry.searched_for) else entry.searched_for,
    )
    return entry if result == entry else replace(result, cut=True)


def matches_filter(entry: ReactionEntry, criteria: ReactionFilter) -> bool:
    """Return True when an entry cites one of the sources of the filter and holds its text. Dates and reactions are not
    checked."""
    if criteria.sources is not None and not any(citation.source in criteria.sources for citation in entry.citations):
        return False
    texts = (
        entry.comment,
        entry.question,
        entry.searched_for,
        entry.answer,
        *(citation.quote for citation in entry.citations),
    )
    return holds("\n".join(texts), criteria.text)


def holds(text: str, wanted: str) -> bool:
    """Return True when a text holds each word of another, whatever its accents and case."""
    if not wanted.strip():
        return True
    folded = french.fold(text)
    return all(word in folded for word in french.fold(wanted).split())
