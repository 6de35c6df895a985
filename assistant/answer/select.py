"""Hits to the units worth quoting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer.contradictions import against
from assistant.understand.answer_type import name_people
from assistant.understand.coverage import Topic
from assistant.understand.question import Question, QuestionForm
from assistant.understand.question_cues import suits
from index.reading.outline import states_a_date
from index.reading.units import units
from index.search.site_names import named_sites, speaks_of
from index.types import Hit, Passage, Scope, Site, Unit

_IN_TEXT, _IN_CONTEXT, _FITTING, _AT_SITE = 3.0, 2.0, 1.5, 1.5  # beside a hit's score, of about 1 to 4
_SUITED = 0.5  # for a mark of what is asked, which is no proof
_ASKS = -1.5  # for a speech turn that asks: what was answered says more
_BARE_HEADING = -2.0  # a heading that states no date says little by itself
_FEW = 5  # hits, fewer of which may well share their headings
NEAR = 0.7  # of the best score, for a unit to be quoted beside it
ENOUGH = 0.6  # of the best coverage, for a unit to be worth quoting
_LOOKED = 10  # units that are not quoted, among which to look for what goes against those that are
_AGAINST = 3  # of those shown, at most
_AHEAD = 0.5  # of a score above the next, for a unit to be quoted before others under its heading
_WHOLE_LIST = 0.999  # of the best coverage, for headings to say that their list is the answer


class Neighbours(Protocol):
    """What is asked of a searcher here."""

    def siblings(self, passage: Passage, scope: Scope) -> list[Passage]: ...

    def nested(self, passage: Passage, scope: Scope) -> list[Passage]: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with what speaks for it: the shares of the topic in its words, and in its words or headings; the sites
    asked about that it speaks of; whether it has the form asked for; whether it is of the passage found `first`;
    whether it is `headed` by just the topic."""

    unit: Unit
    score: float
    in_text: float
    overall: float
    at_sites: tuple[Site, ...]
    fitting: bool
    first: bool
    headed: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The units to quote, in order; `direct` counts those that speak of the topic themselves (the others are what these
    introduce); `whole_list` says that they are a list of the corpus, whole; `against` are the last of them, which go
    against the others."""

    units: tuple[Unit, ...]
    direct: int
    whole_list: bool
    against: tuple[Unit, ...] = ()


def candidates(question: Question, topic: Topic, hits: Sequence[Hit], sites: Sequence[Site]) -> list[Candidate]:
    """Every unit of the hits, best first. `sites` are those of the corpus."""
    common = _common_context(hits)
    found = []
    for hit in hits:
        context = topic.covered_in(line for line in hit.passage.context if line not in common)
        for unit in units(hit.passage):
            own = topic.covered(unit.text)
            in_text, overall = topic.share(own), topic.share(own | context)
            headed = bool(hit.passage.place.heading) and topic.is_named_by(hit.passage.place.heading[-1])
            at_sites = tuple(site for site in question.sites if speaks_of(hit.passage, site, unit.text))
            fitting = question.expected_type is not None and question.expected_type.fits(unit.text, sites)
            score = hit.score + _IN_TEXT * in_text + _IN_CONTEXT * (overall - in_text)
            score += _FITTING * fitting + _AT_SITE * bool(at_sites) * (overall > 0)
            score += _SUITED * suits(question.asked, unit.text, hit.passage.kind == "turn")
            score += _ASKS * (hit.passage.kind == "turn" and unit.text.rstrip().endswith("?"))
            score += _BARE_HEADING * (hit.passage.kind == "heading" and not states_a_date(unit.text))
            found.append(Candidate(unit, score, in_text, overall, at_sites, fitting, hit is hits[0], headed))
    return sorted(found, key=lambda candidate: -candidate.score)


def _common_context(hits: Sequence[Hit]) -> frozenset[str]:
    """The headings above every hit: they tell nothing between them."""
    contexts = [frozenset(hit.passage.context) for hit in hits if hit.passage.kind != "heading"]
    return frozenset.intersection(*contexts) if len(contexts) >= _FEW else frozenset()


def in_form(question: Question, topic: Topic, hits: Sequence[Hit], sites: Sequence[Site]) -> bool:
    """Whether some passage that speaks of the topic, or the one found first, has the form without which it is no
    answer. A list tells a number, too."""
    expected = question.expected_type
    if expected is None or not expected.decisive:
        return True
    common = _common_context(hits)
    shares = [topic.share(topic.covered_by(hit.passage, common)) for hit in hits]
    on_topic = [hit.passage for hit, share in zip(hits, shares, strict=True) if share >= ENOUGH * max(shares) > 0]
    lists: dict[tuple[str, ...], list[str]] = {}
    for passage in on_topic:
        if passage.kind == "item":
            lists.setdefault(passage.context, []).append(passage.text)
    return any(
        expected.fits(passage.text, sites) for passage in (*on_topic, *(hit.passage for hit in hits[:1]))
    ) or any(expected.is_answered_by_list("\n".join(context), items) for context, items in lists.items())


def _worthy(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that speak of the topic, or stand in the passage found first."""
    least = max(ENOUGH * max((candidate.overall for candidate in ranked), default=0.0), 1e-9)
    return [candidate for candidate in ranked if candidate.overall >= least or candidate.first]


def _is_the_answer(question: Question, whole: Sequence[Passage]) -> bool:
    """Whether a list is the answer: for who, its items have names, or those who announce it have none either."""
    heading, items = "\n".join(whole[0].context), [one.text for one in whole]
    if question.asked is QuestionForm.NUMBER:
        return question.expected_type is not None and question.expected_type.is_answered_by_list(heading, items)
    return question.asked is not QuestionForm.WHO or name_people(items) or not name_people(whole[0].context[-1:])


