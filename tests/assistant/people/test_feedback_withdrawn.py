"""What a withdrawal leaves of reactions and of questions in vain. All texts are invented."""

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


def test_what_is_withdrawn_leaves_no_byte_and_the_reaction_stays(feedback: Feedback, tmp_path: Path) -> None:
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
    assert [one.question for one in feedback.unanswered(Scope.TEAM)] == ["Où est la mare ?"]


def test_a_short_quotation_goes_by_its_source(feedback: Feedback, tmp_path: Path) -> None:
    short = held()
    said = replace(answer(short), citations=(citation(1, short, "près du grand pommier"),))
    feedback.keep(Reaction.SURPRISES, said, Scope.TEAM)
    assert feedback.forget(GONE) == 1
    assert b"grand pommier" not in content(tmp_path)


def test_a_source_that_is_named_or_not_held_any_more_takes_its_quotations_along(feedback: Feedback) -> None:
    feedback.keep(Reaction.SURPRISES, answer(held()), Scope.TEAM)
    feedback.keep(Reaction.SURPRISES, answer(passage(OTHER)), Scope.TEAM)
    assert feedback.forget(WithdrawalList(), held={"s1", "s2"}) == 0
    assert feedback.forget(WithdrawalList((Withdrawal.of("s9", ["Autre chose."], "2026-03-05"),)), {"s2"}) == 1
    assert [len(one.citations) for one in feedback.entries(Scope.TEAM)] == [1, 0]
    assert feedback.forget(WithdrawalList(), held=()) == 1
    assert [len(one.citations) for one in feedback.entries(Scope.TEAM)] == [0, 0]


def test_a_withdrawal_is_followed_once_and_again_if_it_was_cut_short(
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


def test_a_page_that_was_open_brings_nothing_back(feedback: Feedback, tmp_path: Path) -> None:
    GONE.write(tmp_path)
    feedback.keep(Reaction.SURPRISES, answer(held()), Scope.TEAM, SAID)
    feedback.keep_unanswered(answer(question=SAID, refused=True), Scope.PUBLIC)
    (entry,) = feedback.entries(Scope.TEAM)
    assert (entry.cut, entry.comment, entry.answer, entry.citations) == (True, "", "", ())
    assert feedback.unanswered(Scope.TEAM) == []
    assert "rivière".encode() not in content(tmp_path)


def test_what_others_say_in_the_same_source_is_kept_after_one_of_them_left(feedback: Feedback, tmp_path: Path) -> None:
    left = WithdrawalList((Withdrawal.of("s2", [SAID], "2026-03-05", "Enquêtée 1"),))
    left.write(tmp_path)
    feedback.keep(Reaction.SURPRISES, answer(held(OTHER, "Enquêté 2")), Scope.TEAM)
    assert feedback.forget(left) == 0
    assert not feedback.entries(Scope.TEAM)[0].cut


def test_withdrawals_that_cannot_be_read_keep_reactions_out(feedback: Feedback, tmp_path: Path) -> None:
    (tmp_path / "retraits.jsonl").write_text("non", encoding="utf-8")
    with pytest.raises(FeedbackFailed, match="retraits"):
        feedback.keep(Reaction.SURPRISES, answer(held()), Scope.TEAM)


def test_the_log_of_a_restored_file_is_emptied_too(feedback: Feedback, tmp_path: Path) -> None:
    feedback.keep(Reaction.SURPRISES, answer(held()), Scope.TEAM)
    with closing(sqlite3.connect(tmp_path / "people" / "feedback.db")) as reading:
        reading.execute("PRAGMA journal_mode = WAL")
        reading.execute("SELECT count(*) FROM reactions").fetchone()  # as long as it is open, the log stays
        feedback.keep(Reaction.TO_EXPLORE, answer(held()), Scope.TEAM)
        assert feedback.forget(GONE) == 2
        assert "rivière".encode() not in content(tmp_path)


def test_a_question_that_repeats_what_was_withdrawn_is_said_not_to_be_kept(feedback: Feedback, tmp_path: Path) -> None:
    assert feedback.keep_unanswered(answer(question="Une autre ?", refused=True), Scope.PUBLIC)
    GONE.write(tmp_path)
    assert not feedback.keep_unanswered(answer(question=SAID, refused=True), Scope.PUBLIC)
