"""Writes RIS, which Zotero, EndNote and Mendeley read: interviews as personal communications, documents as reports.

Like BibTeX entries, records hold known metadata only, and no author."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from assistant.export.wording import by_source, citation_key, one_line, remarks
from assistant.formatting import date_parts
from index.types import Passage, Source

_TYPES = {"document": "RPRT", "transcript": "PCOMM"}


def export(passages: Sequence[Passage], *, title: str, made_on: datetime.date) -> bytes:
    """Return one record per source; `title` and `made_on` are not used."""
    records = ("".join(f"{tag}  - {value}\r\n" for tag, value in _lines(source)) for source, _ in by_source(passages))
    return "\r\n".join(records).encode()


def _lines(source: Source) -> Iterator[tuple[str, str]]:
    """Yield tags and values. A value is on one line: a second line could begin with a tag."""
    yield "TY", _TYPES[source.kind]
    yield "ID", citation_key(source)
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
