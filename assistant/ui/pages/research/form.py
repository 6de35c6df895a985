"""The form of a search: read from an address or from what is posted, written again with what was typed, and the
address of a search, which may be kept and shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from assistant.formatting import french_date, read_date
from assistant.team.research import Choices, ResearchFilter
from assistant.ui.pages import fields
from assistant.ui.pages.fields import Option
from index.reading.text import tidy
from index.search.periods import first_day, last_day
from index.types import Kind

_LONGEST = 500  # characters of words
_LONGEST_NAME = 300  # of a filter
_LISTED = 1_000  # sources or names that a list offers; another may be asked for in the address
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
"""What each part of a search is called."""


def read(said: Mapping[str, str]) -> tuple[ResearchFilter, dict[str, str]]:
    """The search that fields say, and what is wrong with those that say it badly, by name: these are left out."""
    text = {name: " ".join(tidy(said.get(name, "")[: 2 * _LONGEST]).split()) for name in ("q", *_NAMES.values())}
    wrong, dates = {}, {}
    for name in ("since", "until"):
        typed = text[_NAMES[name]]
        dates[name] = read_date(typed) if typed else ""
        if dates[name] is None:
            wrong[name] = f"«\u00a0{typed[:40]}\u00a0» n’est pas une date\u00a0: écrivez AAAA, MM/AAAA ou JJ/MM/AAAA."
    since, until = dates["since"] or "", dates["until"] or ""
    if since and until and first_day(since) > last_day(until):
        wrong["until"] = "La date de fin vient avant la date de début\u00a0: échangez-les."
    sought = ResearchFilter(
        words=text["q"][:_LONGEST],
        literal=said.get("mots") == "1",
        site=text["site"][:_LONGEST_NAME],
        kind=_KINDS.get(said.get("genre", "")),
        since=since,
        until=until,
        role=text["role"][:_LONGEST_NAME],
        source=text["source"][:_LONGEST_NAME],
        order=_ORDERS.get(said.get("ordre", ""), "relevance"),  # type: ignore[arg-type]
    )
    return sought, wrong


def told(sought: ResearchFilter) -> dict[str, str]:
    """The fields that say a search, those that say nothing left out."""
    kind = next((name for name, kind in _KINDS.items() if kind == sought.kind), "")
    order = next((name for name, order in _ORDERS.items() if order == sought.order), "")
    said = {
        "q": sought.words,
        "mots": "1" if sought.literal else "",
        **{name: getattr(sought, field) for field, name in _NAMES.items()},
    }
    return {name: value for name, value in {**said, "genre": kind, "ordre": order}.items() if value}


def address(sought: ResearchFilter, own: str, **more: str | int) -> str:
    """Where a search stands; `own` is the page's own address."""
    said = urlencode({**told(sought), **more})
    return f"{own}?{said}" if said else own


def hidden(sought: ResearchFilter, **more: str | int) -> str:
    """A search as fields that are posted with something else."""
    return fields.hidden(**told(sought), **more)


