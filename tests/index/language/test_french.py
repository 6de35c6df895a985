"""Text analysis for French full text."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.language.french import fold, stem, terms, terms_line, words
from index.language.stop_words import STOP_WORDS

FRENCH = st.text("abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæABCÉŒÇ'’-. 0123456789·«»?!\u00a0", max_size=60)


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_elisions_are_cut_with_both_apostrophes(apostrophe: str) -> None:
    assert terms(f"l{apostrophe}équipe qu{apostrophe}elle d{apostrophe}accueil") == terms("équipe accueil")
    assert words(f"aujourd{apostrophe}hui") == ["aujourd", "hui"]


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        ("bénévoles", "benevoles"),
        ("BÉNÉVOLES", "bénévole"),
        ("be\u0301ne\u0301voles", "bénévoles"),
        ("œuvre", "oeuvres"),
        ("Œuvres", "oeuvre"),
        ("S.C.I.C.", "SCIC"),
        ("S.C.I.C", "scic"),
        ("rétributions", "retribution"),
        ("où", "ou"),
        ("ﬁnancement", "financement"),
        ("participant.es", "participants"),
        ("participant·e·s", "participant"),
        ("surpris.e.s", "surprise"),
        ("réuni.es", "réunies"),
        ("bénévoles/volontaires", "bénévole, volontaire"),
        ("socio-techniques", "socio technique"),
    ],
)
def test_spellings_of_a_word_are_one_term(spelling: str, other: str) -> None:
    assert terms(spelling) == terms(other)


def test_surprised_and_surprise_are_one_term() -> None:
    assert len({*terms("surpris surprise surprises")}) == 1


@pytest.mark.parametrize(
    ("word", "other"), [("bénévole", "bénéfice"), ("pont", "ponton"), ("Lens", "lentement"), ("57", "58")]
)
def test_other_words_are_other_terms(word: str, other: str) -> None:
    assert terms(word) != terms(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("57h", ["57", "heure"]),
        ("20min", ["20", "minute"]),
        ("12km", ["12", "kilometre"]),
        ("3e", ["3e"]),
        ("12kg", ["12kg"]),
        ("IF2RT", ["if2rt"]),
    ],
)
def test_amounts_are_separated_from_their_units(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("text", ["57h d'entretiens", "57 heures d'entretien"])
def test_hours_are_found_however_they_are_written(text: str) -> None:
    assert terms(text) == ["57", "heur", *terms("entretien")]


def test_words_of_grammar_give_no_terms() -> None:
    assert terms("Qu'est-ce que c'est, et pourquoi n'y a-t-il pas de cela ?") == []


def test_stop_words_are_listed_in_folded_form() -> None:
    assert {word for word in STOP_WORDS if words(word) != [word]} == set()


@pytest.mark.parametrize("word", ["lens", "pays", "personne", "temps", "travail", "sans", "non"])
def test_words_that_carry_meaning_are_kept(word: str) -> None:
    assert (word in STOP_WORDS) == (word == "sans")


def test_repetitions_and_order_are_kept() -> None:
    assert terms("pont serre pont") == ["pont", "serr", "pont"]
    assert terms_line("Le pont, la serre : le pont.") == "pont serr pont"


def test_single_letters_are_dropped_and_single_digits_kept() -> None:
    assert terms("x 3 y") == ["3"]


@given(FRENCH)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(FRENCH)
def test_case_makes_no_difference(text: str) -> None:
    assert words(text.upper()) == words(text)


@settings(deadline=None)
@given(st.text())
def test_terms_of_any_text_are_words_that_full_text_can_hold(text: str) -> None:
    for term in terms(text):
        assert term
        assert '"' not in term
        assert not any(char.isspace() for char in term)


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_a_stem_is_its_own_stem(word: str) -> None:
    assert stem(stem(word)) == stem(word)


def test_threads_stem_alike() -> None:
    expected = terms("Les bénévoles surpris sèment des graines " * 20)
    found: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: found.extend(
                terms("Les bénévoles surpris sèment des graines " * 20) == expected for _ in range(30)
            )
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 120


def test_ornamental_letters_are_folded_to_lower_case() -> None:
    assert terms("𝐁énévoles Ⓐrrosoir") == terms("bénévoles arrosoir")
