"""RIS, which Zotero, EndNote and Mendeley read: interviews as personal communications, documents as reports."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from assistant.export.bibliography import key
from assistant.export.wording import by_source, one_line, remarks
from assistant.formatting import date_parts
from index.types import Passage, Source

_TYPES = {"document": "RPRT", "transcript": "PCOMM"}


def export(passages: Sequence[Passage], *, title: str, made: datetime.date) -> bytes:
    """A record a source; `title` and `made` say nothing of a source."""
    records = ("".join(f"{tag}  - {value}\r\n" for tag, value in _lines(one)) for one, _ in by_source(passages))
    return "\r\n".join(records).encode()


def _lines(source: Source) -> Iterator[tuple[str, str]]:
    """Tags and values. A value is one line: a second could begin with a tag."""
    yield "TY", _TYPES[source.kind]
    yield "ID", key(source)
    yield "TI", one_line(source.title)
    if parts := date_parts(source.date):
        year, month, day = [*(f"{part:02d}" for part in parts), "", ""][:3]
        yield "PY", f"{year:0>4}"
        yield "DA", f"{year:0>4}/{month}/{day}/"
    if site := one_line(source.site):
        yield "KW", site
    for remark in remarks(source):
        yield "N1", remark
    yield "ER", ""