def form(sought: ResearchFilter, choices: Choices, own: str, typed: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    """The form; `typed` is what its fields said, shown again where it is `wrong`."""
    filters = "".join(
        (
            _choice("site", "Site", "Tous les sites", [(one, one) for one in choices.sites], sought.site),
            _choice("genre", "Genre de source", "Tous les genres",
                    [("document", "Documents"), ("entretien", "Entretiens")], told(sought).get("genre", "")),
            _speakers(choices, sought.role) if choices.people or sought.role else "",
            _sources(choices, sought.source),
            _date("since", "Depuis", sought, typed, wrong),
            _date("until", "Jusqu’à", sought, typed, wrong),
        )
    )  # fmt: skip
    usual = "Ordre du corpus" if sought.is_narrow and not sought.words else "Pertinence"
    orders = [("recent", "Du plus récent"), ("ancien", "Du plus ancien"), ("source", "Source, puis place")]
    offered = f"site, genre, {'qui parle, ' if choices.people else ''}source, dates"
    named = " · ".join(_shown(sought, choices)) or offered
    is_open = " open" if wrong else ""
    return (
        f'<form class="card ask" method="get" action="{escape(own)}" role="search">'
        '<div class="line"><div><label for="q">Mots ou question</label>'
        f'<input id="q" name="q" type="search" maxlength="{_LONGEST}" value="{escape(sought.words)}"></div>'
        "<button>Chercher</button></div>"
        f'<label class="tick"><input type="checkbox" name="mots" value="1"{" checked" if sought.literal else ""}>'
        "Seulement les passages qui ont un de ces mots</label>"
        f'<details class="filters"{is_open}><summary><span>Filtres\u00a0: {escape(named)}</span></summary>'
        f'<div class="fields">{filters}</div>'
        '<p class="hint" id="dates">Dates\u00a0: AAAA, MM/AAAA ou JJ/MM/AAAA. Une source datée d’un mois ou d’une '
        "année compte pour tous leurs jours\u00a0; une source sans date n’est pas retenue quand une date est "
        "demandée.</p></details>"
        f'<div class="line last">{_choice("ordre", "Ordre", usual, orders, told(sought).get("ordre", ""))}'
        f'<a class="reset" href="{escape(own)}">Nouvelle recherche</a></div></form>'
    )


def _shown(sought: ResearchFilter, choices: Choices) -> list[str]:
    """The filters that are set, in a few words."""
    titles = {one.id: one.title for one in choices.sources}
    kinds = {"document": "documents", "transcript": "entretiens"}
    said = {
        "site": sought.site,
        "kind": kinds.get(sought.kind or "", ""),
        "role": sought.role,
        "source": titles.get(sought.source, sought.source),
        "since": f"depuis {french_date(sought.since)}",
        "until": f"jusqu’à {french_date(sought.until)}",
    }
    return [said[name] for name in sought.filters]


def _choice(name: str, label: str, all_of_them: str, values: Sequence[Option], chosen: str) -> str:
    inner = fields.options([("", all_of_them), *values], chosen)
    return _select(name, label, inner, chosen, [value for value, _ in values])


def _speakers(choices: Choices, chosen: str) -> str:
    said = fields.options([(one, _capital(one)) for one in choices.roles[:_LISTED]], chosen)
    people = [
        one for n, one in enumerate(choices.people) if one not in choices.roles and (n < _LISTED or one == chosen)
    ]
    called = fields.options([(one, one) for one in people], chosen)
    everyone = fields.options([("", "Tout le monde")], chosen)
    inner = everyone + _group("Rôles", said) + _group("Noms, tels que montrés", called)
    return _select("role", "Qui parle", inner, chosen, (*choices.roles, *choices.people))


def _sources(choices: Choices, chosen: str) -> str:
    listed = [one for n, one in enumerate(choices.sources) if n < _LISTED or one.id == chosen]
    grouped = [
        _group(name, fields.options([(one.id, one.title) for one in listed if one.kind == kind], chosen))
        for kind, name in (("document", "Documents"), ("transcript", "Entretiens"))
    ]
    inner = fields.options([("", "Toutes les sources")], chosen) + "".join(grouped)
    return _select("source", "Source", inner, chosen, [one.id for one in choices.sources])


def _select(name: str, label: str, inner: str, chosen: str, known: Iterable[str]) -> str:
    """A list; what is chosen is in it even when the corpus has it no more."""
    if chosen and chosen not in known:
        inner += fields.options([(chosen, f"{chosen} (absent du corpus)")], chosen)
    return fields.select(name, label, inner)


def _group(label: str, options: str) -> str:
    return f'<optgroup label="{label}">{options}</optgroup>' if options else ""


def _date(name: str, label: str, sought: ResearchFilter, typed: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    field = _NAMES[name]
    value = typed.get(field, "")[:_LONGEST_NAME] if name in wrong else getattr(sought, name)
    fault = f'<span class="fault" id="{field}-faute">{escape(wrong[name])}</span>' if name in wrong else ""
    described = f'aria-invalid="true" aria-describedby="{field}-faute dates"' if fault else 'aria-describedby="dates"'
    return (
        f'<div><label for="{field}">{label}</label><input id="{field}" name="{field}" inputmode="text" maxlength="20" '
        f'autocomplete="off" value="{escape(value)}" {described}>{fault}</div>'
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
