"""BibTeX, which BibLaTeX and Zotero read too: interviews as `@misc`, documents as `@techreport`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from assistant.export.bibliography import key
from assistant.export.wording import by_source, one_line, remarks
from assistant.formatting import date_parts
from index.types import Passage, Source

_TYPES = {"document": "techreport", "transcript": "misc"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Braces by name: BibTeX counts them even where a backslash stands before.
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
_JOINED = re.compile(r"([-',])(?=\1)")  # which TeX prints as one sign: -- as a dash


def export(passages: Sequence[Passage], *, title: str, made: datetime.date) -> bytes:
    """An entry a source; `title` and `made` say nothing of a source."""
    return "\n".join(_entry(source) for source, _ in by_source(passages)).encode()


def escape(text: str) -> str:
    """One line as LaTeX prints it."""
    return _JOINED.sub(r"\1{}", _SPECIALS.sub(lambda found: _SPECIAL[found[0]], one_line(text)))


def _entry(source: Source) -> str:
    fields = "".join(f"  {name} = {value},\n" for name, value in _fields(source))
    return f"@{_TYPES[source.kind]}{{{key(source)},\n{fields}}}\n"


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
