"""Writes reactions and unanswered questions as CSV for French spreadsheets, protected against formula injection by
visitors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.export.table import harmless
from assistant.people.reactions import ReactionEntry, Unanswered

PAGES = {"public": "de tous", "team": "de l'équipe"}
"""French name of the page of an entry, by scope."""
_HEADER = ("jour", "page", "réaction", "commentaire", "question", "question comprise", "réponse", "refusée", "fois",
           "sources", "citations", "en partie retirée")  # fmt: skip


def export(entries: Sequence[ReactionEntry], unanswered: Sequence[Unanswered], paths: Mapping[str, str]) -> bytes:
    """Return one row per reaction, then one per unanswered question. `paths` gives the paths of the sources that still
    exist, by id."""
    return as_csv([*_rows(entries, paths), *_unanswered_rows(unanswered)])


def cited(entries: Iterable[ReactionEntry]) -> list[str]:
    """Return the ids of the cited sources, each once: those that the audit trail records for an export."""
    return list(dict.fromkeys(citation.source for entry in entries for citation in entry.citations))


def _rows(entries: Sequence[ReactionEntry], paths: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for entry in entries:
        sources = dict.fromkeys(paths.get(cited.source, cited.source) for cited in entry.citations)
        quotes = "\n".join(f"«\u00a0{cited.quote}\u00a0»" for cited in entry.citations)
        yield (
            entry.day.isoformat(), PAGES[entry.scope], entry.reaction.value, entry.comment, entry.question,
            entry.searched_for, entry.answer, _yes(entry.refused), "1", "\n".join(sources), quotes, _yes(entry.cut),
        )  # fmt: skip


def _unanswered_rows(unanswered: Sequence[Unanswered]) -> Iterator[tuple[str, ...]]:
    for entry in unanswered:
        yield (
            entry.last.isoformat(), PAGES[entry.scope], "", "", entry.question, entry.question, "", _yes(True),
            str(entry.count), "", "", "",
        )  # fmt: skip


def _yes(value: bool) -> str:
    return "oui" if value else "non"


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a CSV table for French spreadsheets, without any formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(_HEADER)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
