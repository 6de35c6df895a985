"""What each of several sites has on a subject, side by side."""

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
    """The units that speak of one of the sites compared, or of several at once; none where the corpus has nothing."""

    sites: tuple[Site, ...]
    units: tuple[Unit, ...]


def compare(
    question: Question, topic: Topic, hits: Mapping[Site, Sequence[Hit]], sites: Sequence[Site], *, limit: int
) -> tuple[SiteEvidence, ...]:
    """For each site its best units, at most `limit`, from what was found for it, then those that speak of several;
    empty when no site has any. `sites` are those of the corpus."""
    there = {site: _at(site, question, topic, found, sites) for site, found in hits.items()}
    best = max((one.overall for one in chain.from_iterable(there.values())), default=0.0)
    alone: dict[Site, list[Unit]] = {}
    together: dict[tuple[Site, ...], list[Unit]] = {}
    for site, ranked in there.items():
        alone[site] = []
        worthy = [
            one for one in ranked if one.overall >= select.ENOUGH * best and one.score >= select.NEAR * ranked[0].score
        ]
        for unit in select.unique(one.unit for one in worthy)[:limit]:
            spoken = tuple(other for other in hits if is_about_site(unit.passage, other, unit.text))
            if spoken == (site,):
                alone[site].append(unit)
            elif unit not in together.setdefault(spoken, []):
                together[spoken].append(unit)
    if not together and not any(alone.values()):
        return ()
    told = {site for spoken in together for site in spoken}
    sides = [
        SiteEvidence((site,), tuple(select.by_heading(units)))
        for site, units in alone.items()
        if units or site not in told
    ]
    return (*sides, *(SiteEvidence(spoken, tuple(select.by_heading(units))) for spoken, units in together.items()))


def _at(site: Site, question: Question, topic: Topic, hits: Sequence[Hit], sites: Sequence[Site]) -> list[Candidate]:
    """The candidates on the topic that speak of a site, best first; alone those of the form asked for, if any has it.
    Where the topic is the sites themselves, that is the one site."""
    others = {term for other in question.sites if other != site for term in french.terms(other.name)}
    mine = topic.without(others - set(french.terms(site.name)))
    ranked = select.candidates(replace(question, sites=(site,)), mine, hits, sites)
    there = [one for one in ranked if one.at_sites and one.overall > 0]
    return [one for one in there if one.fitting] or there
