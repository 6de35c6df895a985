"""What is looked for among the returns, as an address says it and as a form asks it; bad values are told, and ask
nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import urlencode

from assistant.export.wording import french_date
from assistant.people.reactions import Reaction, clean
from assistant.returns import Found, Wanted
from assistant.ui.pages import paging

_LONGEST = 200  # characters of what is looked for, and of the name of a theme
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_KEYS = {
    Reaction.SURPRISES: "surprend",
    Reaction.RECOGNISED: "retrouve",
    Reaction.MISSING: "manque",
    Reaction.TO_EXPLORE: "creuser",
}
LABELS = {reaction: reaction.value[0].upper() + reaction.value[1:].replace("'", "’") for reaction in Reaction}
"""How pages name the reactions."""
_BY_KEY = {key: reaction for reaction, key in _KEYS.items()}
Option = tuple[str, str]  # a value and what is shown for it


class Asked(NamedTuple):
    """What an address asks: what is wanted, in what order and at which page of a list, and what of it makes no sense,
    in French."""

    wanted: Wanted
    order: str
    page: int
    faults: tuple[str, ...]


def asked(query: Mapping[str, str]) -> Asked:
    """What the parameters of an address ask."""
    faults: list[str] = []
    said = {name: _line(query.get(name, "")) for name in ("q", "reaction", "site", "theme", "du", "au", "tri", "p")}
    if said["reaction"] and said["reaction"] not in _BY_KEY:
        faults.append(f"La réaction «\u00a0{said['reaction']}\u00a0» n’existe pas\u00a0: choisissez-en une des quatre.")
    days = {name: _day(said[name], faults) for name in ("du", "au")}
    if days["du"] and days["au"] and days["du"] > days["au"]:
        faults.append("La période finit avant de commencer\u00a0: échangez les deux dates.")
    wanted = Wanted(
        said["q"], _BY_KEY.get(said["reaction"]), said["site"], said["theme"], days["du"], days["au"]
    )  # fmt: skip
    return Asked(wanted, said["tri"], paging.number(said["p"]), tuple(faults))


def _line(text: str) -> str:
    return " ".join(clean(text[: 2 * _LONGEST]).split())[:_LONGEST]


def _day(text: str, faults: list[str]) -> datetime.date | None:
    french = _FRENCH_DAY.fullmatch(text)
    iso = f"{french[3]}-{int(french[2]):02d}-{int(french[1]):02d}" if french else text
    try:
        return datetime.date.fromisoformat(iso) if iso else None
    except ValueError:
        faults.append(f"La date «\u00a0{text}\u00a0» n’est pas comprise\u00a0: écrivez-la comme 31/12/2026.")
        return None


def told(wanted: Wanted, **more: str | int) -> str:
    """The part of an address that asks this, with its « ? »; empty when nothing is asked."""
    said: dict[str, str | int] = {
        "q": wanted.text, "reaction": _KEYS[wanted.reaction] if wanted.reaction else "", "site": wanted.site,
        "theme": wanted.theme, "du": wanted.since.isoformat() if wanted.since else "",
        "au": wanted.until.isoformat() if wanted.until else "", **more,
    }  # fmt: skip
    kept = {name: value for name, value in said.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def in_words(wanted: Wanted) -> list[str]:
    """What is asked, in French, a piece at a time."""
    said = [f"mots «\u00a0{wanted.text}\u00a0»"] if wanted.text else []
    said += [f"réaction «\u00a0{LABELS[wanted.reaction]}\u00a0»"] if wanted.reaction else []
    said += [f"site {wanted.site}"] if wanted.site else []
    said += [f"thème «\u00a0{wanted.theme}\u00a0»"] if wanted.theme else []
    said += [f"depuis le {french_date(wanted.since.isoformat())}"] if wanted.since else []
    return said + ([f"jusqu’au {french_date(wanted.until.isoformat())}"] if wanted.until else [])


def form(found: Found, address: str, orders: Sequence[Option] = (), order: str = "") -> str:
    """The form that asks; `address` is that of the page it stands on, `orders` those that its list may have."""
    wanted = found.wanted
    themes = [(theme, theme) for theme in _with(wanted.theme, found.all_themes)]
    sites = [(site, site) for site in _with(wanted.site, found.sites)]
    reactions = [(key, LABELS[reaction]) for reaction, key in _KEYS.items()]
    fields = [
        f'<div class="words"><label for="q">Mots</label>'
        f'<input id="q" name="q" type="search" maxlength="{_LONGEST}" value="{escape(wanted.text)}"></div>',
        _select("reaction", "Réaction", "Toutes", reactions, _KEYS[wanted.reaction] if wanted.reaction else ""),
        _select("site", "Site", "Tous", sites, wanted.site),
        _select("theme", "Thème", "Tous", themes, wanted.theme),
        _date("du", "Du", wanted.since),
        _date("au", "Au", wanted.until),
    ]
    if orders:
        fields.append(_select("tri", "Ordre", "", orders, order))
    clear = f'<a class="button second" href="{escape(address)}">Tout voir</a>' if in_words(wanted) else ""
    return (
        f'<form class="card filters" role="search" aria-label="Chercher dans les retours" method="get" '
        f'action="{escape(address)}"><div class="fields">{"".join(fields)}'
        f'<div class="actions"><button>Chercher</button>{clear}</div></div></form>'
    )


def _with(value: str, values: Sequence[str]) -> Sequence[str]:
    """The values to choose from, with the one that is asked, which may have none left."""
    return values if not value or value in values else [value, *values]


def _select(name: str, label: str, all_of_them: str, options: Sequence[Option], chosen: str) -> str:
    first = f'<option value="">{all_of_them}</option>' if all_of_them else ""
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(_short(shown))}</option>'
        for value, shown in options
    )
    return (
        f'<div class="{name}"><label for="{name}">{label}</label><select id="{name}" name="{name}">{first}{listed}'
        "</select></div>"
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _date(name: str, label: str, day: datetime.date | None) -> str:
    value = day.isoformat() if day else ""
    return (
        f'<div><label for="{name}">{label}</label><input id="{name}" name="{name}" type="date" value="{value}"></div>'
    )
