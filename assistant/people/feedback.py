"""What people answer to an answer, and what they asked in vain: one SQLite file of the data folder, for its owner only.

It keeps no name, address or session, and of the date the day alone. A comment and a question are kept as they were
typed: whoever wrote a name in them chose to, and the team alone reads it. What was withdrawn from the study is blanked
in what is kept, and is not kept again from a page that was still open."""

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
"""How long a reaction, or a question without an answer, is kept."""
LONGEST_COMMENT = 2_000
"""Characters of a comment."""
MOST_A_DAY = 500
"""Reactions, and questions without an answer, that one data folder keeps a day from each page: whoever floods
everyone's page takes no room from the team's."""
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
    """The reactions of one data folder. Processes and threads may share it."""

    def __init__(self, data_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._data_dir = data_dir
        self._path = data_dir / FOLDER / FILE
        self._clock = clock

    # — keeping —

    def keep(self, reaction: Reaction, answer: Answer, scope: Scope, comment: str = "") -> None:
        """Keep a reaction to an answer of the page of `scope`. Raises `FeedbackRefused` when the comment is too long or
        the day is full (its message may be shown to whoever reacts), `FeedbackFailed` when it cannot be written."""
        comment = clean(comment)
        if len(comment) > LONGEST_COMMENT:
            raise FeedbackRefused(
                "Ce commentaire est trop long.",
                f"Écrivez-en un de {LONGEST_COMMENT} caractères au plus (il en a {len(comment)}).",
            )
        cited = answer.citations[:_MOST_CITATIONS]
        made = ReactionEntry(
            day=self._today(),
            scope=scope,
            reaction=reaction,
            comment=comment,
            question=clean(answer.question)[:_LONGEST_QUESTION],
            searched_for=clean(answer.searched_for)[:_LONGEST_QUESTION],
            answer=clean(answer.text)[:_LONGEST_ANSWER],
            citations=tuple(
                CitedPassage(one.source.id, one.passage.id, clean(one.quote)[:_LONGEST_QUOTE]) for one in cited
            ),
            refused=answer.refused,
        )
        with self._open() as db:
            if _kept(db, "reactions", made.day, scope) >= MOST_A_DAY:
                raise FeedbackRefused(
                    "Trop de réactions ont été reçues aujourd'hui.", "Réagissez demain, ou écrivez à l'équipe."
                )
            known = self._withdrawn(db)
            gone = {
                one.passage.id for one in cited if not known.left(one.source.id, one.source.title, [one.passage])[1]
            }
            entry = redacted(made, lambda one: one.passage in gone, known.are_quoted_in)
            db.execute(f"INSERT INTO reactions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _row(entry))

    def keep_unanswered(self, answer: Answer, scope: Scope) -> bool:
        """Keep the question of an answer that was refused, or count it once more where it was already asked that day;
        nothing for one that was answered, or that repeats what was withdrawn. Say whether it is kept. Whether the
        person agrees is for the caller to know, and an answer is shown whatever happens here. Raises `FeedbackRefused`
        when the day is full, `FeedbackFailed`."""
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
            if _kept(db, "unanswered", day, scope) >= MOST_A_DAY:
                raise FeedbackRefused(
                    "Trop de questions sans réponse ont été reçues aujourd'hui.", "Celle-ci n'est pas gardée."
                )
            db.execute("INSERT INTO unanswered VALUES (?, ?, ?, ?, 1)", (*key, question))
            return True

    # — reading, for the team —

    def entries(self, scope: Scope, sought: ReactionFilter = ALL) -> list[ReactionEntry]:
        """The reactions that are sought, the last first. Raises `FeedbackRefused` for any scope but the team's, from
        whatever page they came, and `FeedbackFailed`."""
        _team_only(scope)
        if not self._path.exists():
            return []
        where, values = _between(sought)
        if sought.reaction is not None:
            where, values = f"{where} AND reaction = ?", (*values, sought.reaction.value)
        with self._open() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM reactions WHERE {where} ORDER BY day DESC, rowid DESC", values
            ).fetchall()
            found = [_entry(row) for row in rows]
        return [entry for entry in found if matches_filter(entry, sought)]

    def counts(self, scope: Scope, site_of: Mapping[str, str], sought: ReactionFilter = ALL) -> Counts:
        """How many reactions are sought; `site_of` gives the site of a source by its id. Raises like `entries`."""
        return count(self.entries(scope, sought), site_of)

    def unanswered(self, scope: Scope, sought: ReactionFilter = ALL) -> list[Unanswered]:
        """The questions that were asked in vain, those asked most first, by the dates and the text sought. Raises like
        `entries`."""
        _team_only(scope)
        if not self._path.exists():
            return []
        where, values = _between(sought)
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
        return [one for one in found if holds(one.question, sought.text)]

    # — withdrawing —

    def forget(
        self,
        withdrawn: WithdrawalList,
        sources: Collection[str] = (),
        is_in: Callable[[str], bool] = lambda text: False,
        held: Collection[str] | None = None,
    ) -> int:
        """Blank what these withdrawals took away, and that was not blanked before: the quotations of their sources, of
        `sources` (ids), and of any but those `held`, whose withdrawal could not be asked for any more, with the answers
        that they were under; and every text that holds a run of their words, or that `is_in` knows. Give how many
        entries lost something. The file is written anew, so that no byte of it is left; killed in the middle of a
        withdrawal, the next call begins again. Raises `FeedbackFailed`."""
        if not self._path.exists() or (held is None and not withdrawn.withdrawals):
            return 0
        with self._open() as db:
            done = {str(row[0]) for row in db.execute("SELECT withdrawal FROM followed")}
            new = WithdrawalList(tuple(one for one in withdrawn.withdrawals if one.id not in done))
            if held is None and not new.withdrawals:
                return 0

            def is_gone(one: CitedPassage) -> bool:
                gone = one.source in sources or new.names(one.source)
                return gone or (held is not None and one.source not in held)

            def is_quoted(text: str) -> bool:
                return new.are_quoted_in(text) or is_in(text)

            changed = 0
            for key, *row in db.execute(f"SELECT rowid, {_COLUMNS} FROM reactions").fetchall():
                entry = _entry(tuple(row))
                if (left := redacted(entry, is_gone, is_quoted)) != entry:
                    marks = ", ".join(f"{name} = ?" for name in _COLUMNS.split(", "))
                    db.execute(f"UPDATE reactions SET {marks} WHERE rowid = ?", (*_row(left), key))
                    changed += 1
            for key, question in db.execute("SELECT rowid, question FROM unanswered").fetchall():
                if is_quoted(question):
                    db.execute("DELETE FROM unanswered WHERE rowid = ?", (key,))
                    changed += 1
            db.commit()
            if changed or new.withdrawals:
                _write_anew(db)
            db.executemany("INSERT OR IGNORE INTO followed VALUES (?)", [(one.id,) for one in new.withdrawals])
            return changed

    def _withdrawn(self, db: sqlite3.Connection) -> WithdrawalList:
        """All that was withdrawn up to now: read inside the transaction, so that what is withdrawn later finds the
        entry. What is kept is judged by it, so a file that holds nothing yet has followed it."""
        known = WithdrawalList.read(self._data_dir)
        if not any(db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in ("reactions", "unanswered")):
            db.executemany("INSERT OR IGNORE INTO followed VALUES (?)", [(one,) for one in sorted(known.ids)])
        return known

    def _today(self) -> datetime.date:
        return datetime.date.fromtimestamp(self._clock())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file, less what is older than is kept, in one transaction that no other writes beside."""
        try:
            with database(self._path, *_TABLES, refused=self._failed, timeout=30, isolation="IMMEDIATE") as db:
                db.execute("PRAGMA temp_store = MEMORY")  # or writing it anew would leave a copy elsewhere
                oldest = ((self._today() - KEPT).isoformat(),)
                db.execute("DELETE FROM reactions WHERE day < ?", oldest)
                db.execute("DELETE FROM unanswered WHERE day < ?", oldest)
                yield db
        except CorpusError as error:
            raise FeedbackFailed(error.reason, error.remedy) from error
        except (sqlite3.IntegrityError, ValueError, TypeError, KeyError) as error:  # rows that are none of ours
            raise self._failed(str(error)) from error

    def _failed(self, reason: str) -> FeedbackFailed:
        return FeedbackFailed(
            f"Les réactions « {self._path} » ne peuvent pas être tenues ({reason}).",
            "Donnez-vous le droit d'y écrire, libérez de la place, ou remettez ce fichier depuis une sauvegarde.",
        )


def _write_anew(db: sqlite3.Connection) -> None:
    """Rewrite the file whole, and empty its log if it has one, as a restored file does."""
    db.execute("VACUUM")
    busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise sqlite3.OperationalError("database is locked")


def _team_only(scope: Scope) -> None:
    """Loud, since a page of everyone's that asks is a mistake: nothing returned would hide it."""
    if scope is not Scope.TEAM:
        raise FeedbackRefused("Les réactions ne sont lues que par l'équipe.", "Passez par la page de l'équipe.")


def _kept(db: sqlite3.Connection, table: str, day: datetime.date, scope: Scope) -> int:
    values = (day.isoformat(), scope.value)
    return int(db.execute(f"SELECT count(*) FROM {table} WHERE day = ? AND scope = ?", values).fetchone()[0])


def _between(sought: ReactionFilter) -> tuple[str, tuple[str, ...]]:
    days = {"day >= ?": sought.since, "day <= ?": sought.until}
    asked = {clause: day.isoformat() for clause, day in days.items() if day is not None}
    return " AND ".join(("TRUE", *asked)), tuple(asked.values())


def _row(entry: ReactionEntry) -> tuple[object, ...]:
    return (
        entry.day.isoformat(),
        entry.scope.value,
        entry.reaction.value,
        entry.comment,
        entry.question,
        entry.searched_for,
        entry.answer,
        json.dumps([asdict(one) for one in entry.citations], ensure_ascii=False),
        int(entry.refused),
        int(entry.cut),
    )


def _entry(row: tuple[str, ...]) -> ReactionEntry:
    """Raises `ValueError`, `TypeError` or `KeyError` for a row that is none of ours."""
    day, scope, reaction, comment, question, searched_for, answer, citations, refused, cut = row
    cited = tuple(CitedPassage(one["source"], one["passage"], one["quote"]) for one in json.loads(citations))
    texts = (comment, question, searched_for, answer)
    return ReactionEntry(_day(day), Scope(scope), Reaction(reaction), *texts, cited, bool(refused), bool(cut))


def _days(text: str) -> tuple[tuple[datetime.date, int], ...]:
    return tuple(sorted((_day(day), int(times)) for day, times in json.loads(text)))


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
