"""Tests of the store of reactions and unanswered questions: content, anonymity, retention and readers. All texts are
invented."""

from __future__ import annotations

import datetime
import getpass
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import assistant.people.feedback as module
from assistant.errors import FeedbackFailed, FeedbackRefused
from assistant.people.feedback import KEPT, LONGEST_COMMENT, Feedback
from assistant.people.reactions import CitedPassage, Reaction, ReactionEntry, ReactionFilter
from assistant.types import Answer
from index.privacy.withdrawals import Withdrawal, WithdrawalList
from index.types import Scope
from tests.assistant.people.reaction_samples import DAY, OTHER, SAID, answer, at, content, held
from tests.assistant.samples import passage
from tests.processes import ROOT, environment


def test_there_is_no_file_before_the_first_reaction(feedback: Feedback, tmp_path: Path) -> None:
    assert feedback.entries(Scope.TEAM) == []
    assert feedback.unanswered(Scope.TEAM) == []
    assert feedback.forget(WithdrawalList(), held=()) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_reaction_is_stored_with_its_answer_in_a_private_file(feedback: Feedback, tmp_path: Path) -> None:
    feedback.keep(Reaction.SURPRISES, answer(held()), Scope.TEAM, "  Vraiment ?\r\nToujours ? ")
    feedback.keep(Reaction.TO_EXPLORE, answer(refused=True), Scope.PUBLIC)
    last, first = feedback.entries(Scope.TEAM)
    assert first == ReactionEntry(
        DAY, Scope.TEAM, Reaction.SURPRISES, "Vraiment ?\nToujours ?", "Où sont les brouettes ?",
        "Où sont les brouettes ?", "Près du pommier [1].", (CitedPassage("s2", held().id, SAID),), False,
    )  # fmt: skip
    assert (last.scope, last.reaction, last.refused, last.citations) == (Scope.PUBLIC, Reaction.TO_EXPLORE, True, ())
    assert (tmp_path / "people" / "feedback.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "people").stat().st_mode & 0o777 == 0o700


def test_the_four_reactions_are_those_of_the_workshops() -> None:
    assert list(Reaction) == ["cela me surprend", "je m'y retrouve", "il manque quelque chose", "à creuser"]


def test_no_byte_identifies_the_visitor_or_the_time(feedback: Feedback, tmp_path: Path) -> None:
    feedback.keep(Reaction.MISSING, answer(held()), Scope.PUBLIC, "Il manque le dimanche.")
    feedback.keep_unanswered(answer(refused=True), Scope.PUBLIC)
    with closing(sqlite3.connect(tmp_path / "people" / "feedback.db")) as db:
        columns = {
            table: [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        values = [value for table in columns for row in db.execute(f"SELECT * FROM {table}") for value in row]
    assert columns == {
        "reactions": "day scope reaction comment question searched_for answer citations refused cut".split(),
        "unanswered": ["day", "scope", "same", "question", "count"],
        "followed": ["withdrawal"],
    }
    assert "2026-03-04" in values
    stamp = at(DAY)()
    assert not any(isinstance(value, float) or (isinstance(value, int) and value > 1) for value in values)
    for identifying in (getpass.getuser(), socket.gethostname(), "15:42", str(int(stamp)), "127.0.0.1"):
        assert identifying.encode() not in content(tmp_path)


@pytest.mark.parametrize(
    "hostile",
    [
        "'); DROP TABLE reactions; --",
        "<script>alert(1)</script>",
        "\x1b[31mrouge\x1b[0m\x00\x07",
        "\ud800 seul",
        "\u202egauche",
        "=HYPERLINK(\"http://x\")",
        '{"reaction": "x"}\n[1]',
        "👩‍🌾 é é",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_hostile_text_is_stored_as_text(feedback: Feedback, hostile: str) -> None:
    refused_answer = answer(question=hostile, text=hostile, refused=True)
    feedback.keep(Reaction.RECOGNISED, refused_answer, Scope.PUBLIC, hostile)
    feedback.keep_unanswered(refused_answer, Scope.PUBLIC)
    (entry,) = feedback.entries(Scope.TEAM)
    (asked,) = feedback.unanswered(Scope.TEAM)
    shown = "".join(char for char in hostile if char not in "\x1b\x00\x07\ud800\u202e").strip()
    assert {entry.comment, entry.question, entry.answer, asked.question} == {shown}
    assert len(feedback.entries(Scope.TEAM, ReactionFilter(text="'); DROP"))) == ("DROP" in hostile)


def test_a_comment_too_long_is_refused_and_what_a_page_sends_is_bounded(feedback: Feedback) -> None:
    feedback.keep(Reaction.MISSING, answer(), Scope.PUBLIC, " " * 9_000 + "x" * LONGEST_COMMENT)
    with pytest.raises(FeedbackRefused, match=r"trop long.*2000 caractères au plus \(il en a 2001\)"):
        feedback.keep(Reaction.MISSING, answer(), Scope.PUBLIC, "x" * (LONGEST_COMMENT + 1))
    feedback.keep(Reaction.MISSING, answer(*[held()] * 99, question="q" * 99_999, text="t" * 999_999), Scope.PUBLIC)
    entry, _ = feedback.entries(Scope.TEAM)
    assert (len(entry.question), len(entry.answer), len(entry.citations)) == (2_000, 20_000, 50)


def test_the_daily_limit_of_the_public_page_does_not_apply_to_the_team(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_A_DAY", 3)
    feedback = Feedback(tmp_path, at(DAY))
    for number in range(3):
        feedback.keep(Reaction.SURPRISES, answer(), Scope.PUBLIC)
        feedback.keep_unanswered(answer(question=f"Question {number} ?", refused=True), Scope.PUBLIC)
    with pytest.raises(FeedbackRefused, match="Trop de réactions"):
        feedback.keep(Reaction.SURPRISES, answer(), Scope.PUBLIC)
    with pytest.raises(FeedbackRefused, match="Trop de questions"):
        feedback.keep_unanswered(answer(question="Une autre ?", refused=True), Scope.PUBLIC)
    feedback.keep_unanswered(answer(question="question 2 ?", refused=True), Scope.PUBLIC)  # counted, not added
    feedback.keep(Reaction.SURPRISES, answer(), Scope.TEAM)
    Feedback(tmp_path, at(DAY + datetime.timedelta(days=1))).keep(Reaction.SURPRISES, answer(), Scope.PUBLIC)
    assert len(feedback.entries(Scope.TEAM)) == 5
    assert [entry.count for entry in feedback.unanswered(Scope.TEAM)] == [2, 1, 1]


def test_a_repeated_unanswered_question_is_counted(tmp_path: Path) -> None:
    for day, question in ((0, "Où est la mare ?"), (0, "ou est  la MARE"), (9, "Où est la mare ?"), (9, "Et l'âne ?")):
        later = Feedback(tmp_path, at(DAY + datetime.timedelta(days=day)))
        later.keep_unanswered(answer(question=question, refused=True), Scope.PUBLIC)
    feedback = Feedback(tmp_path, at(DAY))
    days = [entry.days for entry in feedback.unanswered(Scope.TEAM)]
    later_on = DAY + datetime.timedelta(days=9)
    assert days == [((DAY, 2), (later_on, 1)), ((later_on, 1),)]
    feedback.keep_unanswered(answer(held()), Scope.PUBLIC)  # was answered
    feedback.keep_unanswered(answer(question=" \n", refused=True), Scope.PUBLIC)
    feedback.keep_unanswered(answer(question="???", refused=True), Scope.TEAM)
    mare, *rest = feedback.unanswered(Scope.TEAM)
    assert (mare.question, mare.count, mare.first, mare.last) == (
        "Où est la mare ?", 3, DAY, DAY + datetime.timedelta(days=9),
    )  # fmt: skip
    assert {(entry.question, entry.scope, entry.count) for entry in rest} == {
        ("Et l'âne ?", Scope.PUBLIC, 1), ("???", Scope.TEAM, 1),
    }  # fmt: skip
    assert [entry.question for entry in feedback.unanswered(Scope.TEAM, ReactionFilter(text="ane"))] == ["Et l'âne ?"]
    assert [entry.count for entry in feedback.unanswered(Scope.TEAM, ReactionFilter(until=DAY, text="mare"))] == [2]


def test_an_unanswered_question_is_stored_whole(feedback: Feedback) -> None:
    followed = replace(answer(question="Et là-bas ?", refused=True), searched_for="Où est la mare du Bourg ?")
    feedback.keep_unanswered(followed, Scope.PUBLIC)
    feedback.keep(Reaction.MISSING, followed, Scope.PUBLIC)
    assert feedback.unanswered(Scope.TEAM)[0].question == "Où est la mare du Bourg ?"
    assert feedback.entries(Scope.TEAM)[0].question == "Et là-bas ?"


def test_entries_of_two_years_ago_are_deleted_at_the_next_opening(tmp_path: Path) -> None:
    old = Feedback(tmp_path, at(DAY))
    old.keep(Reaction.SURPRISES, answer(question="Une vieillerie ?"), Scope.PUBLIC)
    old.keep_unanswered(answer(question="Une vieillerie ?", refused=True), Scope.PUBLIC)
    assert len(Feedback(tmp_path, at(DAY + KEPT)).entries(Scope.TEAM)) == 1
    after = Feedback(tmp_path, at(DAY + KEPT + datetime.timedelta(days=1)))
    after.keep(Reaction.MISSING, answer(), Scope.PUBLIC)
    assert [entry.reaction for entry in after.entries(Scope.TEAM)] == [Reaction.MISSING]
    assert after.unanswered(Scope.TEAM) == []
    assert b"vieillerie" not in content(tmp_path)


def test_the_public_scope_cannot_read_even_its_own_reactions(feedback: Feedback) -> None:
    feedback.keep(Reaction.SURPRISES, answer(), Scope.PUBLIC)
    for read in (
        lambda: feedback.entries(Scope.PUBLIC),
        lambda: feedback.counts(Scope.PUBLIC, {}),
        lambda: feedback.unanswered(Scope.PUBLIC),
    ):
        with pytest.raises(FeedbackRefused, match="que par l'équipe"):
            read()


def test_entries_are_filtered_searched_and_counted(tmp_path: Path) -> None:
    def keep(day: int, reaction: Reaction, answered: Answer, comment: str = "") -> None:
        Feedback(tmp_path, at(DAY + datetime.timedelta(days=day))).keep(reaction, answered, Scope.PUBLIC, comment)

    keep(0, Reaction.SURPRISES, answer(held()), "Étonnant, cet été")
    keep(1, Reaction.SURPRISES, answer(held(), passage(OTHER)))
    keep(8, Reaction.TO_EXPLORE, answer(passage(OTHER), question="Et la serre ?"))
    keep(9, Reaction.MISSING, answer(refused=True, question="Le rucher ?", text="Rien n'en parle."))
    feedback = Feedback(tmp_path, at(DAY))

    def found(sought: ReactionFilter) -> list[int]:
        return [(entry.day - DAY).days for entry in feedback.entries(Scope.TEAM, sought)]

    day = datetime.timedelta(days=1)
    assert found(ReactionFilter()) == [9, 8, 1, 0]
    assert found(ReactionFilter(since=DAY + day, until=DAY + 8 * day)) == [8, 1]
    assert found(ReactionFilter(reaction=Reaction.SURPRISES)) == [1, 0]
    assert found(ReactionFilter(sources={"s2"})) == [1, 0]
    assert found(ReactionFilter(sources=())) == []
    assert found(ReactionFilter(text="etonnant ETE")) == [0]
    assert found(ReactionFilter(text="jardins du pont")) == [8, 1]  # in a quotation
    assert found(ReactionFilter(text="rien n'en parle")) == [9]
    assert found(ReactionFilter(since=DAY + day, reaction=Reaction.SURPRISES, sources={"s1"}, text="serre")) == [1]
    counts = feedback.counts(Scope.TEAM, {"s2": "Bourg", "s1": ""})
    assert counts.by_week == {datetime.date(2026, 3, 2): 2, datetime.date(2026, 3, 9): 2}
    assert counts.by_reaction == {
        Reaction.SURPRISES: 2, Reaction.RECOGNISED: 0, Reaction.MISSING: 1, Reaction.TO_EXPLORE: 1,
    }  # fmt: skip
    assert counts.by_site == {"": 2, "Bourg": 2}
    assert feedback.counts(Scope.TEAM, {}, ReactionFilter(since=DAY + 9 * day)).by_site == {}


@pytest.mark.process
def test_threads_and_processes_write_at_once(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from assistant.people.feedback import Feedback\n"
        "from assistant.people.reactions import Reaction\n"
        "from assistant.types import Answer\nfrom index.types import Scope\n"
        "said = Answer('Qui ?', 'Qui ?', 'Rien.', (), (), (), True, 'extractive', 0.0)\n"
        "for _ in range(15):\n"
        "    Feedback(Path(sys.argv[1])).keep(Reaction.MISSING, said, Scope.PUBLIC)\n"
        "    Feedback(Path(sys.argv[1])).keep_unanswered(said, Scope.PUBLIC)\n"
    )
    env = environment(tmp_path / "reached.log")
    command = [sys.executable, "-c", script, str(tmp_path)]
    processes = [subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE) for _ in range(2)]
    failures: list[BaseException] = []
    refused_answer = answer(question="Qui ?", refused=True)

    def write() -> None:
        try:
            for _ in range(5):
                Feedback(tmp_path).keep(Reaction.SURPRISES, refused_answer, Scope.TEAM)
                Feedback(tmp_path).keep_unanswered(refused_answer, Scope.PUBLIC)
                Feedback(tmp_path).forget(WithdrawalList((Withdrawal.of("x", [SAID], "2026-03-01"),)))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(process.communicate()[1], process.returncode) for process in processes] == [(b"", 0)] * 2
    assert failures == []
    feedback = Feedback(tmp_path)
    assert feedback.counts(Scope.TEAM, {}).by_reaction[Reaction.MISSING] == 30
    assert feedback.counts(Scope.TEAM, {}).by_reaction[Reaction.SURPRISES] == 30
    assert [entry.count for entry in feedback.unanswered(Scope.TEAM)] == [60]


def test_threads_do_not_exceed_the_daily_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_A_DAY", 7)
    refused: list[FeedbackRefused] = []

    def write() -> None:
        for _ in range(3):
            try:
                Feedback(tmp_path, at(DAY)).keep(Reaction.MISSING, answer(), Scope.PUBLIC)
            except FeedbackRefused as error:
                refused.append(error)

    threads = [threading.Thread(target=write) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(Feedback(tmp_path, at(DAY)).entries(Scope.TEAM)), len(refused)) == (7, 8)


def test_a_damaged_file_is_reported_on_one_line(tmp_path: Path, feedback: Feedback) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "feedback.db").write_bytes(b"this is no database, and too long to be an empty one" * 50)
    acts: Sequence[Callable[[], object]] = (
        lambda: feedback.keep(Reaction.MISSING, answer(), Scope.PUBLIC),
        lambda: feedback.keep_unanswered(answer(refused=True), Scope.PUBLIC),
        lambda: feedback.entries(Scope.TEAM),
        lambda: feedback.unanswered(Scope.TEAM),
        lambda: feedback.forget(WithdrawalList(), held=()),
    )
    for act in acts:
        with pytest.raises(FeedbackFailed, match="ne peuvent pas être tenues") as failed:
            act()
        assert "\n" not in str(failed.value) and str(failed.value).endswith("sauvegarde.")


@pytest.mark.parametrize(
    ("column", "value"),
    [("reaction", "autre"), ("day", "hier"), ("scope", "x"), ("citations", "["), ("citations", "[1]"),
     ("citations", '[{"source": "s"}]')],
)  # fmt: skip
def test_an_unreadable_row_is_reported_on_one_line(tmp_path: Path, feedback: Feedback, column: str, value: str) -> None:
    feedback.keep(Reaction.MISSING, answer(held()), Scope.PUBLIC)
    with closing(sqlite3.connect(tmp_path / "people" / "feedback.db")) as db, db:
        db.execute(f"UPDATE reactions SET {column} = ?", (value,))
    with pytest.raises(FeedbackFailed):
        feedback.entries(Scope.TEAM)


def test_a_read_only_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: Path) -> None:
        raise PermissionError(13, "")

    monkeypatch.setattr("assistant.people.private_files.make_private", closed)
    with pytest.raises(FeedbackFailed, match="Donnez-vous le droit"):
        Feedback(tmp_path).keep(Reaction.MISSING, answer(), Scope.PUBLIC)
