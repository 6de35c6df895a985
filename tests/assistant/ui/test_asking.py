"""Tests of the event handlers of the chat page: the screen after each event, also when a service fails."""

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
from assistant.ui.asking import KEPT, Exchanges, Screen
from assistant.ui.conversation import STOPPED, Exchange
from assistant.ui.services import ChatServices

WHOLE = Answer("Qui ?", "Qui ?", "Les jardiniers.", (), (), (), False, "extractive", 0.0)
REFUSED = replace(WHOLE, text="Je n’ai rien trouvé.", refused=True)


@dataclass
class FakeServices:
    """Fake services of the chat page, which record their calls."""

    answer: Answer = WHOLE
    error: Exception | None = None
    keeps_unanswered: bool = True
    pieces: bool = True
    asked: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    unanswered: list[Answer] = field(default_factory=list)
    reactions: list[tuple[Reaction, Answer, str]] = field(default_factory=list)

    @property
    def services(self) -> ChatServices:
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


def ask(fake: FakeServices, question: str = "Qui ?", exchanges: Exchanges = (), *, keeps: bool = True) -> list[Screen]:
    return list(asking.ask(fake.services, "", question, exchanges, keeps, "ada"))


def is_visible(update: Any) -> object:
    return update["visible"]


def test_a_question_is_shown_before_its_answer_which_can_be_stopped() -> None:
    first, *_, last = ask(FakeServices())
    assert [exchange.question for exchange in first.exchanges] == ["Qui ?"] and first.question == ""
    assert "Je cherche" in first.chat[-1]["content"]
    assert is_visible(first.stop) and not is_visible(first.send) and not is_visible(first.after)
    assert last.exchanges[-1].answer.text == "Les jardiniers."
    assert is_visible(last.send) and not is_visible(last.stop) and is_visible(last.after)


def test_a_follow_up_is_asked_with_the_earlier_questions() -> None:
    fake = FakeServices()
    exchanges = ask(fake)[-1].exchanges
    ask(fake, "et où ?", exchanges)
    assert fake.asked[-1] == ("et où ?", ("Qui ?",), "ada")


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_changes_nothing(question: str) -> None:
    fake = FakeServices()
    assert ask(fake, question) == [Screen()] and not fake.asked


def test_a_long_question_is_cut_at_the_length_of_the_field() -> None:
    fake = FakeServices()
    ask(fake, "a" * 5000)
    assert len(fake.asked[0][0]) == asking.LONGEST_QUESTION


def test_a_question_without_an_answer_is_kept_with_a_notice() -> None:
    fake = FakeServices(REFUSED)
    last = ask(fake)[-1]
    assert len(fake.unanswered) == 1
    assert KEPT in last.exchanges[-1].answer.notices


def test_a_question_is_not_kept_when_the_visitor_refuses() -> None:
    fake = FakeServices(REFUSED)
    last = ask(fake, keeps=False)[-1]
    assert not fake.unanswered and KEPT not in last.exchanges[-1].answer.notices


def test_a_question_that_the_store_does_not_keep_has_no_notice() -> None:
    last = ask(FakeServices(REFUSED, keeps_unanswered=False))[-1]
    assert last.exchanges[-1].answer.notices == ()


def test_a_question_with_an_answer_is_not_kept() -> None:
    fake = FakeServices()
    last = ask(fake)[-1]
    assert not fake.unanswered and last.exchanges[-1].answer.notices == ()


@pytest.mark.parametrize("error", [FeedbackFailed("Plein.", "Videz."), FeedbackRefused("Trop.", "Demain.")])
def test_an_answer_is_shown_even_when_its_question_cannot_be_kept(error: Exception) -> None:
    last = ask(FakeServices(REFUSED, error=error))[-1]
    assert last.exchanges[-1].answer == replace(REFUSED, question="Qui ?")


def test_a_failed_answer_is_reported_and_leaves_the_page_usable(caplog: pytest.LogCaptureFixture) -> None:
    def fail(question: str, before: Sequence[str], name: str) -> Iterator[str | Answer]:
        yield "Un début."
        raise OSError("disque")

    screens = list(asking.ask(replace(FakeServices().services, stream=fail), "", "Qui ?", (), True, ""))
    shown = screens[-1].chat[-1]["content"]
    assert "Un début." in shown and "Une erreur est survenue" in shown and "disque" not in shown
    assert is_visible(screens[-1].send) and not is_visible(screens[-1].after)
    assert "une réponse n'a pas pu être finie" in caplog.text


