"""Registers the export formats.

To add a format: write a module of this folder with `export(passages, *, title, made_on) -> bytes`, a pure function, on
the model of `markdown.py`; register it with a `Format` in `FORMATS`, from which the command line and the pages take
their choices; test it in `tests/assistant/export`. `wording.py` holds the texts that the formats share."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from index.types import Passage


@dataclass(frozen=True, slots=True)
class Format:
    """An export format. `label` is its French name in lists of choices; `module` is the module of this folder that
    writes it, imported at its first use, since every command line lists the formats."""

    name: str
    suffix: str
    media_type: str
    label: str
    module: str

    def export(self, passages: Sequence[Passage], *, title: str, made_on: datetime.date) -> bytes:
        """Return the bytes of a file of passages. `title` describes the search; `made_on` is the day of the export."""
        content: bytes = import_module(f"assistant.export.{self.module}").export(passages, title=title, made_on=made_on)
        return content


FORMATS = {
    format_.name: format_
    for format_ in (
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
