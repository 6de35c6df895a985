"""The query of a search, read from an address or a posted form, written back to an address that can be kept and shared,
and shown in the form of the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from assistant.formatting import french_date, read_date
from assistant.team.research import Choices, ResearchFilter
from assistant.ui.pages.fields import Option
from index.reading.text import tidy
from index.search.periods import first_day, last_day
from index.types import Kind

_LONGEST = 500  # characters of the words
_LONGEST_NAME = 300  # characters of a filter
_LISTED = 1_000  # sources or names that a list offers; an address may hold others
_KINDS: dict[str, Kind] = {"document": "document", "entretien": "transcript"}
_ORDERS = {"recent": "newest", "ancien": "oldest", "source": "title"}
_NAMES = {"site": "site", "role": "role", "source": "source", "since": "depuis", "until": "jusqua"}
FILTERS = {
    "literal": "s’en tenir aux mots",
    "words": "les mots cherchés",
    "site": "le site",
    "kind": "le genre de source",
    "since": "la date de début",
    "until": "la date de fin",
    "role": "qui parle",
    "source": "la source",
}
"""French names of the parts of a query, by field."""


@dataclass(frozen=True, slots=True)
class OptionField:
    """A field that offers options, some in labelled groups. `is_unknown` is true where the corpus does not hold the
    chosen value, which is then offered all the same."""

    name: str
    label: str
    no_choice: Option
    chosen: str
    is_unknown: bool
    options: Sequence[Option] = ()
    groups: Sequence[tuple[str, Sequence[Option]]] = ()


@dataclass(frozen=True, slots=True)
class DateField:
    """A date as it was typed, and the French message about it where it is not a date."""

    name: str
    label: str
    value: str
    fault: str


@dataclass(frozen=True, slots=True)
class SearchForm:
    """The form of a search as its template shows it. `filters` describes the filters that are set, or that may be;
    `is_open` unfolds them."""

    address: str
    words: str
    longest: int
    literal: bool
    is_open: bool
    filters: str
    choices: tuple[OptionField, ...]
    dates: tuple[DateField, ...]
    order: OptionField


def read_query(fields: Mapping[str, str]) -> tuple[ResearchFilter, dict[str, str]]:
    """Read the query of a search from fields by name; return it without its wrong dates, and the French messages about
    these (`since`, `until`)."""
    text = {name: " ".join(tidy(fields.get(name, "")[: 2 * _LONGEST]).split()) for name in ("q", *_NAMES.values())}
    faults, dates = {}, {}
    for name in ("since", "until"):
        typed = text[_NAMES[name]]
        dates[name] = read_date(typed) if typed else ""
        if dates[name] is None:
            faults[name] = f"«\u00a0{typed[:40]}\u00a0» n’est pas une date\u00a0: écrivez AAAA, MM/AAAA ou JJ/MM/AAAA."
    since, until = dates["since"] or "", dates["until"] or ""
    if since and until and first_day(since) > last_day(until):
        faults["until"] = "La date de fin vient avant la date de début\u00a0: échangez-les."
    query = ResearchFilter(
        words=text["q"][:_LONGEST],
        literal=fields.get("mots") == "1",
        site=text["site"][:_LONGEST_NAME],
        kind=_KINDS.get(fields.get("genre", "")),
        since=since,
        until=until,
        role=text["role"][:_LONGEST_NAME],
        source=text["source"][:_LONGEST_NAME],
        order=_ORDERS.get(fields.get("ordre", ""), "relevance"),  # type: ignore[arg-type]
    )
    return query, faults


def query_fields(query: ResearchFilter) -> dict[str, str]:
    """Return the fields of a query, empty ones left out."""
    fields = {
        "q": query.words,
        "mots": "1" if query.literal else "",
        **{name: getattr(query, field) for field, name in _NAMES.items()},
        "genre": next((name for name, kind in _KINDS.items() if kind == query.kind), ""),
        "ordre": next((name for name, order in _ORDERS.items() if order == query.order), ""),
    }
    return {name: value for name, value in fields.items() if value}


def search_address(query: ResearchFilter, own: str, **more: str | int) -> str:
    """Return the address of a search with further parameters; `own` is the address of the page."""
    parameters = urlencode({**query_fields(query), **more})
    return f"{own}?{parameters}" if parameters else own


def form(
    query: ResearchFilter, choices: Choices, own: str, typed: Mapping[str, str], faults: Mapping[str, str]
) -> SearchForm:
    """Return the form of a query. `typed` holds the fields of the request, shown again where `faults` has a message
    about them; `own` is the address of the page."""
    values = query_fields(query)
    no_order = "Ordre du corpus" if query.is_narrow and not query.words else "Pertinence"
    orders = [("recent", "Du plus récent"), ("ancien", "Du plus ancien"), ("source", "Source, puis place")]
    kinds = [("document", "Documents"), ("entretien", "Entretiens")]
    sites = [(site, site) for site in choices.sites]
    offered = f"site, genre, {'qui parle, ' if choices.people else ''}source, dates"
    return SearchForm(
        address=own,
        words=query.words,
        longest=_LONGEST,
        literal=query.literal,
        is_open=bool(faults),
        filters=" · ".join(_set_filters(query, choices)) or offered,
        choices=(
            _option_field("site", "Site", "Tous les sites", sites, query.site),
            _option_field("genre", "Genre de source", "Tous les genres", kinds, values.get("genre", "")),
            *([_speakers(choices, query.role)] if choices.people or query.role else []),
            _sources(choices, query.source),
        ),
        dates=tuple(
            DateField(_NAMES[name], label, _date_value(name, query, typed, faults), faults.get(name, ""))
            for name, label in (("since", "Depuis"), ("until", "Jusqu’à"))
        ),
        order=_option_field("ordre", "Ordre", no_order, orders, values.get("ordre", "")),
    )


def _set_filters(query: ResearchFilter, choices: Choices) -> list[str]:
    """Return short French descriptions of the filters that are set."""
    titles = {source.id: source.title for source in choices.sources}
    kinds = {"document": "documents", "transcript": "entretiens"}
    descriptions = {
        "site": query.site,
        "kind": kinds.get(query.kind or "", ""),
        "role": query.role,
        "source": titles.get(query.source, query.source),
        "since": f"depuis {french_date(query.since)}",
        "until": f"jusqu’à {french_date(query.until)}",
    }
    return [descriptions[name] for name in query.filters]


def _option_field(name: str, label: str, no_choice: str, options: Sequence[Option], chosen: str) -> OptionField:
    is_unknown = _is_unknown(chosen, [value for value, _ in options])
    return OptionField(name, label, ("", no_choice), chosen, is_unknown, options=options)


def _speakers(choices: Choices, chosen: str) -> OptionField:
    roles = [(role, role[:1].upper() + role[1:]) for role in choices.roles[:_LISTED]]
    people = [
        (person, person)
        for n, person in enumerate(choices.people)
        if person not in choices.roles and (n < _LISTED or person == chosen)
    ]
    is_unknown = _is_unknown(chosen, (*choices.roles, *choices.people))
    groups = (("Rôles", roles), ("Noms, tels que montrés", people))
    return OptionField("role", "Qui parle", ("", "Tout le monde"), chosen, is_unknown, groups=groups)


def _sources(choices: Choices, chosen: str) -> OptionField:
    listed = [source for n, source in enumerate(choices.sources) if n < _LISTED or source.id == chosen]
    groups = [
        (label, [(source.id, source.title) for source in listed if source.kind == kind])
        for kind, label in (("document", "Documents"), ("transcript", "Entretiens"))
    ]
    is_unknown = _is_unknown(chosen, [source.id for source in choices.sources])
    return OptionField("source", "Source", ("", "Toutes les sources"), chosen, is_unknown, groups=groups)


def _is_unknown(chosen: str, known: Collection[str]) -> bool:
    return bool(chosen) and chosen not in known


def _date_value(name: str, query: ResearchFilter, typed: Mapping[str, str], faults: Mapping[str, str]) -> str:
    value: str = typed.get(_NAMES[name], "")[:_LONGEST_NAME] if name in faults else getattr(query, name)
    return value
