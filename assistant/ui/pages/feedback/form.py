"""What is looked for among the returns, as an address says it and as a form asks it; bad values are told, and ask
nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import urlencode

from assistant.formatting import french_date
from assistant.people.reactions import Reaction, clean
from assistant.team.feedback_review import FeedbackFilter, FeedbackPage
from assistant.ui.pages import fields, paging
from assistant.ui.pages.fields import Option

_LONGEST = 200  # characters of what is looked for, and of the name of a theme
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_KEYS = {
    Reaction.SURPRISES: "surprend",
    Reaction.RECOGNISED: "retrouve",
    Reaction.MISSING: "manque",
    Reaction.TO_EXPLORE: "creuser",
}
_BY_KEY = {key: reaction for reaction, key in _KEYS.items()}


class FeedbackQuery(NamedTuple):
    """What an address asks: what is wanted, in what order and at which page of a list, and what of it makes no sense,
    in French."""

    wanted: FeedbackFilter
    order: str
    page: int
    faults: tuple[str, ...]


def asked(query: Mapping[str, str]) -> FeedbackQuery:
    """What the parameters of an address ask."""
    faults: list[str] = []
    said = {name: _line(query.get(name, "")) for name in ("q", "reaction", "site", "theme", "du", "au", "tri", "p")}
    if said["reaction"] and said["reaction"] not in _BY_KEY:
        faults.append(f"La réaction «\u00a0{said['reaction']}\u00a0» n’existe pas\u00a0: choisissez-en une des quatre.")
    days = {name: _day(said[name], faults) for name in ("du", "au")}
    if days["du"] and days["au"] and days["du"] > days["au"]:
        faults.append("La période finit avant de commencer\u00a0: échangez les deux dates.")
    wanted = FeedbackFilter(
        said["q"], _BY_KEY.get(said["reaction"]), said["site"], said["theme"], days["du"], days["au"]
    )  # fmt: skip
    return FeedbackQuery(wanted, said["tri"], paging.number(said["p"]), tuple(faults))


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


def told(wanted: FeedbackFilter, **more: str | int) -> str:
    """The part of an address that asks this, with its « ? »; empty when nothing is asked."""
    said: dict[str, str | int] = {
        "q": wanted.text, "reaction": _KEYS[wanted.reaction] if wanted.reaction else "", "site": wanted.site,
        "theme": wanted.theme, "du": wanted.since.isoformat() if wanted.since else "",
        "au": wanted.until.isoformat() if wanted.until else "", **more,
    }  # fmt: skip
    kept = {name: value for name, value in said.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def in_words(wanted: FeedbackFilter) -> list[str]:
    """What is asked, in French, a piece at a time."""
    said = [f"mots «\u00a0{wanted.text}\u00a0»"] if wanted.text else []
    said += [f"réaction «\u00a0{wanted.reaction.label}\u00a0»"] if wanted.reaction else []
    said += [f"site {wanted.site}"] if wanted.site else []
    said += [f"thème «\u00a0{wanted.theme}\u00a0»"] if wanted.theme else []
    said += [f"depuis le {french_date(wanted.since.isoformat())}"] if wanted.since else []
    return said + ([f"jusqu’au {french_date(wanted.until.isoformat())}"] if wanted.until else [])


def form(found: FeedbackPage, address: str, orders: Sequence[Option] = (), order: str = "") -> str:
    """The form that asks; `address` is that of the page it stands on, `orders` those that its list may have."""
    wanted = found.wanted
    themes = [(theme, theme) for theme in _with(wanted.theme, found.all_themes)]
    sites = [(site, site) for site in _with(wanted.site, found.sites)]
    reactions = [(key, reaction.label) for reaction, key in _KEYS.items()]
    asked_by = [
        fields.text("q", "Mots", wanted.text, kind="search", more=f'maxlength="{_LONGEST}"', style="words"),
        _select("reaction", "Réaction", "Toutes", reactions, _KEYS[wanted.reaction] if wanted.reaction else ""),
        _select("site", "Site", "Tous", sites, wanted.site),
        _select("theme", "Thème", "Tous", themes, wanted.theme),
        _date("du", "Du", wanted.since),
        _date("au", "Au", wanted.until),
    ]
    if orders:
        asked_by.append(_select("tri", "Ordre", "", orders, order))
    clear = f'<a class="button second" href="{escape(address)}">Tout voir</a>' if in_words(wanted) else ""
    return (
        f'<form class="card filters" role="search" aria-label="Chercher dans les retours" method="get" '
        f'action="{escape(address)}"><div class="fields">{"".join(asked_by)}'
        f'<div class="actions"><button>Chercher</button>{clear}</div></div></form>'
    )


def _with(value: str, values: Sequence[str]) -> Sequence[str]:
    """The values to choose from, with the one that is asked, which may have none left."""
    return values if not value or value in values else [value, *values]


def _select(name: str, label: str, all_of_them: str, options: Sequence[Option], chosen: str) -> str:
    first = [("", all_of_them)] if all_of_them else []
    listed = fields.options([*first, *((value, _short(shown)) for value, shown in options)], chosen)
    return fields.select(name, label, listed, style=name)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _date(name: str, label: str, day: datetime.date | None) -> str:
    return fields.text(name, label, day.isoformat() if day else "", kind="date")
