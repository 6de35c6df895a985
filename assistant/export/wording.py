"""Writes the texts that the formats share, in characters that each format can hold: references, remarks, summary,
citation keys."""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from collections.abc import Sequence

from assistant.formatting import KINDS, counted, french_date
from index.types import Passage, Source

REWORDED = "reformulation, non l’original"
RESERVED = "réservé à l’équipe"
WARNING = "Ce fichier contient des passages réservés à l’équipe\u00a0: gardez-le comme les entretiens."
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_PAGE_ENDS = re.compile("[\x0b\x0c]")
# Characters that XML 1.0 forbids or discourages, and bidirectional marks, which would also reverse the text after them.
# The joiners of emoji and the marks of a single letter are kept.
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_SPACES = re.compile("[ \t\n]+")
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")
_LONGEST_KEY = 40  # characters of the title in a citation key


def clean(text: str) -> str:
    """Return `text` with `\\n` line ends and without the characters that a format refuses. The text of an indexed
    passage is unchanged; titles and sites are typed by people."""
    return _UNFIT.sub("", _PAGE_ENDS.sub(" ", _LINE_ENDS.sub("\n", text)))


def one_line(text: str) -> str:
    """Return the `clean` text on one line. Non-breaking spaces are kept."""
    return _SPACES.sub(" ", clean(text)).strip(" ")


def reference(passage: Passage) -> str:
    """Return the reference of a passage, on one line: « Charte (document, Pont, mars 2020), p. 12 »."""
    source = passage.source
    known = filter(None, (KINDS[source.kind].lower(), one_line(source.site), one_line(french_date(source.date))))
    parts = (f"{one_line(source.title)} ({', '.join(known)})", one_line(passage.place.label()), *remarks(source))
    return ", ".join(filter(None, parts))


def remarks(source: Source) -> list[str]:
    """Return the remarks that a citation of this source must carry."""
    reworded = [REWORDED] if source.nature == "reformulation" else []
    return reworded + ([RESERVED] if source.visibility == "team" else [])


def summary(passages: Sequence[Passage], made_on: datetime.date) -> str:
    """Return « 12 passages de 3 sources, exportés le 2 mars 2026. »"""
    many, sources = len(passages), len({passage.source.id for passage in passages})
    counts = f"{counted(many, 'passage')} de {counted(sources, 'source')}"
    return f"{counts}, exporté{'s'[: many > 1]} le {french_date(made_on.isoformat())}."


def is_reserved(passages: Sequence[Passage]) -> bool:
    """Return True when at least one passage is readable by the team only."""
    return any(passage.source.visibility == "team" for passage in passages)


def by_source(passages: Sequence[Passage]) -> list[tuple[Source, list[Passage]]]:
    """Return the sources in order of appearance, each with its passages in reading order, without repetition."""
    grouped: dict[str, dict[str, Passage]] = {}
    for passage in passages:
        grouped.setdefault(passage.source.id, {}).setdefault(passage.id, passage)
    ordered = (sorted(group.values(), key=lambda passage: passage.order) for group in grouped.values())
    return [(group[0].source, group) for group in ordered]


def citation_key(source: Source) -> str:
    """Return the key that cites a source in BibTeX and RIS: its title, without accents, and a mark of its own, the same
    at each export."""
    letters = unicodedata.normalize("NFKD", one_line(source.title)).encode("ascii", "ignore").decode().lower()
    words = _NOT_IN_KEYS.sub("-", letters)[:_LONGEST_KEY].strip("-")
    mark = hashlib.sha256(source.id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{words or 'source'}-{mark}"