def choose(
    question: Question,
    topic: Topic,
    ranked: Sequence[Candidate],
    neighbours: Neighbours,
    scope: Scope,
    *,
    limit: int,
    list_limit: int,
) -> Choice:
    """The units to quote. A list is the answer when its headings speak of the whole topic and the question asks who or
    which; else the best units are, with what a unit ending in a colon introduces."""
    best = max((candidate.overall for candidate in ranked), default=0.0)
    worthy = _worthy(ranked) or list(ranked[:1])
    fitting = [candidate for candidate in worthy if candidate.fitting]
    listed = question.asked in (QuestionForm.WHO, QuestionForm.LIST, QuestionForm.NUMBER) or any(
        one.headed for one in worthy
    )
    if listed and not fitting:
        whole = _whole_list(worthy, best, neighbours, scope)
        if whole and _is_the_answer(question, whole):
            items = _named_alone(topic, question, unique(unit for passage in whole for unit in units(passage)))
            return Choice(tuple(items[:list_limit]), len(items[:list_limit]), len(items) <= list_limit)
    worthy = _without_headings(fitting or worthy)
    if question.asked is QuestionForm.DEFINITION:
        worthy = [candidate for candidate in worthy if candidate.in_text > 0] or worthy
    worthy = [candidate for candidate in worthy if candidate.score >= NEAR * worthy[0].score]
    if question.sites:
        worthy = _where_asked(question, worthy)
    direct = unique(candidate.unit for candidate in worthy[:limit])
    chosen: list[Unit] = []
    for unit in direct:
        chosen.append(unit)
        if unit.text.rstrip().endswith(":") and question.expected_type is None:
            chosen += [part for passage in neighbours.nested(unit.passage, scope) for part in units(passage)]
    cited = unique(chosen)[:list_limit]
    ahead = len(worthy) == 1 or (worthy and worthy[0].score - worthy[1].score >= _AHEAD)
    above = {line for unit in cited for line in (unit.text, unit.passage.text)}
    leads = ahead and not above & set(worthy[0].unit.passage.context)  # what introduces it stays before it
    ordered = by_heading(cited, worthy[0].unit if leads else None)
    opposed = against(ordered, [candidate.unit for candidate in worthy[limit : limit + _LOOKED]])[
        : min(_AGAINST, limit - 1)
    ]
    ordered = [unit for unit in ordered if unit not in opposed]
    ordered = ordered[: max(len(cited) - len(opposed), 1)]  # what goes against the rest takes the place of the last
    return Choice((*ordered, *opposed), sum(unit in ordered for unit in direct), False, opposed)


def _named_alone(topic: Topic, question: Question, items: list[Unit]) -> list[Unit]:
    """The items of a list that the question picks out: those with a site it names, or with most of the words of its
    topic that stand in some of the items and not above them all."""
    there = [unit for unit in items if named_sites(unit.text, question.sites)] if question.sites else items
    items = there or items
    own = [topic.covered(unit.text) for unit in items]
    telling = frozenset[str]().union(*own) - topic.covered_in(items[0].passage.context)
    most = max((len(stems & telling) for stems in own), default=0)
    return [unit for unit, stems in zip(items, own, strict=True) if len(stems & telling) == most]


def _without_headings(worthy: list[Candidate]) -> list[Candidate]:
    """The candidates less the headings, where some text says as much."""
    said = max((one.overall for one in worthy if one.unit.passage.kind != "heading"), default=0.0)
    return [one for one in worthy if one.unit.passage.kind != "heading" or one.overall > said]


def _where_asked(question: Question, worthy: list[Candidate]) -> list[Candidate]:
    """When some candidates speak of a site asked about: those first, and alone if one fact is wanted."""
    there = [candidate for candidate in worthy if candidate.at_sites]
    if there and question.expected_type is not None:
        return there
    return there + [candidate for candidate in worthy if not candidate.at_sites]


def _whole_list(worthy: Sequence[Candidate], best: float, neighbours: Neighbours, scope: Scope) -> list[Passage]:
    """The list that most of the best candidates are items of, if its headings speak of the topic as much as any text
    does."""
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    first: dict[tuple[str, tuple[str, ...]], Passage] = {}
    for candidate in worthy[:8]:
        passage = candidate.unit.passage
        by_heading = candidate.overall >= _WHOLE_LIST * best and candidate.in_text < candidate.overall
        if passage.kind == "item" and by_heading:
            key = (passage.source.id, passage.context)
            counts[key] += 1
            first.setdefault(key, passage)
    if not counts:
        return []
    (key, number), *_ = counts.most_common(1)
    return neighbours.siblings(first[key], scope) if number >= 2 else []


def by_heading(chosen: Sequence[Unit], lead: Unit | None = None) -> list[Unit]:
    """The units under one heading together and in reading order, headings in the order of their best unit; before all
    others the unit that leads, if one does."""
    first: dict[tuple[str, tuple[str, ...]], int] = {}
    for unit in chosen:
        first.setdefault((unit.passage.source.id, unit.passage.place.heading), len(first))
    return sorted(
        chosen,
        key=lambda unit: (
            first[(unit.passage.source.id, unit.passage.place.heading)],
            unit != lead,
            unit.passage.order,
            unit.start,
        ),
    )


def unique(chosen: Iterable[Unit]) -> list[Unit]:
    """Each unit once, and each wording once."""
    seen: set[str] = set()
    result = []
    for unit in chosen:
        words = " ".join(unit.text.split()).casefold()
        if words not in seen:
            seen.add(words)
            result.append(unit)
    return result
