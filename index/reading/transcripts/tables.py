"""Transcripts typed into a table: a column of speakers, a column of what they say, perhaps one of times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.reading.paragraphs import Paragraph
from index.reading.text import tidy
from index.reading.transcripts import forms, roles
from index.reading.transcripts.roles import fold
from index.reading.transcripts.turns import Turn

_MOST_COLUMNS = 4
_SHARE = 0.6  # of the text that must stand in the table
_TIMED, _LABELLED = 0.6, 0.8  # of the cells of a column that must be times, labels
_MANY_ROWS = 6
_HEADERS = frozenset(
    "locuteur locutrice locuteurs intervenant intervenante intervenants interlocuteur speaker qui personne nom temps "
    "heure minutage timecode time code tour n n° no numero texte text propos transcription verbatim verbatims parole "
    "paroles discours contenu voix".split()
)
_TableRow = dict[int, list[Paragraph]]


@dataclass(frozen=True, slots=True)
class _TranscriptColumns:
    """Where a table holds what, counted from 0."""

    speaker: int
    text: int
    time: int | None


def table_turns(paragraphs: Sequence[Paragraph], given: Mapping[str, str]) -> list[Turn] | None:
    """The turns of a transcript typed into tables of two to four columns; `None` where there is none. A row without a
    speaker goes on with the one above; what stands outside has no speaker."""
    rows = _group_rows(paragraphs)
    inside = sum(len(one.text) for one in paragraphs if one.cell is not None)
    if not rows or inside < _SHARE * sum(len(one.text) for one in paragraphs):
        return None
    columns = _find_columns(rows, given)
    return None if columns is None else list(_row_turns(rows, columns))


def _group_rows(paragraphs: Sequence[Paragraph]) -> list[_TableRow]:
    """The rows in order; a paragraph outside of all tables is a row whose only column is -1."""
    rows: list[_TableRow] = []
    last: tuple[int, int] | None = None
    for paragraph in paragraphs:
        place = paragraph.cell[:2] if paragraph.cell else None
        if place is None or place != last:
            rows.append({})
        rows[-1].setdefault(paragraph.cell[2] if paragraph.cell else -1, []).append(paragraph)
        last = place
    return rows


def _find_columns(rows: list[_TableRow], given: Mapping[str, str]) -> _TranscriptColumns | None:
    cells: dict[int, list[str]] = {}
    headed = False
    for row in rows:
        if -1 in row:
            continue
        if _is_header(row):
            headed = True
            continue
        for column, paragraphs in row.items():
            if said := _cell_text(paragraphs):
                cells.setdefault(column, []).append(said)
    if not 2 <= len(cells) <= _MOST_COLUMNS:
        return None
    text = max(cells, key=lambda column: sum(map(len, cells[column])))
    others = [column for column in sorted(cells) if column != text]
    time = next(
        (one for one in others if _share(cells[one], lambda cell: forms.time_span(cell) is not None) >= _TIMED), None
    )
    for column in others:
        if column != time and _share(cells[column], forms.is_label) >= _LABELLED:
            counts = Counter(fold(cell) for cell in cells[column])
            recurring = [key for key, count in counts.items() if count > 1]
            known = any(roles.is_role(key) or key in map(fold, given) for key in recurring)
            sure = time is not None or headed or known or len(cells[column]) >= _MANY_ROWS
            if known or (len(recurring) > 1 and sure):
                return _TranscriptColumns(column, text, time)
    return None


def _row_turns(rows: list[_TableRow], columns: _TranscriptColumns) -> Iterator[Turn]:
    speaker: str | None = None
    for row in rows:
        if -1 in row:
            yield Turn(None, _cell_text(row[-1]), line=row[-1][0].line)
            continue
        if _is_header(row):
            continue
        said = row.get(columns.text, [])
        if name := _cell_text(row.get(columns.speaker, [])):
            speaker = " ".join(name.rstrip(" \u00a0:").split("\n"))
        times = forms.time_span(_cell_text(row.get(columns.time, []))) if columns.time is not None else None
        start, end = times or (None, None)
        yield Turn(speaker, _cell_text(said), start, end, said[0].line if said else None)


def _is_header(row: _TableRow) -> bool:
    texts = [fold(text) for paragraphs in row.values() if (text := _cell_text(paragraphs))]
    return len(texts) > 1 and all(text in _HEADERS for text in texts)


def _share(cells: list[str], test: Callable[[str], bool]) -> float:
    return sum(test(cell.rstrip(" \u00a0:")) for cell in cells) / len(cells)


def _cell_text(paragraphs: Sequence[Paragraph]) -> str:
    return tidy("\n".join(one.text for one in paragraphs if one.text.strip()))
