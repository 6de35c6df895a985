"""Stores the reactions of visitors to answers, and the questions that the corpus did not answer.

One SQLite file of the data folder, readable by its owner only. It holds no name, address or session, and only the day
of the date. A comment and a question are stored as they were typed: their author chose to write any name in them, and
only the team reads them. Content withdrawn from the study is blanked in stored entries, and is not stored again from a
page that was still open."""

from __future__ import annotations

import datetime
import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from assistant.errors import FeedbackFailed, FeedbackRefused
from assistant.people.private_files import FOLDER, database
from assistant.people.reactions import (
    ALL,
    CitedPassage,
    Counts,
    Reaction,
    ReactionEntry,
    ReactionFilter,
    Unanswered,
    clean,
    count,
    holds,
    matches_filter,
    redacted,
)  # fmt: skip
from assistant.types import Answer
from index.errors import CorpusError
from index.language import french
from index.privacy.withdrawals import WithdrawalList
from index.types import Scope

FILE = "feedback.db"
KEPT = datetime.timedelta(days=2 * 365)
"""Retention time of a reaction, or of an unanswered question."""
LONGEST_COMMENT = 2_000
"""Characters of a comment, at most."""
MOST_A_DAY = 500
"""Reactions, and unanswered questions, stored per day from each page. The limit applies to each page separately: a
flood of the public page does not use up the quota of the team's page."""
_LONGEST_QUESTION, _LONGEST_ANSWER, _LONGEST_QUOTE, _MOST_CITATIONS = 2_000, 20_000, 2_000, 50
_TABLES = (
    "CREATE TABLE IF NOT EXISTS reactions (day TEXT NOT NULL, scope TEXT NOT NULL, reaction TEXT NOT NULL, "
    "comment TEXT NOT NULL, question TEXT NOT NULL, searched_for TEXT NOT NULL, answer TEXT NOT NULL, "
    "citations TEXT NOT NULL, refused INTEGER NOT NULL, cut INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS reactions_by_day ON reactions(day)",
    "CREATE TABLE IF NOT EXISTS unanswered (day TEXT NOT NULL, scope TEXT NOT NULL, same TEXT NOT NULL, "
    "question TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, scope, same))",
    "CREATE TABLE IF NOT EXISTS followed (withdrawal TEXT PRIMARY KEY)",
)
_COLUMNS = "day, scope, reaction, comment, question, searched_for, answer, citations, refused, cut"


