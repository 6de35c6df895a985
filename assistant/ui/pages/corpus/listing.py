"""List the sources as a table with filters (see `listing.html`), and count them in plots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from markupsafe import Markup
from starlette.datastructures import QueryParams

from assistant.formatting import KINDS, counted, grouped, short_month
from assistant.ui.links import of_source, team
from assistant.ui.pages import paging, plots
from assistant.ui.pages.corpus import shell
from assistant.ui.pages.corpus.shell import NATURES, VISIBILITIES
from assistant.ui.pages.fields import Option
from index.indexing.status import SourceState, SourceStatus
from index.language.french import fold

_FAILED = "echec"
_FAILED_NAME = "En échec"
_STATES = {
    SourceState.CURRENT: ("a-jour", "À jour"),
    SourceState.NEW: ("nouveau", "Pas encore indexé"),
    SourceState.CHANGED: ("modifie", "Modifié depuis"),
    SourceState.GONE: ("disparu", "Fichier disparu"),
    SourceState.EXCERPT: ("extrait", "Extrait publié"),
}
_NO_VALUE = "—"
_LONGEST = 100  # characters of a search
_PAGE_SIZE = 50  # sources
_MOST_MONTHS = 36  # between the first and the last, those without a source included
Failures = Mapping[str, tuple[str, str]]
"""The reason and remedy of each file that the last update could not read, by its path."""


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """A filter of sources; an empty string keeps any value. `page` is that of the list, from 1."""

    words: str = ""
    state: str = ""
    site: str = ""
    kind: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, query: QueryParams) -> SourceFilter:
        """Read the filter from the query of an address; long or malformed values are cut or left out."""
        return cls(
            words=" ".join(query.get("q", "")[:_LONGEST].split()),
            state=query.get("etat", "")[:20],
            site=query.get("site", "")[:_LONGEST],
            kind=query.get("genre", "")[:20],
            page=paging.number(query.get("page", "")),
        )

    @property
    def keeps_all(self) -> bool:
        return not (self.words or self.state or self.site or self.kind)

    def as_query(self) -> dict[str, str]:
        """Return the parameters of an address that gives this filter, without the page."""
        values = {"q": self.words, "etat": self.state, "site": self.site, "genre": self.kind}
        return {key: value for key, value in values.items() if value}

    def keeps(self, status: SourceStatus, failures: Failures) -> bool:
        """Return whether a source passes the filter. Each word is searched in the path and the title."""
        source = status.source
        if self.state and self.state != _state(status, failures)[0]:
            return False
        if self.site and (source is None or source.site != self.site):
            return False
        if self.kind and (source is None or source.kind != self.kind):
            return False
        text = fold(f"{status.path} {source.title if source else ''}")
        return all(fold(word) in text for word in self.words.split())


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of the table. `state` is a class of the style sheet; `path` and `failure` may be empty, as is `address`
    where the source cannot be opened; `full_name` names the source to screen readers in its link."""

    name: str
    address: str
    path: str
    failure: str
    state: str
    state_name: str
    kind: str
    nature: str
    site: str
    date: str
    readers: str
    passages: str
    full_name: str
    removable: bool


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A page of the table and the form above it. `states`, `sites` and `kinds` are the choices of the form; `before`
    and `after` are the addresses of the pages around; `is_empty` is true where the corpus has no source at all."""

    is_empty: bool
    filter: SourceFilter
    states: Sequence[Option]
    sites: Sequence[Option]
    kinds: Sequence[Option]
    count: str
    rows: Sequence[SourceRow]
    page: int
    pages: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SourcePlots:
    """Plots of the sources; `undated` is a French line on those that the last plot leaves out, or empty."""

    by_site: Markup
    by_kind: Markup
    by_month: Markup
    undated: str


def is_failed(status: SourceStatus, failures: Failures) -> bool:
    """Return whether the last update could not read a file that does not seem to have been mended since."""
    return status.path in failures and status.state in (SourceState.NEW, SourceState.CHANGED)


def table(
    request: Request, statuses: Sequence[SourceStatus], source_filter: SourceFilter, failures: Failures
) -> SourceTable:
    """Return a page of the sources that the filter keeps, and the choices of the form that filters."""
    kept = [status for status in statuses if source_filter.keeps(status, failures)]
    shown, page, pages = paging.cut(kept, source_filter.page, _PAGE_SIZE)

    def address(number: int) -> str:
        return shell.address(request, **source_filter.as_query(), page=str(number)) + "#sources"

    count = counted(len(kept), "source")
    numbers = Counter(_state(status, failures)[0] for status in statuses)
    names = {**dict(_STATES.values()), _FAILED: _FAILED_NAME}
    sites = {status.source.site for status in statuses if status.source and status.source.site}
    return SourceTable(
        is_empty=not statuses,
        filter=source_filter,
        states=[
            ("", "Tous"),
            *((state, f"{name} ({numbers[state]})") for state, name in names.items() if numbers[state]),
        ],
        sites=[("", "Tous"), *((site, site) for site in sorted(sites, key=fold))],
        kinds=[("", "Tous"), *KINDS.items()],
        count=count if source_filter.keeps_all else f"{count} sur {len(statuses)}",
        rows=[_row(request, status, failures) for status in shown],
        page=page,
        pages=pages,
        before=address(page - 1),
        after=address(page + 1),
    )


def _row(request: Request, status: SourceStatus, failures: Failures) -> SourceRow:
    source = status.source
    is_excerpt = status.state is SourceState.EXCERPT
    state, state_name = _state(status, failures)
    return SourceRow(
        name=source.title if source else status.path.rpartition("/")[2],
        address=of_source(source.id, team(request)) if source else "",
        path="" if is_excerpt else status.path,
        failure=" ".join(failures[status.path]) if is_failed(status, failures) else "",
        state="failed" if state == _FAILED else state,
        state_name=state_name,
        kind=KINDS[source.kind] if source else _NO_VALUE,
        nature=NATURES["reformulation"] if source and source.nature == "reformulation" else "",
        site=(source.site if source else "") or _NO_VALUE,
        date=(source.date if source else "") or _NO_VALUE,
        readers=VISIBILITIES[source.visibility] if source else _NO_VALUE,
        passages=grouped(status.passages) if source else _NO_VALUE,
        full_name=source.title if source else status.path,
        removable=not is_excerpt and status.state is not SourceState.GONE and _is_utf8(status.path),
    )


def _is_utf8(path: str) -> bool:
    """Return whether a path can be part of an address: file names may hold bytes that are not UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _state(status: SourceStatus, failures: Failures) -> tuple[str, str]:
    """Return the state of a source as addresses write it, and its French name."""
    return (_FAILED, _FAILED_NAME) if is_failed(status, failures) else _STATES[status.state]


