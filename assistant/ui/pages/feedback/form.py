"""The filters of the feedback pages, read from an address, written back to one, described in French, and shown in a
form. A value that makes no sense is reported and filters nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from assistant.formatting import french_date
from assistant.people.reactions import Reaction, clean
from assistant.team.feedback_review import FeedbackFilter, FeedbackPage
from assistant.ui.pages import paging
from assistant.ui.pages.fields import Option

_LONGEST = 200  # characters of a parameter
_LONGEST_OPTION = 80  # characters of an option, as shown
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_KEYS = {
    Reaction.SURPRISES: "surprend",
    Reaction.RECOGNISED: "retrouve",
    Reaction.MISSING: "manque",
    Reaction.TO_EXPLORE: "creuser",
}
_BY_KEY = {key: reaction for reaction, key in _KEYS.items()}


class FeedbackQuery(NamedTuple):
    """The query of an address: the filter, the order of a list and the page of it, and in French the parameters that
    make no sense."""

    filter: FeedbackFilter
    order: str
    page: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionList:
    """A field that offers options, one of them chosen."""

    name: str
    label: str
    options: Sequence[Option]
    chosen: str


@dataclass(frozen=True, slots=True)
class FeedbackForm:
    """The form as its template shows it. `address` is that of its page; dates are ISO; `orders` is empty on a page
    without a list."""

    address: str
    text: str
    longest: int
    lists: tuple[OptionList, ...]
    since: str
    until: str
    orders: Sequence[Option]
    order: str
    is_filtered: bool


def read_query(parameters: Mapping[str, str]) -> FeedbackQuery:
    """Read the query of an address from its parameters."""
    faults: list[str] = []
    names = ("q", "reaction", "site", "theme", "du", "au", "tri", "p")
    values = {name: _on_one_line(parameters.get(name, "")) for name in names}
    reaction = _BY_KEY.get(values["reaction"])
    if values["reaction"] and reaction is None:
        faults.append(
            f"La réaction «\u00a0{values['reaction']}\u00a0» n’existe pas\u00a0: choisissez-en une des quatre."
        )
    since, until = (_day(values[name], faults) for name in ("du", "au"))
    if since and until and since > until:
        faults.append("La période finit avant de commencer\u00a0: échangez les deux dates.")
    feedback_filter = FeedbackFilter(values["q"], reaction, values["site"], values["theme"], since, until)
    return FeedbackQuery(feedback_filter, values["tri"], paging.number(values["p"]), tuple(faults))


def _on_one_line(text: str) -> str:
    return " ".join(clean(text[: 2 * _LONGEST]).split())[:_LONGEST]


def _day(text: str, faults: list[str]) -> datetime.date | None:
    french = _FRENCH_DAY.fullmatch(text)
    iso = f"{french[3]}-{int(french[2]):02d}-{int(french[1]):02d}" if french else text
    try:
        return datetime.date.fromisoformat(iso) if iso else None
    except ValueError:
        faults.append(f"La date «\u00a0{text}\u00a0» n’est pas comprise\u00a0: écrivez-la comme 31/12/2026.")
        return None


def query_string(feedback_filter: FeedbackFilter, **more: str | int) -> str:
    """Return the query string of a filter and of further parameters, with its `?`; empty where none has a value."""
    reaction, since, until = feedback_filter.reaction, feedback_filter.since, feedback_filter.until
    parameters: dict[str, str | int] = {
        "q": feedback_filter.text,
        "reaction": _KEYS[reaction] if reaction else "",
        "site": feedback_filter.site,
        "theme": feedback_filter.theme,
        "du": since.isoformat() if since else "",
        "au": until.isoformat() if until else "",
        **more,
    }
    kept = {name: value for name, value in parameters.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def describe(feedback_filter: FeedbackFilter) -> list[str]:
    """Return the description of a filter in French, a criterion an item; empty for a filter that keeps everything."""
    reaction, since, until = feedback_filter.reaction, feedback_filter.since, feedback_filter.until
    criteria = [f"mots «\u00a0{feedback_filter.text}\u00a0»"] if feedback_filter.text else []
    criteria += [f"réaction «\u00a0{reaction.label}\u00a0»"] if reaction else []
    criteria += [f"site {feedback_filter.site}"] if feedback_filter.site else []
    criteria += [f"thème «\u00a0{feedback_filter.theme}\u00a0»"] if feedback_filter.theme else []
    criteria += [f"depuis le {french_date(since.isoformat())}"] if since else []
    criteria += [f"jusqu’au {french_date(until.isoformat())}"] if until else []
    return criteria


def form(found: FeedbackPage, address: str, orders: Sequence[Option] = (), order: str = "") -> FeedbackForm:
    """Return the form with the filter of a page. `address` is that of the page, `orders` are those of its list."""
    chosen = found.filter
    reactions = [(key, reaction.label) for reaction, key in _KEYS.items()]
    reaction = _KEYS[chosen.reaction] if chosen.reaction else ""
    return FeedbackForm(
        address=address,
        text=chosen.text,
        longest=_LONGEST,
        lists=(
            _option_list("reaction", "Réaction", "Toutes", reactions, reaction),
            _option_list("site", "Site", "Tous", _options(found.sites, chosen.site), chosen.site),
            _option_list("theme", "Thème", "Tous", _options(found.all_themes, chosen.theme), chosen.theme),
        ),
        since=chosen.since.isoformat() if chosen.since else "",
        until=chosen.until.isoformat() if chosen.until else "",
        orders=orders,
        order=order,
        is_filtered=bool(describe(chosen)),
    )


def _options(values: Sequence[str], chosen: str) -> list[Option]:
    """Return an option a value, and first the chosen value where it is not among them."""
    known = values if not chosen or chosen in values else [chosen, *values]
    return [(value, value) for value in known]


def _option_list(name: str, label: str, no_choice: str, options: Sequence[Option], chosen: str) -> OptionList:
    shortened = [(value, _shortened(shown)) for value, shown in options]
    return OptionList(name, label, [("", no_choice), *shortened], chosen)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_OPTION else f"{text[: _LONGEST_OPTION - 1]}…"
