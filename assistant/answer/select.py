"""Hits to the units worth quoting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.understand.coverage import Topic
from assistant.understand.question import Asked, Question
from index.reading.outline import states_a_date
from index.reading.units import units
from index.search.facets import named_sites, speaks_of
from index.types import Hit, Passage, Scope, Site, Unit

FORMS = (Asked.NUMBER, Asked.WHEN, Asked.WHERE)
"""The questions whose answer has a form that can be seen."""
_NUMBER = re.compile(
    r"\d|\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|"
    r"quarante|cinquante|soixante|cents?|mille|millions?|aucune?|(?:di|dou|quin|ving|tren|quaran|cinquan|soixan|cen)"
    r"(?:z|t)aines?|dizaines?|milliers?|moitié|tiers|quart|plusieurs|unique|seule?)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}\s?h(?:\s?\d\d)?\b|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|"
    r"février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|hier|demain|depuis)s?\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:dans|chez|devant|derrière|sous|près)\b|\b(?:à|au|aux|en|sur)\s+(?:la\s+|les?\s+|l['’])?[A-ZÀ-ÖØ-Þ]"
)
_IN_TEXT, _IN_CONTEXT, _FITTING, _AT_SITE = 3.0, 2.0, 1.5, 1.5  # beside a hit's score, of about 1 to 4
_BARE_HEADING = -2.0  # a heading that states no date says little by itself
_FEW = 5  # hits, fewer of which may well share their headings
_NEAR = 0.5  # of the best score, for a unit to be quoted beside it
_ENOUGH = 0.6  # of the best coverage, for a unit to be worth quoting
_WHOLE_LIST = 0.999  # of the best coverage, for headings to say that their list is the answer


class Neighbours(Protocol):
    """What is asked of a searcher here."""

    def siblings(self, passage: Passage, scope: Scope) -> list[Passage]: ...

    def nested(self, passage: Passage, scope: Scope) -> list[Passage]: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with what speaks for it: the shares of the topic in its words, and in its words or headings; the sites
    asked about that it speaks of; whether it has the form asked for."""

    unit: Unit
    score: float
    in_text: float
    overall: float
    at_sites: tuple[Site, ...]
    fitting: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The units to quote, in order; `direct` counts the passages that speak of the topic themselves (the others are
    what these introduce); `whole_list` says that they are a list of the corpus, whole."""

    units: tuple[Unit, ...]
    direct: int
    whole_list: bool


def candidates(question: Question, topic: Topic, hits: Sequence[Hit], sites: Sequence[Site]) -> list[Candidate]:
    """Every unit of the hits, best first. `sites` are those of the corpus."""
    common = _common_context(hits)
    found = []
    for hit in hits:
        context = topic.covered("\n".join(line for line in hit.passage.context if line not in common))
        for unit in units(hit.passage):
            own = topic.covered(unit.text)
            in_text, overall = topic.share(own), topic.share(own | context)
            at_sites = tuple(site for site in question.sites if speaks_of(hit.passage, site, unit.text))
            fitting = fits(question.asked, unit.text, sites)
            score = hit.score + _IN_TEXT * in_text + _IN_CONTEXT * (overall - in_text)
            score += _FITTING * fitting + _AT_SITE * bool(at_sites) * (overall > 0)
            score += _BARE_HEADING * (hit.passage.kind == "heading" and not states_a_date(unit.text))
            found.append(Candidate(unit, score, in_text, overall, at_sites, fitting))
    return sorted(found, key=lambda candidate: -candidate.score)


def _common_context(hits: Sequence[Hit]) -> frozenset[str]:
    """The headings above every hit: they tell nothing between them."""
    contexts = [frozenset(hit.passage.context) for hit in hits if hit.passage.kind != "heading"]
    return frozenset.intersection(*contexts) if len(contexts) >= _FEW else frozenset()


def fits(asked: Asked, text: str, sites: Sequence[Site]) -> bool:
    """Whether a text has the form that the question asks for: a number, a date, a place."""
    if asked is Asked.NUMBER:
        return _NUMBER.search(text) is not None
    if asked is Asked.WHERE:
        return bool(named_sites(text, sites)) or _PLACE.search(text) is not None
    return asked is Asked.WHEN and _TIME.search(text) is not None


def choose(
    question: Question,
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
    worthy = [candidate for candidate in ranked if candidate.overall >= max(_ENOUGH * best, 1e-9)] or list(ranked[:1])
    if question.asked in (Asked.WHO, Asked.LIST):
        whole = _whole_list(worthy, best, neighbours, scope)
        if whole:
            items = _unique(unit for passage in whole for unit in units(passage))
            return Choice(tuple(items[:list_limit]), _passages(items[:list_limit]), len(items) <= list_limit)
    worthy = [candidate for candidate in worthy if candidate.score >= _NEAR * worthy[0].score]
    if question.asked in FORMS:
        worthy = [candidate for candidate in worthy if candidate.fitting] or worthy
    if question.sites:
        worthy = _where_asked(question, worthy)
    direct = _unique(candidate.unit for candidate in worthy[:limit])
    chosen: list[Unit] = []
    for unit in direct:
        chosen.append(unit)
        if unit.text.rstrip().endswith(":") and question.asked not in FORMS:
            chosen += [part for passage in neighbours.nested(unit.passage, scope) for part in units(passage)]
    cited = _unique(chosen)[:list_limit]
    return Choice(tuple(_by_heading(cited)), _passages([unit for unit in direct if unit in cited]), False)


def _passages(chosen: Sequence[Unit]) -> int:
    return len({unit.passage.id for unit in chosen})


def _where_asked(question: Question, worthy: list[Candidate]) -> list[Candidate]:
    """When some candidates speak of a site asked about: those first, and alone if one fact is wanted."""
    there = [candidate for candidate in worthy if candidate.at_sites]
    if there and question.asked in FORMS:
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


def _by_heading(chosen: Sequence[Unit]) -> list[Unit]:
    """The units under one heading together and in reading order, headings in the order of their best unit."""
    first: dict[tuple[str, tuple[str, ...]], int] = {}
    for unit in chosen:
        first.setdefault((unit.passage.source.id, unit.passage.place.heading), len(first))
    return sorted(
        chosen,
        key=lambda unit: (
            first[(unit.passage.source.id, unit.passage.place.heading)],
            unit.passage.order,
            unit.start,
        ),
    )


def _unique(chosen: Iterable[Unit]) -> list[Unit]:
    """Each unit once, and each wording once."""
    seen: set[str] = set()
    result = []
    for unit in chosen:
        words = " ".join(unit.text.split()).casefold()
        if words not in seen:
            seen.add(words)
            result.append(unit)
    return result
