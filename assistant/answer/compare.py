"""Compares several sites on a topic, with the passages of each site side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from assistant.answer import select
from assistant.answer.select import Candidate
from assistant.understand.coverage import Topic
from assistant.understand.question import Question
from index.language import french
from index.search.site_names import is_about_site
from index.types import Hit, Site, Unit


@dataclass(frozen=True, slots=True)
class SiteEvidence:
    """The units about one of the compared sites, or about several at once; no units when the corpus has none."""

    sites: tuple[Site, ...]
    units: tuple[Unit, ...]


def compare(
    question: Question, topic: Topic, hits: Mapping[Site, Sequence[Hit]], sites: Sequence[Site], *, limit: int
) -> tuple[SiteEvidence, ...]:
    """Return for each site its best units, at most `limit`, from the hits found for it, then the units about several
    sites; an empty tuple when no site has any. `sites` are the sites of the corpus."""
    by_site = {site: _site_candidates(site, question, topic, found, sites) for site, found in hits.items()}
    best = max((candidate.overall for candidate in chain.from_iterable(by_site.values())), default=0.0)
    alone: dict[Site, list[Unit]] = {}
    together: dict[tuple[Site, ...], list[Unit]] = {}
    for site, ranked in by_site.items():
        alone[site] = []
        worthy = [
            candidate
            for candidate in ranked
            if candidate.overall >= select.ENOUGH * best and candidate.score >= select.NEAR * ranked[0].score
        ]
        for unit in select.unique(candidate.unit for candidate in worthy)[:limit]:
            covered = tuple(other for other in hits if is_about_site(unit.passage, other, unit.text))
            if covered == (site,):
                alone[site].append(unit)
            elif unit not in together.setdefault(covered, []):
                together[covered].append(unit)
    if not together and not any(alone.values()):
        return ()
    named = {site for covered in together for site in covered}
    sides = [
        SiteEvidence((site,), tuple(select.by_heading(units)))
        for site, units in alone.items()
        if units or site not in named
    ]
    return (*sides, *(SiteEvidence(covered, tuple(select.by_heading(units))) for covered, units in together.items()))


def _site_candidates(
    site: Site, question: Question, topic: Topic, hits: Sequence[Hit], sites: Sequence[Site]
) -> list[Candidate]:
    """Return the candidates on the topic that are about a site, best first; only those of the expected form, if any.
    When the topic is the sites themselves, keep only this site in it."""
    others = {term for other in question.sites if other != site for term in french.terms(other.name)}
    own_topic = topic.without(others - set(french.terms(site.name)))
    ranked = select.candidates(replace(question, sites=(site,)), own_topic, hits, sites)
    there = [candidate for candidate in ranked if candidate.at_sites and candidate.overall > 0]
    return [candidate for candidate in there if candidate.fitting] or there
