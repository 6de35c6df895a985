"""The addresses that are served, in one table: the gate admits by it, the team's navigation lists it, and a sub-path
given by a proxy may not begin like one of them. To add a page, add its line here and its routes to
`assistant/ui/pages`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

TEAM, LOGIN, LOGOUT = "/equipe", "/connexion", "/deconnexion"
SOURCE, WORDS = "/source/", "/lexique"
LEGAL, HEALTH, STATEMENT = "/mentions", "/healthz", "/accessibilite"
RESEARCH, CORPUS, FEEDBACK, QUALITY = "/recherche", "/corpus", "/retours", "/qualite"
UPLOAD = f"{CORPUS}/depot"
"""Receives the files that someone adds to the corpus."""
DESCRIBED = f"{CORPUS}/ajouter"
"""Receives the description of these files, which may be longer than a question."""

FORM_BYTES = 64 * 1024
"""The longest body read by default: a question of 1,000 characters takes a tenth of it."""
DESCRIPTION_BYTES = 256 * 1024
"""The longest description of the files that wait: 25 of them, with the longest titles and names, take some 130 KB."""
UPLOAD_BYTES = 512 * 1024 * 1024
"""The longest upload, all files together: an hour of sound takes some 60 MB."""


class Access(StrEnum):
    """The readers of an address, and where it is served."""

    EVERYONE = "everyone"
    """At the root of the site only."""
    BOTH = "both"
    """At the root for everyone, and below `TEAM` for the team, which sees more there."""
    TEAM = "team"
    """Below `TEAM` only."""


class Kind(StrEnum):
    """The way in which the gate treats the requests of an address."""

    FORM = "form"
    """A page or a form, whose posted body is read whole, up to `body_bytes`."""
    READ = "read"
    """A page that takes GET and HEAD alone."""
    UPLOAD = "upload"
    """Files: the body is streamed, up to `body_bytes`."""
    CHAT = "chat"
    """Gradio's page of questions, whose HTML the gate edits."""
    GRADIO = "gradio"
    """Requests of Gradio's page to its server, whose events are checked. The other addresses of Gradio (uploads, API,
    settings) are not served."""


@dataclass(frozen=True, slots=True)
class Address:
    """A line of the table. `path` ends with `/` when it matches every path below it; `below` adds the paths below a
    page; `menu` is its French name in the team's navigation, empty where it has none."""

    path: str
    access: Access
    kind: Kind
    menu: str = ""
    below: bool = False
    body_bytes: int = FORM_BYTES

    def matches(self, path: str) -> bool:
        """Return whether a path, without the sub-path of a proxy and without `TEAM`, is this address."""
        if self.path.endswith("/") and self.path != "/":
            return path.startswith(self.path)
        return path == self.path or (self.below and path.startswith(f"{self.path}/"))


# The first line that matches a path decides.
TABLE = (
    Address(LOGIN, Access.EVERYONE, Kind.FORM),
    Address(LOGOUT, Access.EVERYONE, Kind.FORM),
    Address(HEALTH, Access.EVERYONE, Kind.FORM),
    Address(LEGAL, Access.EVERYONE, Kind.FORM),
    Address(STATEMENT, Access.EVERYONE, Kind.FORM),
    Address("/", Access.BOTH, Kind.CHAT, menu="Questions"),
    Address(UPLOAD, Access.TEAM, Kind.UPLOAD, body_bytes=UPLOAD_BYTES),
    Address(DESCRIBED, Access.TEAM, Kind.FORM, body_bytes=DESCRIPTION_BYTES),
    Address(RESEARCH, Access.TEAM, Kind.FORM, menu="Recherche", below=True),
    Address(CORPUS, Access.TEAM, Kind.FORM, menu="Corpus", below=True),
    Address(FEEDBACK, Access.TEAM, Kind.FORM, menu="Retours", below=True),
    Address(QUALITY, Access.TEAM, Kind.FORM, menu="Qualité", below=True),
    Address(WORDS, Access.BOTH, Kind.READ, menu="Lexique"),
    Address(SOURCE, Access.BOTH, Kind.READ),
    *(
        Address(path, Access.BOTH, Kind.GRADIO, below=True)
        for path in ("/assets/", "/static/", "/favicon.ico", "/theme.css", "/robots.txt")
    ),
    *(
        Address(f"/gradio_api/{name}", Access.BOTH, Kind.GRADIO, below=True)
        for name in ("queue/", "heartbeat/", "cancel", "reset", "app_id")
    ),
)


def find(path: str, *, team: bool) -> Address | None:
    """Return the address that serves a path, which is given without the sub-path of a proxy and without `TEAM`; `team`
    tells whether it was below `TEAM`."""
    excluded = Access.EVERYONE if team else Access.TEAM
    return next((address for address in TABLE if address.access is not excluded and address.matches(path)), None)


def menu() -> Iterator[tuple[str, str]]:
    """Yield the address and the French name of each page of the team's navigation, in order."""
    yield from ((address.path, address.menu) for address in TABLE if address.menu)


def first_segments() -> frozenset[str]:
    """Return the first segment of each address at the root of the site: no sub-path of a proxy may begin so."""
    at_root = [address.path for address in TABLE if address.access is not Access.TEAM]
    return frozenset(path.split("/")[1] for path in (TEAM, *at_root)) - {""}
