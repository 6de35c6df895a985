"""Search filters: the passages of a scope that match, whatever their words."""

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
    """Conditions on passages: they mention `site`, under any of its names; their source has this `kind`, overlaps the
    time from `since` to `until` (dates in the format of `periods`), and has this id or path (`source`); their speaker
    has this `role` or label (`roles.has_role`). An empty field sets no condition."""

    site: str = ""
    kind: Kind | None = None
    since: str = ""
    until: str = ""
    role: str = ""
    source: str = ""

    @property
    def is_narrow(self) -> bool:
        """Return whether the filters may exclude most of the corpus."""
        return any(getattr(self, condition.name) for condition in fields(Filters))


def matching_passages(
    catalog: Catalog, filters: Filters, scope: Scope, sources: Sequence[Source], labels: Collection[str],
    sites: Sequence[Site],
) -> list[tuple[int, str]]:  # fmt: skip
    """Return the keys of all matching passages, each with the id of its source, in corpus order. `sources` and `labels`
    (of speakers) are those of the scope; `sites` are all the sites of the corpus."""
    matching_sources = [source for source in sources if _source_matches(source, filters)]
    matching_labels = [label for label in labels if roles.has_role(label, filters.role)] if filters.role else None
    found = catalog.passage_keys([source.id for source in matching_sources], scope, matching_labels)
    return _about_site(catalog, found, filters.site, scope, matching_sources, sites) if filters.site else found


def _source_matches(source: Source, filters: Filters) -> bool:
    """Return whether a source meets the conditions on sources."""
    return (
        filters.kind in (None, source.kind)
        and filters.source in ("", source.id, source.path)
        and periods.overlaps(source.date, filters.since, filters.until)
    )


def _about_site(
    catalog: Catalog, found: Sequence[tuple[int, str]], name: str, scope: Scope, sources: Sequence[Source],
    sites: Sequence[Site],
) -> list[tuple[int, str]]:  # fmt: skip
    """Keep the passages that mention a site. Only passages that hold all the words of one of its names are read:
    reading costs more than finding."""
    named = [site for site in sites if name in site.names] or [Site(name)]
    folded = {french.fold(site.name) for site in named}
    own = {source.id for source in sources if source.site and french.fold(source.site) in folded}
    words = [french.terms(site_name) for site in named for site_name in site.names]
    others = [key for key, source in found if source not in own]
    if all(words):
        holding = set().union(*(catalog.keys_holding(name_terms, scope) for name_terms in words))
        others = [key for key in others if key in holding]
    speaking = {
        key
        for key, passage in catalog.passages(others, scope).items()
        if any(site_names.is_about_site(passage, site) for site in named)
    }
    return [(key, source) for key, source in found if source in own or key in speaking]
