"""Selects, among the hits, the units to quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer.contradictions import contradicting
from assistant.understand.answer_type import name_people
from assistant.understand.coverage import Topic
from assistant.understand.question import Question, QuestionForm
from assistant.understand.question_cues import suits
from index.reading.outline import states_a_date
from index.reading.units import units
from index.search.site_names import is_about_site, named_sites
from index.types import Hit, Passage, Scope, Site, Unit

_IN_TEXT, _IN_CONTEXT, _FITTING, _AT_SITE = 3.0, 2.0, 1.5, 1.5  # beside a hit's score, of about 1 to 4
_SUITED = 0.5  # for a cue of the question form, which is only a hint
_ASKS = -1.5  # for a speech turn that asks: its answer is more informative
_BARE_HEADING = -2.0  # a heading without a date has little content by itself
_FEW = 5  # hits; fewer than this may share their headings by chance
NEAR = 0.7  # of the best score, for a unit to be quoted beside it
ENOUGH = 0.6  # of the best coverage, for a unit to be worth quoting
_LOOKED = 10  # unquoted units in which contradictions are searched
_AGAINST = 3  # contradicting units shown, at most
_AHEAD = 0.5  # lead over the next score, for a unit to be quoted before others under its heading
_WHOLE_LIST = 0.999  # of the best coverage, for a list to be the answer by its headings


class Neighbours(Protocol):
    """The part of the searcher that the selection needs."""

    def siblings(self, passage: Passage, scope: Scope) -> list[Passage]: ...

    def nested(self, passage: Passage, scope: Scope) -> list[Passage]: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with the reasons to quote it. `in_text` and `overall` are the shares of the topic in its words, and in its
    words or headings; `at_sites` holds the sites of the question that it is about; `fitting` is True when it has the
    expected form; `first` when it belongs to the first hit; `headed` when its heading is exactly the topic."""

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
    """The units to quote, in order. `direct` counts those about the topic themselves (they introduce the others);
    `whole_list` is True when they are a complete list of the corpus; `against` are the last of them, which contradict
    the others."""

    units: tuple[Unit, ...]
    direct: int
    whole_list: bool
    against: tuple[Unit, ...] = ()


def candidates(question: Question, topic: Topic, hits: Sequence[Hit], sites: Sequence[Site]) -> list[Candidate]:
    """Return every unit of the hits, best first. `sites` are the sites of the corpus."""
    common = _common_context(hits)
    found = []
    for hit in hits:
        context = topic.covered_in(line for line in hit.passage.context if line not in common)
        for unit in units(hit.passage):
            own = topic.covered(unit.text)
            in_text, overall = topic.share(own), topic.share(own | context)
            headed = bool(hit.passage.place.heading) and topic.is_named_by(hit.passage.place.heading[-1])
            at_sites = tuple(site for site in question.sites if is_about_site(hit.passage, site, unit.text))
            fitting = question.expected_type is not None and question.expected_type.fits(unit.text, sites)
            score = hit.score + _IN_TEXT * in_text + _IN_CONTEXT * (overall - in_text)
            score += _FITTING * fitting + _AT_SITE * bool(at_sites) * (overall > 0)
            score += _SUITED * suits(question.form, unit.text, hit.passage.kind == "turn")
            score += _ASKS * (hit.passage.kind == "turn" and unit.text.rstrip().endswith("?"))
            score += _BARE_HEADING * (hit.passage.kind == "heading" and not states_a_date(unit.text))
            found.append(Candidate(unit, score, in_text, overall, at_sites, fitting, hit is hits[0], headed))
    return sorted(found, key=lambda candidate: -candidate.score)


def _common_context(hits: Sequence[Hit]) -> frozenset[str]:
    """Return the context lines that all hits share: they do not discriminate between hits."""
    contexts = [frozenset(hit.passage.context) for hit in hits if hit.passage.kind != "heading"]
    return frozenset.intersection(*contexts) if len(contexts) >= _FEW else frozenset()


def in_form(question: Question, topic: Topic, hits: Sequence[Hit], sites: Sequence[Site]) -> bool:
    """Return True when a passage on the topic, or the first hit, has the form that the answer must have. A list gives a
    number, too."""
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
    """Return the candidates on the topic, and those of the first hit."""
    least = max(ENOUGH * max((candidate.overall for candidate in ranked), default=0.0), 1e-9)
    return [candidate for candidate in ranked if candidate.overall >= least or candidate.first]


