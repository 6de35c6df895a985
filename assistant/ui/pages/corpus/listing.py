"""The sources as a table that is filtered, and in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from fastapi import Request
from starlette.datastructures import QueryParams

from assistant.formatting import KINDS, counted, grouped, short_month
from assistant.ui.addresses import of_source, team
from assistant.ui.pages import fields, paging, plain, plots
from assistant.ui.pages.corpus import shell
from assistant.ui.pages.corpus.shell import NATURES, VISIBILITIES, at
from assistant.ui.pages.fields import options
from index.indexing.status import SourceState, SourceStatus
from index.language.french import fold

FAILED = "echec"
STATES = {
    SourceState.CURRENT: ("a-jour", "À jour"),
    SourceState.NEW: ("nouveau", "Pas encore indexé"),
    SourceState.CHANGED: ("modifie", "Modifié depuis"),
    SourceState.GONE: ("disparu", "Fichier disparu"),
    SourceState.EXCERPT: ("extrait", "Extrait publié"),
}
_LONGEST = 100  # characters of a search
_A_PAGE = 50  # sources
_MOST_MONTHS = 36  # between the first and the last, those without a source included
Failures = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """Which sources are asked for; empty strings ask for any."""

    words: str = ""
    state: str = ""
    site: str = ""
    kind: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: QueryParams) -> SourceFilter:
        """As an address says it; what it says badly asks for nothing."""
        return cls(
            words=" ".join(query.get("q", "")[:_LONGEST].split()),
            state=query.get("etat", "")[:20],
            site=query.get("site", "")[:_LONGEST],
            kind=query.get("genre", "")[:20],
            page=paging.number(query.get("page", "")),
        )

    @property
    def is_open(self) -> bool:
        return not (self.words or self.state or self.site or self.kind)

    def asked(self) -> dict[str, str]:
        """The same as an address says it, the page left out."""
        said = {"q": self.words, "etat": self.state, "site": self.site, "genre": self.kind}
        return {key: value for key, value in said.items() if value}

    def keeps(self, one: SourceStatus, failures: Failures) -> bool:
        """Whether a source is asked for."""
        source = one.source
        if self.state and self.state != (FAILED if is_failed(one, failures) else STATES[one.state][0]):
            return False
        if self.site and (source is None or source.site != self.site):
            return False
        if self.kind and (source is None or source.kind != self.kind):
            return False
        text = fold(f"{one.path} {source.title if source else ''}")
        return all(fold(word) in text for word in self.words.split())


def is_failed(one: SourceStatus, failures: Failures) -> bool:
    """Whether the last update could not read a file, and nothing shows that it can be read since."""
    return one.path in failures and one.state in (SourceState.NEW, SourceState.CHANGED)


def table(request: Request, found: Sequence[SourceStatus], wanted: SourceFilter, failures: Failures) -> str:
    """The form that filters, how many are found, and a page of them."""
    kept = [one for one in found if wanted.keeps(one, failures)]
    shown, page, last = paging.cut(kept, wanted.page, _A_PAGE)
    rows = "".join(_row(request, one, failures) for one in shown)
    head = "".join(
        f'<th scope="col"{more}>{name}</th>'
        for name, more in (
            ("Source", ""), ("État", ""), ("Genre", ""), ("Site", ""), ("Date", ""), ("Qui peut lire", ""),
            ("Passages", ' class="number"'), ('<span class="unseen">Actions</span>', ""),
        )
    )  # fmt: skip
    told = counted(len(kept), "source") if wanted.is_open else f"{counted(len(kept), 'source')} sur {len(found)}"
    if not found:
        return (
            f'<p class="empty">Le dossier du corpus est vide.<br><a class="button" href="{at(request, "/depot")}">'
            "Ajouter les premiers fichiers</a></p>"
        )
    if not kept:
        every = f'<a href="{at(request)}#sources">Voir toutes les sources</a>'
        body = f'<p class="empty">Aucune source ne correspond. Retirez un filtre, ou {every}.</p>'
    else:
        way = paging.pager(page, last, lambda one: shell.address(request, **wanted.asked(), page=str(one)) + "#sources")
        body = (
            '<div class="scroll" tabindex="0" role="region" aria-label="Sources du corpus"><table class="sources">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{way}"
        )
    return f'{_form(request, found, wanted, failures)}<p class="where" role="status">{told}</p>{body}'


def _form(request: Request, found: Sequence[SourceStatus], wanted: SourceFilter, failures: Failures) -> str:
    there = Counter(FAILED if is_failed(one, failures) else STATES[one.state][0] for one in found)
    names = {**dict(STATES.values()), FAILED: "En échec"}
    states = [("", "Tous"), *((value, f"{name} ({there[value]})") for value, name in names.items() if there[value])]
    sites = sorted({one.source.site for one in found if one.source and one.source.site}, key=fold)
    every = f'<a href="{at(request)}#sources">Tout voir</a>' if not wanted.is_open else ""
    return (
        f'<form class="fields filter" method="get" role="search" action="{at(request)}#sources">'
        f"{fields.text('q', 'Titre ou chemin', wanted.words, kind='search')}"
        f"{fields.select('etat', 'État', options(states, wanted.state))}"
        f"{fields.select('site', 'Site', options([('', 'Tous'), *((site, site) for site in sites)], wanted.site))}"
        f"{fields.select('genre', 'Genre', options([('', 'Tous'), *KINDS.items()], wanted.kind))}"
        f'<p class="go"><button class="second">Filtrer</button>{every}</p></form>'
    )


def _row(request: Request, one: SourceStatus, failures: Failures) -> str:
    source = one.source
    name = escape(source.title) if source else escape(one.path.rpartition("/")[2])
    if source is not None:
        address = of_source(source.id, team(request))
        name = f'<a href="{escape(address)}">{name}</a>'
    path = "" if one.state is SourceState.EXCERPT else f'<span class="path">{escape(one.path)}</span>'
    nature = f"<br>{NATURES['reformulation']}" if source and source.nature == "reformulation" else ""
    act = ""
    if one.state not in (SourceState.EXCERPT, SourceState.GONE) and _is_address(one.path):
        about = f'<span class="unseen">\u00a0: {escape(source.title if source else one.path)}</span>'
        act = f'<a href="{at(request, "/retirer", fichier=one.path)}">Mettre à la corbeille{about}</a>'
    cells = (
        (KINDS[source.kind] + nature, escape(source.site) or "—", escape(source.date) or "—")
        if source
        else ("—", "—", "—")
    )
    reads = VISIBILITIES[source.visibility] if source else "—"
    number = grouped(one.passages) if source else "—"
    why = f'<span class="why">{plain.line(" ".join(failures[one.path]))}</span>' if is_failed(one, failures) else ""
    return (
        f'<tr><th scope="row">{name}{path}{why}</th><td>{_state(one, failures)}</td>'
        + "".join(f"<td>{cell}</td>" for cell in (*cells, reads))
        + f'<td class="number">{number}</td><td>{act}</td></tr>'
    )


def _is_address(path: str) -> bool:
    """Whether an address can say a path: not where the name of a file is no UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _state(one: SourceStatus, failures: Failures) -> str:
    if is_failed(one, failures):
        return '<span class="badge failed">En échec</span>'
    value, name = STATES[one.state]
    return f'<span class="badge {value}">{name}</span>'


