"""What the screens of the corpus have in common: their shell, their messages, and forms read without trouble."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from assistant.errors import AuditRefused, CorpusRefused
from assistant.ui.addresses import CORPUS, TEAM
from assistant.ui.pages import plain, plots
from index.errors import CorpusError, why

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8") + plots.STYLE
SCRIPT = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
NAME = "Corpus"
MOST_FIELDS = 400  # of a form: the files that wait, described
KINDS = {"document": "Document", "transcript": "Entretien"}
VISIBILITIES = {"team": "Équipe", "public": "Tout le monde"}
NATURES = {"original": "Original", "reformulation": "Reformulation"}
_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
UNRECORDED = "Ce geste ne peut pas être noté au journal, ce qui est nécessaire\u00a0: rien n’a été fait."


def page(
    request: Request, heading: str, body: str, *, title: str, told: str = "", status: int = 200, script: bool = False
) -> Response:
    """A screen: `told` is what is said above all, HTML."""
    way = "" if heading == NAME else f'<p class="back"><a href="{at(request)}">Revenir au corpus</a></p>'
    whole = f"{way}<h1>{escape(heading)}</h1>{told}{body}"
    return plain.desk(
        f"{heading} — {title}",
        whole,
        root_of(request),
        here=CORPUS,
        status=status,
        style=_STYLE,
        script=SCRIPT if script else "",
    )


def root_of(request: Request) -> str:
    """The sub-path of the pages, empty at the root of a site."""
    return str(request.scope["root_path"])


def at(request: Request, more: str = "", **asked: str) -> str:
    """An address below the corpus', escaped for an attribute."""
    query = f"?{urlencode(asked)}" if asked else ""
    return escape(f"{root_of(request)}{TEAM}{CORPUS}{more}{query}")


def go(request: Request, more: str = "", place: str = "", **asked: str) -> Response:
    """To another screen, after a form."""
    query = f"?{urlencode(asked)}" if asked else ""
    return RedirectResponse(f"{root_of(request)}{TEAM}{CORPUS}{more}{query}{place}", 303)


def done(text: str) -> str:
    """What was just done."""
    return f'<p class="notice" role="status">{escape(text)}</p>'


def wrong(text: str) -> str:
    """What could not be done."""
    return f'<p class="wrong" role="alert">{escape(text)}</p>'


async def read_form(request: Request) -> FormData:
    """What a form says; nothing where it is none."""
    try:
        return await request.form(max_files=0, max_fields=MOST_FIELDS)
    except HTTPException:
        return FormData()


def trying(act: Callable[[], Response], otherwise: Callable[[str, int], Response]) -> Response:
    """What `act` answers, or what `otherwise` makes of a line on why it could not, and of a status."""
    try:
        return act()
    except AuditRefused:
        return otherwise(UNRECORDED, 503)
    except (CorpusRefused, CorpusError) as error:
        return otherwise(str(error), 409)
    except OSError as error:
        return otherwise(
            f"Le disque a refusé ({why(error)}). Réessayez, ou prévenez la personne qui s’occupe de l’assistant.", 503
        )


def moment(seconds: float) -> str:
    """« 26 novembre 2026 à 03:10 », in the time of the machine; nothing for what is no time."""
    try:
        when = datetime.datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):
        return ""
    day = "1er" if when.day == 1 else str(when.day)
    return f"{day}\u00a0{_MONTHS[when.month - 1]} {when.year} à {when:%H:%M}"


def month(date: str) -> str:
    """« 03/2021 » for a date that begins with a year and a month: short, since a plot names several side by side."""
    return f"{date[5:7]}/{date[:4]}"


def many(number: int, one: str, more: str = "") -> str:
    """« 2 fichiers », « 1 fichier »."""
    return f"{number:,} ".replace(",", "\u202f") + (one if abs(number) < 2 else more or f"{one}s")


def options(values: Sequence[tuple[str, str]], chosen: str) -> str:
    """The choices of a list."""
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(name)}</option>'
        for value, name in values
    )


def hidden(**values: str) -> str:
    """Fields that a form carries unseen."""
    return "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in values.items())