def figures(statuses: Sequence[SourceStatus]) -> SourcePlots:
    """Return plots of the sources of the index: by site, by kind, by month."""
    sources = [
        status.source for status in statuses if status.source is not None and status.state is not SourceState.EXCERPT
    ]
    sites = Counter(source.site or "Sans site" for source in sources)
    kinds = Counter(KINDS[source.kind] for source in sources)
    dated = Counter(source.date[:7] for source in sources if len(source.date) >= 7)
    without_month = len(sources) - dated.total()
    by_month = [(short_month(month), dated[month]) for month in _months(dated)]
    return SourcePlots(
        by_site=plots.bars("Sources par site", sites.most_common(), "sources"),
        by_kind=plots.bars("Sources par genre", kinds.most_common(), "sources"),
        by_month=plots.columns("Sources par mois", by_month, "sources"),
        undated=_undated(without_month) if without_month and dated else "",
    )


def _undated(number: int) -> str:
    if number == 1:
        return "1 source, qui n’a pas de date ou n’a que l’année, n’est pas dans ce graphique."
    return f"{number} sources, qui n’ont pas de date ou n’ont que l’année, ne sont pas dans ce graphique."


def _months(dated: Mapping[str, int]) -> list[str]:
    """Return the months that have a source and those between, or only the former where the plot could not hold all."""
    with_sources = sorted(dated)
    between = list(_months_between(with_sources[0], with_sources[-1])) if with_sources else []
    return between if len(between) <= _MOST_MONTHS else with_sources


def _months_between(first: str, last: str) -> Iterator[str]:
    """Yield the months from `first` to `last`, `YYYY-MM`; at most one more than a plot holds."""
    start, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    for number in range(start, min(end, start + _MOST_MONTHS) + 1):
        yield f"{number // 12:04d}-{number % 12 + 1:02d}"