def test_a_question_stopped_before_the_end_of_its_refusal_is_not_kept() -> None:
    fake = FakeServices(REFUSED)
    fake.pieces = False  # as an answer made of passages comes
    under_way = asking.ask(fake.services, "", "Qui ?", (), True, "ada")
    next(under_way)
    screen = next(under_way)
    assert REFUSED.text in screen.chat[-1]["content"] and KEPT not in screen.chat[-1]["content"]
    under_way.close()
    assert not fake.unanswered


def test_a_stopped_answer_keeps_its_text_and_is_marked_as_incomplete() -> None:
    exchanges = ask(FakeServices())[1].exchanges  # the first piece, not yet the answer
    assert exchanges[-1].text and not exchanges[-1].answer
    screen = asking.stop("", exchanges)
    assert "Les jardiniers." in screen.chat[-1]["content"]
    assert STOPPED.split("\u00a0")[0] in screen.chat[-1]["content"]
    assert is_visible(screen.send) and not is_visible(screen.stop) and not is_visible(screen.after)


def test_stopping_a_finished_answer_changes_nothing() -> None:
    exchanges = ask(FakeServices())[-1].exchanges
    assert asking.stop("", exchanges).exchanges == Screen().exchanges
    assert asking.stop("", ()).exchanges == Screen().exchanges


def test_a_conversation_opened_again_is_asked_in_order() -> None:
    fake = FakeServices()
    screens = list(asking.ask_again(fake.services, "", '["Qui ?", "et où ?"]', True, "ada"))
    assert fake.asked == [("Qui ?", (), "ada"), ("et où ?", ("Qui ?",), "ada")]
    assert [exchange.question for exchange in screens[-1].exchanges] == ["Qui ?", "et où ?"]


def test_lone_surrogates_are_removed_from_questions() -> None:
    assert asking.read_questions(r'["\ud800 Qui ?", "\udfff"]') == ["Qui ?"]


@pytest.mark.parametrize(
    "questions", [None, 3, ["Qui ?"], "", "null", "{", "[" * 100_000, "3", '{"a": 1}', '[1, null, [], "  "]']
)
def test_malformed_lists_of_questions_are_ignored(questions: object) -> None:
    fake = FakeServices()
    assert list(asking.ask_again(fake.services, "", questions, True, "")) == [] and not fake.asked


def test_the_number_of_reopened_questions_is_limited() -> None:
    fake = FakeServices()
    list(asking.ask_again(fake.services, "", str(["q"] * 500).replace("'", '"'), True, ""))
    assert len(fake.asked) == 20


def test_a_chosen_reaction_is_kept_with_its_comment_and_answer() -> None:
    fake = FakeServices()
    exchanges = ask(fake)[-1].exchanges
    chosen = reacting.choose(Reaction.MISSING)
    assert is_visible(chosen.saying) and not is_visible(chosen.reactions)
    assert "Il manque quelque chose" in chosen.heard
    screen = reacting.keep(fake.services, chosen.chosen, "Les enfants ?", exchanges)
    assert fake.reactions == [(Reaction.MISSING, exchanges[-1].answer, "Les enfants ?")]
    assert "Merci" in screen.thanks and is_visible(screen.reactions) and screen.comment == ""


@pytest.mark.parametrize(
    "error, message",
    [
        (FeedbackRefused("Ce commentaire est trop long.", "Raccourcissez l'ensemble."), "Raccourcissez l’ensemble."),
        (FeedbackFailed("Le fichier /srv/x est plein.", "Videz."), "n’a pas pu être gardée"),
    ],
)
def test_a_reaction_that_is_not_kept_is_reported_and_its_comment_stays(error: Exception, message: str) -> None:
    fake = FakeServices()
    exchanges = ask(fake)[-1].exchanges
    fake.error = error
    screen = reacting.keep(fake.services, Reaction.MISSING.value, "Un mot", exchanges)
    assert message in screen.thanks and "/srv" not in screen.thanks
    assert screen.comment == Screen().comment and screen.saying == Screen().saying


@pytest.mark.parametrize("exchanges", [(), (Exchange("Qui ?", failed=True),)])
def test_a_reaction_without_an_answer_is_ignored(exchanges: Exchanges) -> None:
    fake = FakeServices()
    screen = reacting.keep(fake.services, Reaction.MISSING.value, "", exchanges)
    assert not fake.reactions and not is_visible(screen.saying)


def test_a_screen_that_changes_nothing_skips_every_output() -> None:
    assert all(value == gr.skip() for value in Screen())
