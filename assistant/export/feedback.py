"""The reactions and the questions asked in vain as a table: CSV, as a spreadsheet in French opens it, in which nothing
that a visitor typed is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.export.table import harmless
from assistant.people.reactions import ReactionEntry, Unanswered

PAGES = {"public": "de tous", "team": "de l'équipe"}
"""The page that each came from, by its scope."""
_HEADER = ("jour", "page", "réaction", "commentaire", "question", "question comprise", "réponse", "refusée", "fois",
           "sources", "citations", "en partie retirée")  # fmt: skip


def export(entries: Sequence[ReactionEntry], unanswered: Sequence[Unanswered], paths: Mapping[str, str]) -> bytes:
    """A row a reaction, then a row a question; `paths` gives those of the sources that are still there, by id."""
    return as_csv([*_rows(entries, paths), *_unanswered_rows(unanswered)])


def cited(entries: Iterable[ReactionEntry]) -> list[str]:
    """The ids of the sources that are cited, each once: what an export is to be put on record with."""
    return list(dict.fromkeys(one.source for entry in entries for one in entry.citations))


def _rows(entries: Sequence[ReactionEntry], paths: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for one in entries:
        sources = dict.fromkeys(paths.get(cited.source, cited.source) for cited in one.citations)
        quotes = "\n".join(f"«\u00a0{cited.quote}\u00a0»" for cited in one.citations)
        yield (
            one.day.isoformat(), PAGES[one.scope], one.reaction.value, one.comment, one.question, one.searched_for,
            one.answer, _yes(one.refused), "1", "\n".join(sources), quotes, _yes(one.cut),
        )  # fmt: skip


def _unanswered_rows(unanswered: Sequence[Unanswered]) -> Iterator[tuple[str, ...]]:
    for one in unanswered:
        yield (
            one.last.isoformat(), PAGES[one.scope], "", "", one.question, one.question, "", _yes(True), str(one.count),
            "", "", "",
        )  # fmt: skip


def _yes(value: bool) -> str:
    return "oui" if value else "non"


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """A table as French spreadsheets read it, no cell of which is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(_HEADER)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
