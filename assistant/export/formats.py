"""The formats that there are."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from index.types import Passage


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `label` is what a person chooses it by, in French; `module` is the file of this folder that makes it,
    imported when it is used: every command line names the formats."""

    name: str
    suffix: str
    media_type: str
    label: str
    module: str

    def export(self, passages: Sequence[Passage], *, title: str, made: datetime.date) -> bytes:
        """Passages to the bytes of a file; `title` says what was looked for, `made` is the day of the export."""
        content: bytes = import_module(f"assistant.export.{self.module}").export(passages, title=title, made=made)
        return content


FORMATS = {
    made.name: made
    for made in (
        Format("csv", ".csv", "text/csv", "Tableau (CSV)", "table"),
        Format("md", ".md", "text/markdown", "Texte (Markdown)", "markdown"),
        Format(
            "docx",
            ".docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "Word, avec notes de bas de page",
            "word",
        ),
        Format("bib", ".bib", "application/x-bibtex", "Bibliographie BibTeX", "bibtex"),
        Format("ris", ".ris", "application/x-research-info-systems", "Bibliographie RIS (Zotero…)", "ris"),
        Format("qdpx", ".qdpx", "application/zip", "Projet d’analyse qualitative (REFI-QDA)", "qdpx"),
    )
}