def _is_the_answer(question: Question, whole: Sequence[Passage]) -> bool:
    """Return True when a list is the answer. For a WHO question, its items must hold names, unless the line above them
    holds none."""
    heading, items = "\n".join(whole[0].context), [passage.text for passage in whole]
    if question.form is QuestionForm.NUMBER:
        return question.expected_type is not None and question.expected_type.is_answered_by_list(heading, items)
    return question.form is not QuestionForm.WHO or name_people(items) or not name_people(whole[0].context[-1:])


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
    """Return the units to quote. A list is the answer when its headings cover the whole topic and the question asks who
    or which; otherwise quote the best units, with the items that a unit ending in a colon introduces."""
    best = max((candidate.overall for candidate in ranked), default=0.0)
    worthy = _worthy(ranked) or list(ranked[:1])
    fitting = [candidate for candidate in worthy if candidate.fitting]
    listed = question.form in (QuestionForm.WHO, QuestionForm.LIST, QuestionForm.NUMBER) or any(
        candidate.headed for candidate in worthy
    )
    if listed and not fitting:
        whole = _whole_list(worthy, best, neighbours, scope)
        if whole and _is_the_answer(question, whole):
            items = _matching_items(topic, question, unique(unit for passage in whole for unit in units(passage)))
            return Choice(tuple(items[:list_limit]), len(items[:list_limit]), len(items) <= list_limit)
    worthy = _without_headings(fitting or worthy)
    if question.form is QuestionForm.DEFINITION:
        worthy = [candidate for candidate in worthy if candidate.in_text > 0] or worthy
    worthy = [candidate for candidate in worthy if candidate.score >= NEAR * worthy[0].score]
    if question.sites:
        worthy = _sites_first(question, worthy)
    direct = unique(candidate.unit for candidate in worthy[:limit])
    chosen: list[Unit] = []
    for unit in direct:
        chosen.append(unit)
        if unit.text.rstrip().endswith(":") and question.expected_type is None:
            chosen += [part for passage in neighbours.nested(unit.passage, scope) for part in units(passage)]
    cited = unique(chosen)[:list_limit]
    is_ahead = len(worthy) == 1 or (worthy and worthy[0].score - worthy[1].score >= _AHEAD)
    above = {line for unit in cited for line in (unit.text, unit.passage.text)}
    leads = is_ahead and not above & set(worthy[0].unit.passage.context)  # the lines that introduce it stay before it
    ordered = by_heading(cited, worthy[0].unit if leads else None)
    opposed = contradicting(ordered, [candidate.unit for candidate in worthy[limit : limit + _LOOKED]])[
        : min(_AGAINST, limit - 1)
    ]
    ordered = [unit for unit in ordered if unit not in opposed]
    ordered = ordered[: max(len(cited) - len(opposed), 1)]  # contradicting units replace the last ones
    return Choice((*ordered, *opposed), sum(unit in ordered for unit in direct), False, opposed)


def _matching_items(topic: Topic, question: Question, items: list[Unit]) -> list[Unit]:
    """Return the items of a list that the question singles out: those with a site that it names, then those with the
    most topic words, among the words that some items hold and their common headings do not."""
    at_site = [unit for unit in items if named_sites(unit.text, question.sites)] if question.sites else items
    items = at_site or items
    own = [topic.covered(unit.text) for unit in items]
    distinctive = frozenset[str]().union(*own) - topic.covered_in(items[0].passage.context)
    most = max((len(stems & distinctive) for stems in own), default=0)
    return [unit for unit, stems in zip(items, own, strict=True) if len(stems & distinctive) == most]


def _without_headings(worthy: list[Candidate]) -> list[Candidate]:
    """Return the candidates without the headings that cover no more of the topic than the best text."""
    most_covered = max(
        (candidate.overall for candidate in worthy if candidate.unit.passage.kind != "heading"), default=0.0
    )
    return [
        candidate
        for candidate in worthy
        if candidate.unit.passage.kind != "heading" or candidate.overall > most_covered
    ]


def _sites_first(question: Question, worthy: list[Candidate]) -> list[Candidate]:
    """Return the candidates about a site of the question first; only those when the question expects a single fact."""
    at_site = [candidate for candidate in worthy if candidate.at_sites]
    if at_site and question.expected_type is not None:
        return at_site
    return at_site + [candidate for candidate in worthy if not candidate.at_sites]


def _whole_list(worthy: Sequence[Candidate], best: float, neighbours: Neighbours, scope: Scope) -> list[Passage]:
    """Return the list to which most of the best candidates belong, if its headings cover the topic as much as the best
    text."""
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
    """Group the units by heading, in reading order; headings come in the order of their best unit, and `lead` comes
    first under its heading."""
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
    """Return each unit once, and each wording once."""
    seen: set[str] = set()
    result = []
    for unit in chosen:
        words = " ".join(unit.text.split()).casefold()
        if words not in seen:
            seen.add(words)
            result.append(unit)
    return result
