from __future__ import annotations

import pytest

from index.errors import UnreadableFile
from index.reading.transcripts.turn_sections import guess_interviewers, sections_from_turns
from index.reading.transcripts.turns import Transcript, Turn, build_transcript, parse_seconds


def turns(*spoken_turns: tuple[str | None, str]) -> tuple[Turn, ...]:
    return tuple(
        Turn(speaker, text, float(place), place + 1.0, place) for place, (speaker, text) in enumerate(spoken_turns)
    )


INTERVIEW = turns(
    ("Enquêtrice", "Depuis quand venez-vous ?"),
    ("Odile", "oui"),
    ("Odile", "Depuis l'ouverture des Jardins du Pont."),
    ("Enquêtrice", "mh mh"),
    ("Odile", "d'accord"),
    ("Odile", "Le samedi surtout."),
)


def test_each_turn_is_a_section_with_its_place_and_the_question_as_context() -> None:
    found = sections_from_turns(Transcript(INTERVIEW), "s")
    assert [section.text for section in found] == [turn.text for turn in INTERVIEW]
    assert {section.kind for section in found} == {"turn"}
    assert found[2].place.label() == "00:00:02, Odile" and found[2].place.end_s == 3.0 and found[2].place.line == 2
    assert found[0].context == () and found[3].context == ()
    assert found[2].context == found[5].context == ("Depuis quand venez-vous ?",), "« mh mh » is no question"


def test_questions_and_backchannels_are_not_quoted_but_short_answers_are() -> None:
    found = sections_from_turns(Transcript(INTERVIEW), "s")
    assert [section.text for section in found if section.quotable] == [
        "oui", "Depuis l'ouverture des Jardins du Pont.", "Le samedi surtout."
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["oui 12", "pour le travail", "ça ? oui", "d'accord oui mais alors bien"])
def test_a_meaningful_answer_is_no_backchannel(text: str) -> None:
    assert sections_from_turns(Transcript(turns(("A", "Bon."), ("B", text))), "s")[1].quotable


@pytest.mark.parametrize("text", ["oui", "D’accord.", "mh mh", "Ah oui…", "Hm hm"])
def test_a_backchannel_is_not_quotable(text: str) -> None:
    assert not sections_from_turns(Transcript(turns(("A", "Nous semons."), ("B", text))), "s")[1].quotable


@pytest.mark.parametrize(
    "asked", ["vous semez ?", "et vous venez-vous souvent", "est-ce que vous semez", "donc comment"]
)
def test_a_question_is_recognised_without_a_question_mark(asked: str) -> None:
    assert sections_from_turns(Transcript(turns(("A", asked), ("B", "non"))), "s")[1].quotable


def test_an_interviewer_who_speaks_alone_is_quotable() -> None:
    assert sections_from_turns(Transcript(turns(("Enquêtrice", "Je note."), (None, "Titre"))), "s")[0].quotable


def test_interviewers_may_be_given() -> None:
    found = sections_from_turns(Transcript(INTERVIEW), "s", interviewers=frozenset({"Odile"}))
    assert [section.quotable for section in found] == [True, False, False, False, False, False]
    assert sections_from_turns(Transcript(INTERVIEW), "s", frozenset())[2].context == ()
    assert sections_from_turns(Transcript(INTERVIEW, interviewers=frozenset({"Odile"})), "s")[0].quotable


def test_a_long_question_is_cut_at_a_word() -> None:
    long = "mot " * 100 + "et la fin ?"
    (context,) = sections_from_turns(Transcript(turns(("ENQ", long), ("B", "Voici."))), "s")[1].context
    assert context.startswith("… mot") and context.endswith("et la fin ?") and len(context) <= 242


def test_empty_turns_are_left_out() -> None:
    assert [section.text for section in sections_from_turns(Transcript(turns(("A", " \n"), ("B", "Semer."))), "s")] == [
        "Semer."
    ]


@pytest.mark.parametrize(
    "name", ["Chercheuse", "ENQ", "001ENQ", "Sonia B. (ENQ)", "Sonia Enq", "Enquêteur·trice", "Q", "Animatrice 1", "Q1"]
)
def test_labels_of_interviewers_are_recognised(name: str) -> None:
    assert guess_interviewers(turns((name, "Bon."), ("Odile", "Bon."))) == {name}


@pytest.mark.parametrize("name", ["Enquêtée", "Interviewé 1", "Odile, animatrice", "E1", "Qui", "Participant"])
def test_other_labels_are_not_those_of_interviewers(name: str) -> None:
    assert guess_interviewers(turns((name, "Bon."), ("Paul", "Bon."))) == frozenset()


def test_a_researcher_wins_over_a_moderator() -> None:
    assert guess_interviewers(turns(("Animateur", "a"), ("Chercheuse", "b"))) == {"Chercheuse"}


def test_a_speaker_with_far_more_questions_is_guessed_as_interviewer() -> None:
    clear = turns(*[("BA725", "Et vous ?"), ("OU", "Je sème.")] * 5)
    close = turns(*[("BA725", "Et vous ?"), ("OU", "Et vous ?"), ("OU", "Je sème.")] * 5)
    assert guess_interviewers(clear) == {"BA725"}
    assert guess_interviewers(close) == guess_interviewers(clear[:4]) == frozenset()


def test_impossible_times_are_dropped() -> None:
    transcript = build_transcript([Turn("A", "a", 5.0, 3.0), Turn("A", "b", -1.0, float("inf")), Turn("A", " ", 1.0)])
    assert [(turn.text, turn.start_s, turn.end_s) for turn in transcript.turns] == [("a", 5.0, None), ("b", None, None)]
    assert transcript.notes == ("1 tour finit avant de commencer\u00a0: cette fin est laissée de côté.",)


def test_characters_that_cannot_be_stored_are_replaced() -> None:
    (turn,) = build_transcript([Turn("O\ud800", "a\ud800\x00b\ntout")]).turns
    assert turn.text == "a\ufffdb\ntout" and turn.speaker == "O\ufffd"
    turn.text.encode()


def test_a_transcript_without_words_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="aucun tour"):
        build_transcript([Turn("A", " ")])


@pytest.mark.parametrize("value", ["nan", "-1", "x", None, True, "1e9", [], 10**400])
def test_other_values_are_no_times(value: object) -> None:
    assert parse_seconds(value) is None
