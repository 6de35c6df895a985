"""The formats that there are."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.export import bibtex, markdown, qdpx, ris, table, word
from index.types import Passage


class Export(Protocol):
    """Passages to the bytes of a file; `title` says what was looked for, `made` is the day of the export."""

    def __call__(self, passages: Sequence[Passage], *, title: str, made: datetime.date) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `label` is what a person chooses it by, in French."""

    name: str
    suffix: str
    media_type: str
    label: str
    export: Export


FORMATS = {
    made.name: made
    for made in (
        Format("csv", ".csv", "text/csv", "Tableau (CSV)", table.export),
        Format("md", ".md", "text/markdown", "Texte (Markdown)", markdown.export),
        Format(
            "docx",
            ".docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "Word, avec notes de bas de page",
            word.export,
        ),
        Format("bib", ".bib", "application/x-bibtex", "Bibliographie BibTeX", bibtex.export),
        Format("ris", ".ris", "application/x-research-info-systems", "Bibliographie RIS (Zotero…)", ris.export),
        Format("qdpx", ".qdpx", "application/zip", "Projet d’analyse qualitative (REFI-QDA)", qdpx.export),
    )
}