def figures(found: Sequence[SourceStatus]) -> str:
    """Plots of what the index holds: by site, by kind, by month."""
    sources = [one.source for one in found if one.source is not None and one.state is not SourceState.EXCERPT]
    sites = Counter(source.site or "Sans site" for source in sources)
    kinds = Counter(KINDS[source.kind] for source in sources)
    dated = Counter(source.date[:7] for source in sources if len(source.date) >= 7)
    left = len(sources) - dated.total()
    told = f'<p class="where">{_left(left)}</p>' if left and dated else ""
    by_month = plots.columns("Sources par mois", [(short_month(one), dated[one]) for one in _months(dated)], "sources")
    return (
        f'<div class="plots">{plots.bars("Sources par site", sites.most_common(), "sources")}'
        f"{plots.bars('Sources par genre', kinds.most_common(), 'sources')}<div>{by_month}{told}</div></div>"
    )


def _left(number: int) -> str:
    if number == 1:
        return "1 source, qui n’a pas de date ou n’a que l’année, n’est pas dans ce graphique."
    return f"{number} sources, qui n’ont pas de date ou n’ont que l’année, ne sont pas dans ce graphique."


def _months(dated: Mapping[str, int]) -> list[str]:
    """The months that have a source, and those between, unless they are too many to be told apart."""
    with_some = sorted(dated)
    between = list(_between(with_some[0], with_some[-1])) if with_some else []
    return between if len(between) <= _MOST_MONTHS else with_some


def _between(first: str, last: str) -> Iterator[str]:
    number, end = (int(one[:4]) * 12 + int(one[5:7]) - 1 for one in (first, last))
    for each in range(number, min(end, number + _MOST_MONTHS) + 1):
        yield f"{each // 12:04d}-{each % 12 + 1:02d}"
