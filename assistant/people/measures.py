"""Stores the results of the golden questions on each state of the index.

One SQLite file of the data folder, readable by its owner only. It holds ids, digests and figures, never a question, an
answer or a quotation, so that a withdrawal has nothing to remove from it."""

from __future__ import annotations

import datetime
import json
import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import MeasuresFailed
from assistant.people.private_files import FOLDER, database

FILE = "measures.db"
RUNS = 10
"""Number of states of the index whose results are kept: the last ones."""
_TABLES = (
    "CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, state TEXT NOT NULL UNIQUE, day TEXT NOT NULL, "
    "questions TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS results (run INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, "
    "digest TEXT NOT NULL, kind TEXT NOT NULL, fault TEXT NOT NULL, unknown INTEGER NOT NULL, "
    "answerable INTEGER NOT NULL, refused INTEGER NOT NULL, first INTEGER NOT NULL, first_three INTEGER NOT NULL, "
    "noticed INTEGER, cited TEXT NOT NULL, PRIMARY KEY (run, place))",
)
_COLUMNS = "id, digest, kind, fault, unknown, answerable, refused, first, first_three, noticed, cited"


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """The result of a golden question. `digest` identifies the text of the question; `kind` is its category for the
    team; `fault` is a key, empty when nothing is wrong; `unknown` is True when the corpus holds none of the expected
    excerpts; the figures are those of `evaluation.AnswerOutcome`; `cited` holds the ids of the sources and passages
    cited, in order."""

    id: str
    digest: str
    kind: str
    fault: str
    unknown: bool
    answerable: bool
    refused: bool
    first: bool
    first_three: bool
    noticed: bool | None
    cited: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """The results on one `state` of the index, in the order of the question file; `questions` is the digest of this
    file."""

    state: str
    day: datetime.date
    questions: str
    results: tuple[QuestionResult, ...]


class Measures:
    """The results of one data folder. Safe to share between processes and threads."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FOLDER / FILE

    def keep(self, measured: Measurement) -> None:
        """Store the results on a state of the index, in one transaction, replacing those of the same state. Raise
        `MeasuresFailed`."""
        with self._open() as db:
            db.execute("DELETE FROM results WHERE run IN (SELECT id FROM runs WHERE state = ?)", (measured.state,))
            db.execute("DELETE FROM runs WHERE state = ?", (measured.state,))
            values = (measured.state, measured.day.isoformat(), measured.questions)
            run = db.execute(
                "INSERT INTO runs VALUES ((SELECT coalesce(max(id), 0) + 1 FROM runs), ?, ?, ?)", values
            ).lastrowid
            marks = ", ".join("?" * 13)
            rows = [(run, place, *_row(result)) for place, result in enumerate(measured.results)]
            db.executemany(f"INSERT INTO results VALUES ({marks})", rows)
            db.execute("DELETE FROM runs WHERE id NOT IN (SELECT id FROM runs ORDER BY id DESC LIMIT ?)", (RUNS,))
            db.execute("DELETE FROM results WHERE run NOT IN (SELECT id FROM runs)")

    def last(self, number: int) -> list[Measurement]:
        """Return the last `number` measurements, latest first, each on a different state of the index. Raise
        `MeasuresFailed`."""
        if not self._path.exists():
            return []
        try:
            with self._open() as db:
                runs = db.execute(
                    "SELECT id, state, day, questions FROM runs ORDER BY id DESC LIMIT ?", (number,)
                ).fetchall()
                return [
                    Measurement(state, datetime.date.fromisoformat(day), questions, self._results(db, run))
                    for run, state, day, questions in runs
                ]
        except (ValueError, TypeError) as error:  # rows that this module did not write
            raise self._failed(str(error)) from error

    def _results(self, db: sqlite3.Connection, run: int) -> tuple[QuestionResult, ...]:
        rows = db.execute(f"SELECT {_COLUMNS} FROM results WHERE run = ? ORDER BY place", (run,))
        return tuple(map(_result, rows))

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return database(self._path, *_TABLES, refused=self._failed)

    def _failed(self, reason: str) -> MeasuresFailed:
        return MeasuresFailed(
            f"Les résultats des questions « {self._path} » ne peuvent pas être enregistrés ({reason}).",
            "Donnez-vous le droit d'y écrire, libérez de la place, ou supprimez ce fichier pour recommencer.",
        )


def _row(result: QuestionResult) -> tuple[object, ...]:
    figures = (result.unknown, result.answerable, result.refused, result.first, result.first_three)
    noticed = None if result.noticed is None else int(result.noticed)
    return (result.id, result.digest, result.kind, result.fault, *map(int, figures), noticed, json.dumps(result.cited))


def _result(row: tuple[object, ...]) -> QuestionResult:
    """Parse a row. Raise `ValueError` or `TypeError` for a row that this module did not write."""
    name, digest, kind, fault, unknown, answerable, refused, first, three, noticed, cited = row
    passages = tuple((str(source), str(passage)) for source, passage in json.loads(str(cited)))
    return QuestionResult(
        str(name), str(digest), str(kind), str(fault), bool(unknown), bool(answerable), bool(refused), bool(first),
        bool(three), None if noticed is None else bool(noticed), passages,
    )  # fmt: skip