class Feedback:
    """The reactions of one data folder. Safe to share between processes and threads."""

    def __init__(self, data_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._data_dir = data_dir
        self._path = data_dir / FOLDER / FILE
        self._clock = clock

    # — writing —

    def keep(self, reaction: Reaction, answer: Answer, scope: Scope, comment: str = "") -> None:
        """Store a reaction to an answer of the page of `scope`. Raise `FeedbackRefused` when the comment is too long or
        the daily limit is reached (its message may be shown to the visitor), `FeedbackFailed` when it cannot be
        written."""
        comment = clean(comment)
        if len(comment) > LONGEST_COMMENT:
            raise FeedbackRefused(
                "Ce commentaire est trop long.",
                f"Écrivez-en un de {LONGEST_COMMENT} caractères au plus (il en a {len(comment)}).",
            )
        cited = answer.citations[:_MOST_CITATIONS]
        entry = ReactionEntry(
            day=self._today(),
            scope=scope,
            reaction=reaction,
            comment=comment,
            question=clean(answer.question)[:_LONGEST_QUESTION],
            searched_for=clean(answer.searched_for)[:_LONGEST_QUESTION],
            answer=clean(answer.text)[:_LONGEST_ANSWER],
            citations=tuple(
                CitedPassage(citation.source.id, citation.passage.id, clean(citation.quote)[:_LONGEST_QUOTE])
                for citation in cited
            ),
            refused=answer.refused,
        )
        with self._open() as db:
            if _count_of_day(db, "reactions", entry.day, scope) >= MOST_A_DAY:
                raise FeedbackRefused(
                    "Trop de réactions ont été reçues aujourd'hui.", "Réagissez demain, ou écrivez à l'équipe."
                )
            withdrawals = self._withdrawn(db)
            withdrawn_ids = {
                citation.passage.id
                for citation in cited
                if not withdrawals.left(citation.source.id, citation.source.title, [citation.passage])[1]
            }
            entry = redacted(entry, lambda citation: citation.passage in withdrawn_ids, withdrawals.are_quoted_in)
            db.execute(f"INSERT INTO reactions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _row(entry))

    def keep_unanswered(self, answer: Answer, scope: Scope) -> bool:
        """Store the question of a refused answer, or increment its count when it was already asked that day, and return
        True. Return False, and store nothing, for a question that was answered or that quotes withdrawn content. The
        caller must have the consent of the visitor, and show the answer whatever happens here. Raise `FeedbackRefused`
        when the daily limit is reached, `FeedbackFailed`."""
        question = clean(answer.searched_for or answer.question)[:_LONGEST_QUESTION]
        if not answer.refused or not question:
            return False
        same = " ".join(french.words(question)) or question
        day = self._today()
        key = (day.isoformat(), scope.value, hashlib.blake2b(same.encode(), digest_size=16).hexdigest())
        with self._open() as db:
            if self._withdrawn(db).are_quoted_in(question):
                return False
            again = "UPDATE unanswered SET count = count + 1 WHERE day = ? AND scope = ? AND same = ?"
            if db.execute(again, key).rowcount:
                return True
            if _count_of_day(db, "unanswered", day, scope) >= MOST_A_DAY:
                raise FeedbackRefused(
                    "Trop de questions sans réponse ont été reçues aujourd'hui.", "Celle-ci n'est pas gardée."
                )
            db.execute("INSERT INTO unanswered VALUES (?, ?, ?, ?, 1)", (*key, question))
            return True

    # — reading, for the team —

    def entries(self, scope: Scope, sought: ReactionFilter = ALL) -> list[ReactionEntry]:
        """Return the reactions that match the filter, from every page, latest first. Raise `FeedbackRefused` for any
        scope except the team's, and `FeedbackFailed`."""
        _team_only(scope)
        if not self._path.exists():
            return []
        where, values = _date_clause(sought)
        if sought.reaction is not None:
            where, values = f"{where} AND reaction = ?", (*values, sought.reaction.value)
        with self._open() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM reactions WHERE {where} ORDER BY day DESC, rowid DESC", values
            ).fetchall()
            found = [_entry(row) for row in rows]
        return [entry for entry in found if matches_filter(entry, sought)]

    def counts(self, scope: Scope, site_of: Mapping[str, str], sought: ReactionFilter = ALL) -> Counts:
        """Return the counts of reactions that match the filter; `site_of` gives the site of a source by its id. Raise
        the errors of `entries`."""
        return count(self.entries(scope, sought), site_of)

    def unanswered(self, scope: Scope, sought: ReactionFilter = ALL) -> list[Unanswered]:
        """Return the unanswered questions that match the dates and the text of the filter, most frequent first. Raise
        the errors of `entries`."""
        _team_only(scope)
        if not self._path.exists():
            return []
        where, values = _date_clause(sought)
        with self._open() as db:
            rows = db.execute(
                "SELECT min(question), scope, sum(count), min(day), max(day), "
                "json_group_array(json_array(day, count)) FROM unanswered "
                f"WHERE {where} GROUP BY scope, same ORDER BY sum(count) DESC, max(day) DESC, min(question)",
                values,
            ).fetchall()
            found = [
                Unanswered(question, Scope(page), times, _day(first), _day(last), _days(days))
                for question, page, times, first, last, days in rows
            ]
        return [question for question in found if holds(question.question, sought.text)]

    # — withdrawing —

    def forget(
        self,
        withdrawn: WithdrawalList,
        sources: Collection[str] = (),
        is_in: Callable[[str], bool] = lambda text: False,
        held: Collection[str] | None = None,
    ) -> int:
        """Blank the content of these withdrawals that was not blanked before, and return the number of entries changed.

        Blank the quotations of their sources, of `sources` (ids) and, when `held` is given, of any source not in
        `held`, which can no longer be withdrawn by itself; the answers that rest on these quotations; and every text
        that holds a run of withdrawn words, or for which `is_in` is True. The file is compacted, so that no byte of the
        content is left. After a crash during a withdrawal, the next call starts again. Raise `FeedbackFailed`."""
        if not self._path.exists() or (held is None and not withdrawn.withdrawals):
            return 0
        with self._open() as db:
            followed = {str(row[0]) for row in db.execute("SELECT withdrawal FROM followed")}
            new = WithdrawalList(
                tuple(withdrawal for withdrawal in withdrawn.withdrawals if withdrawal.id not in followed)
            )
            if held is None and not new.withdrawals:
                return 0

            def is_gone(citation: CitedPassage) -> bool:
                gone = citation.source in sources or new.names(citation.source)
                return gone or (held is not None and citation.source not in held)

            def is_quoted(text: str) -> bool:
                return new.are_quoted_in(text) or is_in(text)

            changed = 0
            for key, *row in db.execute(f"SELECT rowid, {_COLUMNS} FROM reactions").fetchall():
                entry = _entry(tuple(row))
                if (redacted_entry := redacted(entry, is_gone, is_quoted)) != entry:
                    marks = ", ".join(f"{name} = ?" for name in _COLUMNS.split(", "))
                    db.execute(f"UPDATE reactions SET {marks} WHERE rowid = ?", (*_row(redacted_entry), key))
                    changed += 1
            for key, question in db.execute("SELECT rowid, question FROM unanswered").fetchall():
                if is_quoted(question):
                    db.execute("DELETE FROM unanswered WHERE rowid = ?", (key,))
                    changed += 1
            db.commit()
            if changed or new.withdrawals:
                _compact(db)
            db.executemany(
                "INSERT OR IGNORE INTO followed VALUES (?)", [(withdrawal.id,) for withdrawal in new.withdrawals]
            )
            return changed

    def _withdrawn(self, db: sqlite3.Connection) -> WithdrawalList:
        """Return the withdrawals up to now. Must be read inside the transaction, so that a later withdrawal finds the
        new entry. New entries are checked against this list, so an empty file is recorded as having followed it."""
        known = WithdrawalList.read(self._data_dir)
        if not any(db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in ("reactions", "unanswered")):
            db.executemany(
                "INSERT OR IGNORE INTO followed VALUES (?)", [(withdrawal,) for withdrawal in sorted(known.ids)]
            )
        return known

    def _today(self) -> datetime.date:
        return datetime.date.fromtimestamp(self._clock())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file in one exclusive write transaction, and delete the rows past their retention time."""
        try:
            with database(self._path, *_TABLES, refused=self._failed, timeout=30, isolation="IMMEDIATE") as db:
                db.execute("PRAGMA temp_store = MEMORY")  # otherwise VACUUM would leave a copy on disk
                oldest = ((self._today() - KEPT).isoformat(),)
                db.execute("DELETE FROM reactions WHERE day < ?", oldest)
                db.execute("DELETE FROM unanswered WHERE day < ?", oldest)
                yield db
        except CorpusError as error:
            raise FeedbackFailed(error.reason, error.remedy) from error
        except (
            sqlite3.IntegrityError,
            ValueError,
            TypeError,
            KeyError,
        ) as error:  # rows that this module did not write
            raise self._failed(str(error)) from error

    def _failed(self, reason: str) -> FeedbackFailed:
        return FeedbackFailed(
            f"Les réactions « {self._path} » ne peuvent pas être tenues ({reason}).",
            "Donnez-vous le droit d'y écrire, libérez de la place, ou remettez ce fichier depuis une sauvegarde.",
        )


def _compact(db: sqlite3.Connection) -> None:
    """Rewrite the whole file (VACUUM), and truncate its write-ahead log if it has one, as a restored file does."""
    db.execute("VACUUM")
    busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise sqlite3.OperationalError("database is locked")


def _team_only(scope: Scope) -> None:
    """Raise `FeedbackRefused` for any other scope: a public page that reads reactions is a programming error, which an
    empty result would hide."""
    if scope is not Scope.TEAM:
        raise FeedbackRefused("Les réactions ne sont lues que par l'équipe.", "Passez par la page de l'équipe.")


def _count_of_day(db: sqlite3.Connection, table: str, day: datetime.date, scope: Scope) -> int:
    values = (day.isoformat(), scope.value)
    return int(db.execute(f"SELECT count(*) FROM {table} WHERE day = ? AND scope = ?", values).fetchone()[0])


def _date_clause(sought: ReactionFilter) -> tuple[str, tuple[str, ...]]:
    days = {"day >= ?": sought.since, "day <= ?": sought.until}
    bounds = {clause: day.isoformat() for clause, day in days.items() if day is not None}
    return " AND ".join(("TRUE", *bounds)), tuple(bounds.values())


def _row(entry: ReactionEntry) -> tuple[object, ...]:
    return (
        entry.day.isoformat(),
        entry.scope.value,
        entry.reaction.value,
        entry.comment,
        entry.question,
        entry.searched_for,
        entry.answer,
        json.dumps([asdict(citation) for citation in entry.citations], ensure_ascii=False),
        int(entry.refused),
        int(entry.cut),
    )


def _entry(row: tuple[str, ...]) -> ReactionEntry:
    """Parse a row. Raise `ValueError`, `TypeError` or `KeyError` for a row that this module did not write."""
    day, scope, reaction, comment, question, searched_for, answer, citations, refused, cut = row
    cited = tuple(
        CitedPassage(citation["source"], citation["passage"], citation["quote"]) for citation in json.loads(citations)
    )
    texts = (comment, question, searched_for, answer)
    return ReactionEntry(_day(day), Scope(scope), Reaction(reaction), *texts, cited, bool(refused), bool(cut))


def _days(text: str) -> tuple[tuple[datetime.date, int], ...]:
    return tuple(sorted((_day(day), int(times)) for day, times in json.loads(text)))


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
