"""What every format says of a passage, in characters that every format can hold."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from assistant.formatting import KINDS, counted, french_date
from index.types import Passage, Source

REWORDED = "reformulation, non l’original"
RESERVED = "réservé à l’équipe"
WARNING = "Ce fichier contient des passages réservés à l’équipe\u00a0: gardez-le comme les entretiens."
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_PAGE_ENDS = re.compile("[\x0b\x0c]")
# What XML 1.0 forbids or discourages, and the marks that would turn what stands after them, our own words included. The
# joiners of emoji and the marks of a single letter stay.
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_SPACES = re.compile("[ \t\n]+")


def clean(text: str) -> str:
    """`text` with `\\n` line ends and without what a format would refuse. The text of an indexed passage comes out as
    it is; titles and sites come from people."""
    return _UNFIT.sub("", _PAGE_ENDS.sub(" ", _LINE_ENDS.sub("\n", text)))


def one_line(text: str) -> str:
    """`clean` text on one line; non-breaking spaces stay."""
    return _SPACES.sub(" ", clean(text)).strip(" ")


def reference(passage: Passage) -> str:
    """Where a passage was taken, on one line: « Charte (document, Pont, mars 2020), p. 12 »."""
    source = passage.source
    known = filter(None, (KINDS[source.kind].lower(), one_line(source.site), one_line(french_date(source.date))))
    parts = (f"{one_line(source.title)} ({', '.join(known)})", one_line(passage.place.label()), *remarks(source))
    return ", ".join(filter(None, parts))


def remarks(source: Source) -> list[str]:
    """What whoever cites a source must know of it."""
    reworded = [REWORDED] if source.nature == "reformulation" else []
    return reworded + ([RESERVED] if source.visibility == "team" else [])


def summary(passages: Sequence[Passage], made: datetime.date) -> str:
    """« 12 passages de 3 sources, exportés le 2 mars 2026. »"""
    many, sources = len(passages), len({passage.source.id for passage in passages})
    told = f"{counted(many, 'passage')} de {counted(sources, 'source')}"
    return f"{told}, exporté{'s'[: many > 1]} le {french_date(made.isoformat())}."


def is_reserved(passages: Sequence[Passage]) -> bool:
    """Whether some passage is for the team alone."""
    return any(passage.source.visibility == "team" for passage in passages)


def by_source(passages: Sequence[Passage]) -> list[tuple[Source, list[Passage]]]:
    """The sources in the order in which they are met, each with its passages in its own order, without repetition."""
    grouped: dict[str, dict[str, Passage]] = {}
    for passage in passages:
        grouped.setdefault(passage.source.id, {}).setdefault(passage.id, passage)
    ordered = (sorted(group.values(), key=lambda one: one.order) for group in grouped.values())
    return [(group[0].source, group) for group in ordered]
