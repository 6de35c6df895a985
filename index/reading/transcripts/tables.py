"""Transcripts typed into a table: a column of speakers, a column of their words, perhaps a column of times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.language.folding import fold_label
from index.reading.paragraphs import Paragraph
from index.reading.text import tidy
from index.reading.transcripts import label_forms, roles
from index.reading.transcripts.turns import Turn

_MAX_COLUMNS = 4
_MIN_SHARE = 0.6  # of the text, inside the table
_MIN_TIMED, _MIN_LABELLED = 0.6, 0.8  # share of the cells of a column that are times, labels
_MANY_ROWS = 6  # enough to trust labels without other evidence
_HEADER_WORDS = frozenset(
    "locuteur locutrice locuteurs intervenant intervenante intervenants interlocuteur speaker qui personne nom temps "
    "heure minutage timecode time code tour n n° no numero texte text propos transcription verbatim verbatims parole "
    "paroles discours contenu voix".split()
)
_TableRow = dict[int, list[Paragraph]]


@dataclass(frozen=True, slots=True)
class _TranscriptColumns:
    """Columns of a transcript table, counted from 0."""

    speaker: int
    text: int
    time: int | None


def table_turns(paragraphs: Sequence[Paragraph], given: Mapping[str, str]) -> list[Turn] | None:
    """Return the turns of a transcript typed into tables of two to four columns; `None` where there is none. A row
    without a speaker continues the one above; text outside tables has no speaker."""
    rows = _group_rows(paragraphs)
    inside = sum(len(paragraph.text) for paragraph in paragraphs if paragraph.cell is not None)
    if not rows or inside < _MIN_SHARE * sum(len(paragraph.text) for paragraph in paragraphs):
        return None
    columns = _find_columns(rows, given)
    return None if columns is None else list(_row_turns(rows, columns))


def _group_rows(paragraphs: Sequence[Paragraph]) -> list[_TableRow]:
    """Return the rows in order; a paragraph outside tables is a row whose only column is -1."""
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
    """Return the columns of speakers, words and times, `None` for a table that is no transcript."""
    cells: dict[int, list[str]] = {}
    headed = False
    for row in rows:
        if -1 in row:
            continue
        if _is_header(row):
            headed = True
            continue
        for column, paragraphs in row.items():
            if text := _cell_text(paragraphs):
                cells.setdefault(column, []).append(text)
    if not 2 <= len(cells) <= _MAX_COLUMNS:
        return None
    text_column = max(cells, key=lambda column: sum(map(len, cells[column])))
    others = [column for column in sorted(cells) if column != text_column]
    timed = [column for column in others if _share(cells[column], _is_time) >= _MIN_TIMED]
    time_column = timed[0] if timed else None
    for column in others:
        if column != time_column and _share(cells[column], label_forms.is_label) >= _MIN_LABELLED:
            counts = Counter(fold_label(cell) for cell in cells[column])
            recurring = [key for key, count in counts.items() if count > 1]
            known = any(roles.is_role(key) or key in map(fold_label, given) for key in recurring)
            sure = time_column is not None or headed or known or len(cells[column]) >= _MANY_ROWS
            if known or (len(recurring) > 1 and sure):
                return _TranscriptColumns(column, text_column, time_column)
    return None


def _row_turns(rows: list[_TableRow], columns: _TranscriptColumns) -> Iterator[Turn]:
    """Yield a turn for each row, without its header rows."""
    speaker: str | None = None
    for row in rows:
        if -1 in row:
            yield Turn(None, _cell_text(row[-1]), line=row[-1][0].line)
            continue
        if _is_header(row):
            continue
        paragraphs = row.get(columns.text, [])
        if name := _cell_text(row.get(columns.speaker, [])):
            speaker = " ".join(name.rstrip(" \u00a0:").split("\n"))
        times = label_forms.time_span(_cell_text(row.get(columns.time, []))) if columns.time is not None else None
        start, end = times or (None, None)
        yield Turn(speaker, _cell_text(paragraphs), start, end, paragraphs[0].line if paragraphs else None)


def _is_header(row: _TableRow) -> bool:
    texts = [fold_label(text) for paragraphs in row.values() if (text := _cell_text(paragraphs))]
    return len(texts) > 1 and all(text in _HEADER_WORDS for text in texts)


def _is_time(cell: str) -> bool:
    return label_forms.time_span(cell) is not None


def _share(cells: list[str], test: Callable[[str], bool]) -> float:
    """Return the share of cells that pass a test, colons at their end ignored."""
    return sum(test(cell.rstrip(" \u00a0:")) for cell in cells) / len(cells)


def _cell_text(paragraphs: Sequence[Paragraph]) -> str:
    return tidy("\n".join(paragraph.text for paragraph in paragraphs if paragraph.text.strip()))
