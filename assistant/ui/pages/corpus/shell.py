"""What the screens of the corpus have in common: their shell, their messages, and forms read without trouble."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from assistant.errors import AuditRefused, CorpusRefused
from assistant.ui.addresses import CORPUS, root_of, team
from assistant.ui.pages import plain, plots
from index.errors import CorpusError, os_reason

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8") + plots.STYLE
SCRIPT = plain.FOLLOW + Path(__file__).with_name("page.js").read_text(encoding="utf-8")
NAME = "Corpus"
MOST_FIELDS = 400  # of a form: the files that wait, described
VISIBILITIES = {"team": "Équipe", "public": "Tout le monde"}
NATURES = {"original": "Original", "reformulation": "Reformulation"}


def page(
    request: Request, heading: str, body: str, *, title: str, told: str = "", status: int = 200, script: bool = False
) -> Response:
    """A screen: `told` is what is said above all, HTML."""
    way = "" if heading == NAME else f'<p class="back"><a href="{at(request)}">Revenir au corpus</a></p>'
    whole = f"{way}<h1>{escape(heading)}</h1>{told}{body}"
    return plain.team_page(
        f"{heading} — {title}",
        whole,
        root_of(request),
        here=CORPUS,
        status=status,
        style=_STYLE,
        script=SCRIPT if script else "",
    )


def address(request: Request, more: str = "", **asked: str) -> str:
    """An address below the corpus'."""
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{team(request, CORPUS)}{more}{query}"


def at(request: Request, more: str = "", **asked: str) -> str:
    """The same, escaped for an attribute."""
    return escape(address(request, more, **asked))


def go(request: Request, more: str = "", place: str = "", **asked: str) -> Response:
    """To another screen, after a form."""
    return RedirectResponse(f"{address(request, more, **asked)}{place}", 303)


def trying(act: Callable[[], Response], otherwise: Callable[[str, int], Response]) -> Response:
    """What `act` answers, or what `otherwise` makes of a line on why it could not, and of a status."""
    try:
        return act()
    except AuditRefused:
        return otherwise(plain.UNRECORDED, 503)
    except (CorpusRefused, CorpusError) as error:
        return otherwise(str(error), 409)
    except OSError as error:
        return otherwise(
            f"Le disque a refusé ({os_reason(error)}). Réessayez, ou prévenez la personne qui s’occupe de l’assistant.",
            503,
        )
