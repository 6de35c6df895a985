"""What a search is held to: which passages of a scope fit, whatever the words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields

from index.language import french
from index.reading.transcripts import roles
from index.search import periods, site_names
from index.store.catalog import Catalog
from index.types import Kind, Scope, Site, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Only the passages that speak of `site`, under any of its names; of sources of this `kind`; of the time from
    `since` to `until` (dates as `periods` reads them); said by someone of this `role`, or so called
    (`roles.has_role`); of this `source`, by its id or its path. What is empty holds to nothing."""

    site: str = ""
    kind: Kind | None = None
    since: str = ""
    until: str = ""
    role: str = ""
    source: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether most of the corpus may be left out."""
        return any(getattr(self, one.name) for one in fields(Filters))


def fitting(
    catalog: Catalog, filters: Filters, scope: Scope, sources: Sequence[Source], labels: Collection[str],
    sites: Sequence[Site],
) -> list[tuple[int, str]]:  # fmt: skip
    """The keys of all the passages that fit, each with the id of its source, in the order of the corpus. `sources` and
    `labels` (what speakers are called) are those of the scope; `sites` those that the corpus is about."""
    wanted = [source for source in sources if _fits(source, filters)]
    called = [label for label in labels if roles.has_role(label, filters.role)] if filters.role else None
    found = catalog.keys_of([source.id for source in wanted], scope, called)
    return _of_site(catalog, found, filters.site, scope, wanted, sites) if filters.site else found


def _fits(source: Source, filters: Filters) -> bool:
    return (
        filters.kind in (None, source.kind)
        and filters.source in ("", source.id, source.path)
        and periods.meets(source.date, filters.since, filters.until)
    )


def _of_site(
    catalog: Catalog, found: Sequence[tuple[int, str]], name: str, scope: Scope, sources: Sequence[Source],
    sites: Sequence[Site],
) -> list[tuple[int, str]]:  # fmt: skip
    """Those that speak of a site. Only those that hold all the words of one of its names are read: reading costs more
    than finding."""
    named = [site for site in sites if name in site.names] or [Site(name)]
    folded = {french.fold(site.name) for site in named}
    own = {source.id for source in sources if source.site and french.fold(source.site) in folded}
    words = [french.terms(one) for site in named for one in site.names]
    others = [key for key, source in found if source not in own]
    if all(words):
        holding = set().union(*(catalog.holding(some, scope) for some in words))
        others = [key for key in others if key in holding]
    speaking = {
        key
        for key, passage in catalog.passages(others, scope).items()
        if any(site_names.speaks_of(passage, site) for site in named)
    }
    return [(key, source) for key, source in found if source in own or key in speaking]
