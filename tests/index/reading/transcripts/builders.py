"""Paragraphs for the tests of transcripts, and those of Word files extracted without the project's reader."""

from __future__ import annotations

import zipfile
from pathlib import Path

import defusedxml.ElementTree  # type: ignore[import-untyped]

from index.reading.paragraphs import Paragraph
from index.reading.transcripts.turns import Transcript

INVENTED = Path(__file__).resolve().parents[3] / "data" / "transcripts_inventes"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paragraphs(text: str) -> list[Paragraph]:
    """Return a paragraph for each line."""
    return [Paragraph(line, line=number) for number, line in enumerate(text.split("\n"), 1)]


def table(rows: list[list[str]]) -> list[Paragraph]:
    """Return a paragraph for each cell."""
    return [
        Paragraph(cell, cell=(0, row, column), line=row + 1)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]


def word_paragraphs(path: Path) -> list[Paragraph]:
    """Return the paragraphs of the body of a Word file, their runs of text joined."""
    with zipfile.ZipFile(path) as archive:
        body = defusedxml.ElementTree.fromstring(archive.read("word/document.xml"))
    texts = ["".join(run.text or "" for run in element.iter(f"{_W}t")) for element in body.iter(f"{_W}p")]
    return [Paragraph(text, line=number) for number, text in enumerate(texts, 1)]


def spoken(transcript: Transcript) -> list[tuple[str | None, str]]:
    """Return the speaker and the words of each turn."""
    return [(turn.speaker, turn.text) for turn in transcript.turns]


def times(transcript: Transcript) -> list[tuple[float | None, float | None]]:
    """Return the start and end of each turn, in seconds."""
    return [(turn.start_s, turn.end_s) for turn in transcript.turns]
