"""How golden questions were answered on each state of the index: one SQLite file of the data folder, for its owner
only. It keeps ids, digests and figures, never a question, an answer or a quotation, so that a withdrawal has nothing to
take out of it."""

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
"""States of the index of which the results are kept, the last ones."""
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
    """How one golden question was answered. `digest` tells whether the question is still the same, `kind` its sort as
    the team calls it; `fault` is a key, empty where nothing is wrong; `unknown` says that no excerpt expected stands in
    the corpus; the figures are those of `evaluation.AnswerOutcome`; `cited` holds the ids of the sources and passages
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
    """The results on one `state` of the index, in the order of the file, whose content `questions` is a digest of."""

    state: str
    day: datetime.date
    questions: str
    results: tuple[QuestionResult, ...]


class Measures:
    """The results of one data folder. Processes and threads may share it."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FOLDER / FILE

    def keep(self, measured: Measurement) -> None:
        """Keep the results on a state of the index, in the place of those on the same; all of them or none. Raises
        `MeasuresFailed`."""
        with self._open() as db:
            db.execute("DELETE FROM results WHERE run IN (SELECT id FROM runs WHERE state = ?)", (measured.state,))
            db.execute("DELETE FROM runs WHERE state = ?", (measured.state,))
            values = (measured.state, measured.day.isoformat(), measured.questions)
            run = db.execute(
                "INSERT INTO runs VALUES ((SELECT coalesce(max(id), 0) + 1 FROM runs), ?, ?, ?)", values
            ).lastrowid
            marks = ", ".join("?" * 13)
            rows = [(run, place, *_row(one)) for place, one in enumerate(measured.results)]
            db.executemany(f"INSERT INTO results VALUES ({marks})", rows)
            db.execute("DELETE FROM runs WHERE id NOT IN (SELECT id FROM runs ORDER BY id DESC LIMIT ?)", (RUNS,))
            db.execute("DELETE FROM results WHERE run NOT IN (SELECT id FROM runs)")

    def last(self, number: int) -> list[Measurement]:
        """The last results, the latest first, each on another state of the index. Raises `MeasuresFailed`."""
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
        except (ValueError, TypeError) as error:  # rows that are none of ours
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


def _row(one: QuestionResult) -> tuple[object, ...]:
    figures = (one.unknown, one.answerable, one.refused, one.first, one.first_three)
    noticed = None if one.noticed is None else int(one.noticed)
    return (one.id, one.digest, one.kind, one.fault, *map(int, figures), noticed, json.dumps(one.cited))


def _result(row: tuple[object, ...]) -> QuestionResult:
    """Raises `ValueError` or `TypeError` for a row that is none of ours."""
    name, digest, kind, fault, unknown, answerable, refused, first, three, noticed, cited = row
    passages = tuple((str(source), str(passage)) for source, passage in json.loads(str(cited)))
    return QuestionResult(
        str(name), str(digest), str(kind), str(fault), bool(unknown), bool(answerable), bool(refused), bool(first),
        bool(three), None if noticed is None else bool(noticed), passages,
    )  # fmt: skip
