"""Asking: what is on the screen after each event, whatever lies behind it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import gradio as gr
import pytest

from assistant.errors import FeedbackFailed, FeedbackRefused
from assistant.people.reactions import Reaction
from assistant.types import Answer
from assistant.ui import asking, reacting
from assistant.ui.asking import KEPT, Screen, Turns
from assistant.ui.conversation import STOPPED, Exchange
from assistant.ui.services import ChatServices

WHOLE = Answer("Qui ?", "Qui ?", "Les jardiniers.", (), (), (), False, "extractive", 0.0)
REFUSED = replace(WHOLE, text="Je n’ai rien trouvé.", refused=True)


@dataclass
class Kept:
    """A stand-in for all that lies behind the page, and what it was given."""

    answer: Answer = WHOLE
    error: Exception | None = None
    keeps_unanswered: bool = True
    pieces: bool = True
    asked: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    unanswered: list[Answer] = field(default_factory=list)
    reactions: list[tuple[Reaction, Answer, str]] = field(default_factory=list)

    @property
    def behind(self) -> ChatServices:
        return ChatServices(
            self.stream, lambda answer: replace(answer, text="Simple."), self.keep, self.keep_unanswered
        )

    def stream(self, question: str, before: Sequence[str], name: str) -> Iterator[str | Answer]:
        self.asked.append((question, tuple(before), name))
        if self.pieces:
            yield self.answer.text
        yield replace(self.answer, question=question)

    def keep(self, reaction: Reaction, answer: Answer, comment: str) -> None:
        if self.error:
            raise self.error
        self.reactions.append((reaction, answer, comment))

    def keep_unanswered(self, answer: Answer) -> bool:
        if self.error:
            raise self.error
        self.unanswered.append(answer)
        return self.keeps_unanswered


def ask(kept: Kept, question: str = "Qui ?", turns: Turns = (), *, keeps: bool = True) -> list[Screen]:
    return list(asking.ask(kept.behind, "", question, turns, keeps, "ada"))


def is_visible(update: Any) -> object:
    return update["visible"]


def test_a_question_is_shown_before_its_answer_and_can_be_stopped_until_then() -> None:
    first, *_, last = ask(Kept())
    assert [turn.question for turn in first.turns] == ["Qui ?"] and first.question == ""
    assert "Je cherche" in first.chat[-1]["content"]
    assert is_visible(first.stop) and not is_visible(first.send) and not is_visible(first.after)
    assert last.turns[-1].answer.text == "Les jardiniers."
    assert is_visible(last.send) and not is_visible(last.stop) and is_visible(last.after)


def test_a_follow_up_is_asked_with_what_was_asked_before_it() -> None:
    kept = Kept()
    turns = ask(kept)[-1].turns
    ask(kept, "et où ?", turns)
    assert kept.asked[-1] == ("et où ?", ("Qui ?",), "ada")


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_nothing_asked_changes_nothing(question: str) -> None:
    kept = Kept()
    assert ask(kept, question) == [Screen()] and not kept.asked


def test_a_question_too_long_is_cut_where_the_field_would() -> None:
    kept = Kept()
    ask(kept, "a" * 5000)
    assert len(kept.asked[0][0]) == asking.LONGEST_QUESTION


def test_a_question_without_an_answer_is_kept_and_that_is_said() -> None:
    kept = Kept(REFUSED)
    last = ask(kept)[-1]
    assert len(kept.unanswered) == 1
    assert KEPT in last.turns[-1].answer.notices


def test_whoever_refuses_is_not_kept_and_nothing_is_said_of_it() -> None:
    kept = Kept(REFUSED)
    last = ask(kept, keeps=False)[-1]
    assert not kept.unanswered and KEPT not in last.turns[-1].answer.notices


def test_a_question_that_the_store_does_not_keep_is_not_said_to_be_kept() -> None:
    last = ask(Kept(REFUSED, keeps_unanswered=False))[-1]
    assert last.turns[-1].answer.notices == ()


def test_a_question_with_an_answer_is_not_kept() -> None:
    kept = Kept()
    last = ask(kept)[-1]
    assert not kept.unanswered and last.turns[-1].answer.notices == ()


@pytest.mark.parametrize("error", [FeedbackFailed("Plein.", "Videz."), FeedbackRefused("Trop.", "Demain.")])
def test_an_answer_is_shown_even_where_its_question_cannot_be_kept(error: Exception) -> None:
    last = ask(Kept(REFUSED, error=error))[-1]
    assert last.turns[-1].answer == replace(REFUSED, question="Qui ?")


def test_an_answer_that_fails_is_told_and_leaves_the_page_usable(caplog: pytest.LogCaptureFixture) -> None:
    def fail(question: str, before: Sequence[str], name: str) -> Iterator[str | Answer]:
        yield "Un début."
        raise OSError("disque")

    screens = list(asking.ask(replace(Kept().behind, stream=fail), "", "Qui ?", (), True, ""))
    shown = screens[-1].chat[-1]["content"]
    assert "Un début." in shown and "Une erreur est survenue" in shown and "disque" not in shown
    assert is_visible(screens[-1].send) and not is_visible(screens[-1].after)
    assert "une réponse n'a pas pu être finie" in caplog.text


def test_a_question_that_is_given_up_before_its_refusal_is_whole_is_not_kept() -> None:
    kept = Kept(REFUSED)
    kept.pieces = False  # as an answer made of passages comes
    under_way = asking.ask(kept.behind, "", "Qui ?", (), True, "ada")
    next(under_way)
    said = next(under_way)
    assert REFUSED.text in said.chat[-1]["content"] and KEPT not in said.chat[-1]["content"]
    under_way.close()
    assert not kept.unanswered


def test_a_stopped_answer_keeps_what_was_said_and_says_that_it_is_not_whole() -> None:
    turns = ask(Kept())[1].turns  # the first piece, not yet the answer
    assert turns[-1].text and not turns[-1].answer
    screen = asking.stop("", turns)
    assert "Les jardiniers." in screen.chat[-1]["content"]
    assert STOPPED.split("\u00a0")[0] in screen.chat[-1]["content"]
    assert is_visible(screen.send) and not is_visible(screen.stop) and not is_visible(screen.after)


def test_stopping_what_is_done_takes_nothing_away() -> None:
    turns = ask(Kept())[-1].turns
    assert asking.stop("", turns).turns == Screen().turns
    assert asking.stop("", ()).turns == Screen().turns


def test_a_conversation_opened_again_is_asked_in_order() -> None:
    kept = Kept()
    screens = list(asking.ask_again(kept.behind, "", '["Qui ?", "et où ?"]', True, "ada"))
    assert kept.asked == [("Qui ?", (), "ada"), ("et où ?", ("Qui ?",), "ada")]
    assert [turn.question for turn in screens[-1].turns] == ["Qui ?", "et où ?"]


def test_half_a_letter_in_a_question_does_not_reach_the_page() -> None:
    assert asking.read_questions(r'["\ud800 Qui ?", "\udfff"]') == ["Qui ?"]


@pytest.mark.parametrize(
    "wanted", [None, 3, ["Qui ?"], "", "null", "{", "[" * 100_000, "3", '{"a": 1}', '[1, null, [], "  "]']
)
def test_a_browser_that_says_no_question_opens_nothing(wanted: object) -> None:
    kept = Kept()
    assert list(asking.ask_again(kept.behind, "", wanted, True, "")) == [] and not kept.asked


def test_a_browser_cannot_have_questions_asked_without_end() -> None:
    kept = Kept()
    list(asking.ask_again(kept.behind, "", str(["q"] * 500).replace("'", '"'), True, ""))
    assert len(kept.asked) == 20


def test_a_reaction_is_chosen_then_kept_with_its_comment_on_the_answer_shown() -> None:
    kept = Kept()
    turns = ask(kept)[-1].turns
    chosen = reacting.choose(Reaction.MISSING)
    assert is_visible(chosen.saying) and not is_visible(chosen.reactions)
    assert "Il manque quelque chose" in chosen.heard
    screen = reacting.keep(kept.behind, chosen.chosen, "Les enfants ?", turns)
    assert kept.reactions == [(Reaction.MISSING, turns[-1].answer, "Les enfants ?")]
    assert "Merci" in screen.thanks and is_visible(screen.reactions) and screen.comment == ""


@pytest.mark.parametrize(
    "error, said",
    [
        (FeedbackRefused("Ce commentaire est trop long.", "Raccourcissez l'ensemble."), "Raccourcissez l’ensemble."),
        (FeedbackFailed("Le fichier /srv/x est plein.", "Videz."), "n’a pas pu être gardée"),
    ],
)
def test_a_reaction_that_is_not_kept_says_so_and_keeps_the_comment(error: Exception, said: str) -> None:
    kept = Kept()
    turns = ask(kept)[-1].turns
    kept.error = error
    screen = reacting.keep(kept.behind, Reaction.MISSING.value, "Un mot", turns)
    assert said in screen.thanks and "/srv" not in screen.thanks
    assert screen.comment == Screen().comment and screen.saying == Screen().saying


@pytest.mark.parametrize("turns", [(), (Exchange("Qui ?", failed=True),)])
def test_there_is_no_reaction_to_no_answer(turns: Turns) -> None:
    kept = Kept()
    screen = reacting.keep(kept.behind, Reaction.MISSING.value, "", turns)
    assert not kept.reactions and not is_visible(screen.saying)


def test_a_screen_that_changes_nothing_skips_every_output() -> None:
    assert all(value == gr.skip() for value in Screen())
