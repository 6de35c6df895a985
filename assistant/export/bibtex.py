"""Writes BibTeX, which BibLaTeX and Zotero read too: interviews as `@misc`, documents as `@techreport`.

One entry per source, with its known metadata only. An entry has no author: an interview has none that may be named, and
the metadata of a document does not give one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from assistant.export.wording import by_source, citation_key, one_line, remarks
from assistant.formatting import date_parts
from index.types import Passage, Source

_TYPES = {"document": "techreport", "transcript": "misc"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Braces by name: BibTeX counts them even after a backslash.
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
    "`": r"\textasciigrave{}",
}
_SPECIALS = re.compile("|".join(map(re.escape, _SPECIAL)))
_JOINED = re.compile(r"([-',])(?=\1)")  # ligatures of TeX: it prints -- as a dash


def export(passages: Sequence[Passage], *, title: str, made_on: datetime.date) -> bytes:
    """Return one entry per source; `title` and `made_on` are not used."""
    return "\n".join(_entry(source) for source, _ in by_source(passages)).encode()


def escape(text: str) -> str:
    """Return a text on one line, escaped for LaTeX."""
    return _JOINED.sub(r"\1{}", _SPECIALS.sub(lambda found: _SPECIAL[found[0]], one_line(text)))


def _entry(source: Source) -> str:
    fields = "".join(f"  {name} = {value},\n" for name, value in _fields(source))
    return f"@{_TYPES[source.kind]}{{{citation_key(source)},\n{fields}}}\n"


def _fields(source: Source) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{escape(source.title)}}}"
    if source.kind == "transcript":
        yield "howpublished", "{Entretien}"
    year, month, day = [*date_parts(source.date), 0, 0, 0][:3]
    if year:
        yield "year", f"{{{year:04d}}}"
    if 0 < month <= 12:
        yield "month", _MONTHS[month - 1]
    if day:
        yield "day", f"{{{day}}}"
    if notes := [*filter(None, [escape(source.site)]), *remarks(source)]:
        yield "note", f"{{{', '.join(notes)}}}"
