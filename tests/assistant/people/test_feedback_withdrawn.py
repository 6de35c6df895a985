"""Tests of withdrawals from the store of reactions and unanswered questions. All texts are invented."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import assistant.people.feedback as module
from assistant.errors import FeedbackFailed
from assistant.people.feedback import Feedback
from assistant.people.reactions import Reaction
from index.privacy.withdrawals import Withdrawal, WithdrawalList
from index.types import Scope
from tests.assistant.people.reaction_samples import OTHER, SAID, answer, content, held
from tests.assistant.samples import citation, passage

WITHDRAWAL = Withdrawal.of("s2", [SAID], "2026-03-05")
GONE = WithdrawalList((WITHDRAWAL,))


def test_withdrawn_content_leaves_no_byte_and_the_reaction_stays(feedback: Feedback, tmp_path: Path) -> None:
    quoting = "Elle dit bien : « la riviere deborde souvent près du grand pommier où » elle habite"
    feedback.keep(Reaction.SURPRISES, answer(held(), passage(OTHER)), Scope.TEAM, "Étonnant.")
    feedback.keep(Reaction.MISSING, answer(passage(OTHER), text="Le samedi [1]."), Scope.PUBLIC, quoting)
    feedback.keep(Reaction.TO_EXPLORE, answer(question=SAID, text=f"Rien sur « {SAID} »."), Scope.PUBLIC)
    feedback.keep(Reaction.RECOGNISED, answer(passage(OTHER), text="Le samedi."), Scope.PUBLIC, "Le pommier est beau.")
    feedback.keep_unanswered(answer(question=SAID, refused=True), Scope.PUBLIC)
    feedback.keep_unanswered(answer(question="Où est la mare ?", refused=True), Scope.PUBLIC)
    assert "rivière".encode() in content(tmp_path)
    whole, asked, quoted, cited = feedback.entries(Scope.TEAM)
    assert feedback.forget(GONE) == 4
    for word in ("rivière", "riviere", "rangeons", "Près du pommier"):
        assert word.encode() not in content(tmp_path)
    assert feedback.entries(Scope.TEAM) == [
        whole,
        replace(asked, question="", searched_for="", answer="", cut=True),
        replace(quoted, comment="", cut=True),
        replace(cited, answer="", citations=cited.citations[1:], cut=True),
    ]
    assert [entry.question for entry in feedback.unanswered(Scope.TEAM)] == ["Où est la mare ?"]


def test_a_short_quotation_is_removed_by_its_source(feedback: Feedback, tmp_path: Path) -> None:
    short = held()
    quoting_answer = replace(answer(short), citations=(citation(1, short, "près du grand pommier"),))
    feedback.keep(Reaction.SURPRISES, quoting_answer, Scope.TEAM)
    assert feedback.forget(GONE) == 1
    assert b"grand pommier" not in content(tmp_path)


def test_quotations_of_a_named_or_missing_source_are_removed(feedback: Feedback) -> None:
    feedback.keep(Reaction.SURPRISES, answer(held()), Scope.TEAM)
    feedback.keep(Reaction.SURPRISES, answer(passage(OTHER)), Scope.TEAM)
    assert feedback.forget(WithdrawalList(), held={"s1", "s2"}) == 0
    assert feedback.forget(WithdrawalList((Withdrawal.of("s9", ["Autre chose."], "2026-03-05"),)), {"s2"}) == 1
    assert [len(entry.citations) for entry in feedback.entries(Scope.TEAM)] == [1, 0]
    assert feedback.forget(WithdrawalList(), held=()) == 1
    assert [len(entry.citations) for entry in feedback.entries(Scope.TEAM)] == [0, 0]


def test_a_withdrawal_is_followed_once_and_again_after_a_crash(
    feedback: Feedback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(db: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    feedback.keep(Reaction.SURPRISES, answer(held()), Scope.TEAM)
    with monkeypatch.context() as patched:
        patched.setattr(module, "_compact", killed)
        with pytest.raises(KeyboardInterrupt):
            feedback.forget(GONE)
    done: list[bool] = []
    write_anew = module._compact

    def counted(db: sqlite3.Connection) -> None:
        done.append(True)
        write_anew(db)

    monkeypatch.setattr(module, "_compact", counted)
    feedback.forget(GONE)
    feedback.forget(GONE)
    assert done == [True]


def test_a_page_still_open_does_not_restore_withdrawn_content(feedback: Feedback, tmp_path: Path) -> None:
    GONE.write(tmp_path)
    feedback.keep(Reaction.SURPRISES, answer(held()), Scope.TEAM, SAID)
    feedback.keep_unanswered(answer(question=SAID, refused=True), Scope.PUBLIC)
    (entry,) = feedback.entries(Scope.TEAM)
    assert (entry.cut, entry.comment, entry.answer, entry.citations) == (True, "", "", ())
    assert feedback.unanswered(Scope.TEAM) == []
    assert "rivière".encode() not in content(tmp_path)


def test_the_words_of_others_in_the_same_source_are_kept(feedback: Feedback, tmp_path: Path) -> None:
    left = WithdrawalList((Withdrawal.of("s2", [SAID], "2026-03-05", "Enquêtée 1"),))
    left.write(tmp_path)
    feedback.keep(Reaction.SURPRISES, answer(held(OTHER, "Enquêté 2")), Scope.TEAM)
    assert feedback.forget(left) == 0
    assert not feedback.entries(Scope.TEAM)[0].cut


def test_unreadable_withdrawals_prevent_the_storage_of_reactions(feedback: Feedback, tmp_path: Path) -> None:
    (tmp_path / "retraits.jsonl").write_text("non", encoding="utf-8")
    with pytest.raises(FeedbackFailed, match="retraits"):
        feedback.keep(Reaction.SURPRISES, answer(held()), Scope.TEAM)


def test_the_write_ahead_log_of_a_restored_file_is_truncated(feedback: Feedback, tmp_path: Path) -> None:
    feedback.keep(Reaction.SURPRISES, answer(held()), Scope.TEAM)
    with closing(sqlite3.connect(tmp_path / "people" / "feedback.db")) as reading:
        reading.execute("PRAGMA journal_mode = WAL")
        reading.execute("SELECT count(*) FROM reactions").fetchone()  # as long as it is open, the log stays
        feedback.keep(Reaction.TO_EXPLORE, answer(held()), Scope.TEAM)
        assert feedback.forget(GONE) == 2
        assert "rivière".encode() not in content(tmp_path)


def test_a_question_that_quotes_withdrawn_content_is_reported_as_not_stored(feedback: Feedback, tmp_path: Path) -> None:
    assert feedback.keep_unanswered(answer(question="Une autre ?", refused=True), Scope.PUBLIC)
    GONE.write(tmp_path)
    assert not feedback.keep_unanswered(answer(question=SAID, refused=True), Scope.PUBLIC)
