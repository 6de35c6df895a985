"""Tests of the verification of quotations: no change of meaning passes, only the shape of marks may differ."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.answer.verify import CUT, badges, is_verbatim
from assistant.types import Badge

SENTENCES = [
    "Je ne fais plus confiance au trésorier, mais je viens encore.",
    "À Brumeval, l’association compte 48 adhérents, dont 12 ont rejoint le jardin.",
    "Aucune exclusion n’a jamais été prononcée contre un jardinier.",
    "Il ne décide pas seul : chaque décision est « débattue » avec les adhérents.",
    "Personne n’est obligé de rendre les graines ; aucun compte n’est tenu.",
    "Le 9 novembre 2020, où étiez-vous ? Chez l’élève, près du chêne.",
]
NEGATIONS = ["ne", "n’", "pas", "plus", "jamais", "aucun", "ni", "sans"]
SPACES = st.sampled_from([" ", "  ", "\n", "\t", "\u00a0", "\u202f", " \n "])
sentence = st.sampled_from(SENTENCES)


def text_around(quote: str) -> str:
    return f"Voici une phrase. {quote} Et une autre."


@pytest.mark.parametrize("quote", SENTENCES)
def test_a_copy_is_verbatim(quote: str) -> None:
    assert is_verbatim(quote, text_around(quote))


@given(sentence, st.data())
def test_a_changed_letter_or_digit_is_caught(quote: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([place for place, char in enumerate(quote) if char.isalnum()]))
    second = data.draw(st.sampled_from("abcdeinorstuzéèàçêABCÉ0123456789"))
    assume(second != quote[at])
    assert not is_verbatim(quote[:at] + second + quote[at + 1 :], text_around(quote))


@given(sentence, st.data())
def test_a_dropped_letter_or_digit_is_caught(quote: str, data: st.DataObject) -> None:
    inside = [place for place, char in enumerate(quote[1:-1], 1) if char.isalnum()]
    at = data.draw(st.sampled_from(inside))
    assert not is_verbatim(quote[:at] + quote[at + 1 :], text_around(quote))


@given(sentence, st.data())
def test_a_dropped_accent_is_caught(quote: str, data: st.DataObject) -> None:
    accented = [place for place, char in enumerate(quote) if len(unicodedata.normalize("NFD", char)) > 1]
    assume(accented)
    at = data.draw(st.sampled_from(accented))
    bare = unicodedata.normalize("NFD", quote[at])[0]
    assert not is_verbatim(quote[:at] + bare + quote[at + 1 :], text_around(quote))


@given(sentence, st.sampled_from(NEGATIONS), st.data())
def test_an_added_negation_is_caught(quote: str, negation: str, data: st.DataObject) -> None:
    words = quote.split(" ")
    at = data.draw(st.integers(1, len(words) - 1))
    assert not is_verbatim(" ".join([*words[:at], negation, *words[at:]]), text_around(quote))


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Je ne fais plus confiance au trésorier.", "Je fais confiance au trésorier."),
        ("Je ne fais plus confiance au trésorier.", "Je ne fais confiance au trésorier."),
        ("Je fais confiance au trésorier.", "Je ne fais plus confiance au trésorier."),
        ("Il ne décide pas seul ici.", "Il décide seul ici."),
        ("Il ne décide pas seul ici.", "Il ne décide seul ici."),
        ("Elle n’a jamais été prononcée.", "Elle a été prononcée."),
        ("Nous n’avons aucun secret.", "Nous avons un secret."),
        ("Nous n’avons aucun secret.", "Nous n’avons secret."),
        ("Ils viennent sans outils.", "Ils viennent outils."),
        ("Elle compte 48 adhérents.", "Elle compte 4 adhérents."),
        ("Elle compte 48 adhérents.", "Elle compte 480 adhérents."),
        ("C’est le 9 novembre.", "C’est le 19 novembre."),
        ("Le CA décide.", "Le ca décide."),
        ("Elle est venue, dit-il, hier.", "Elle est venue hier."),
        ("La présidente est là.", "Le présidente est là."),
    ],
)
def test_a_change_of_meaning_is_caught(text: str, quote: str) -> None:
    assert not is_verbatim(quote, text)


@given(sentence, st.data())
def test_words_in_another_order_are_caught(quote: str, data: st.DataObject) -> None:
    words = quote.split()
    at = data.draw(st.integers(0, len(words) - 2))
    words[at], words[at + 1] = words[at + 1], words[at]
    assert not is_verbatim(" ".join(words), text_around(quote))


@given(sentence, st.data())
def test_white_space_is_forgiven(quote: str, data: st.DataObject) -> None:
    respaced = "".join(data.draw(SPACES) if char in " \u00a0" else char for char in quote)
    assert is_verbatim(respaced, text_around(quote))
    assert is_verbatim(quote, text_around(respaced))


@given(sentence, st.sampled_from(["NFC", "NFD"]), st.sampled_from(["NFC", "NFD"]))
def test_the_unicode_form_is_forgiven(quote: str, first: str, second: str) -> None:
    forms = {"NFC": unicodedata.normalize("NFC", quote), "NFD": unicodedata.normalize("NFD", quote)}
    assert is_verbatim(forms[first], text_around(forms[second]))


@pytest.mark.parametrize("first", "'’ʼ‘")
@pytest.mark.parametrize("second", "'’ʼ‘")
def test_the_shape_of_apostrophes_is_forgiven(first: str, second: str) -> None:
    assert is_verbatim(f"l{first}eau", f"Voici l{second}eau.")


QUOTED = ["« oui »", "«\u00a0oui\u00a0»", "«oui»", "“oui”", '"oui"', "„oui“"]
SAME_FAMILY = [(a, b) for a in QUOTED for b in QUOTED if ("«" in a) == ("«" in b)]
MIXED = [(a, b) for a in QUOTED for b in QUOTED if ("«" in a) != ("«" in b)]


@pytest.mark.parametrize(("first", "second"), SAME_FAMILY)
def test_the_shape_of_quotation_marks_is_forgiven(first: str, second: str) -> None:
    assert is_verbatim(f"Elle dit {first} et sort.", f"Elle dit {second} et sort.")


@pytest.mark.parametrize(("first", "second"), MIXED)
def test_guillemets_and_other_quotation_marks_are_alike(first: str, second: str) -> None:
    assert is_verbatim(f"Elle dit {first} et sort.", f"Elle dit {second} et sort.")


@pytest.mark.parametrize("quote", ["", " ", "\n\t", "\u00a0\u202f"])
def test_an_empty_quotation_is_not_verbatim(quote: str) -> None:
    assert not is_verbatim(quote, "Un texte.")
    assert not is_verbatim(quote, "")


def test_two_pieces_of_a_text_are_not_verbatim() -> None:
    assert not is_verbatim("Le jardin […] la cabane", "Le jardin entoure la cabane")
    assert not is_verbatim("Le jardin … la cabane", "Le jardin entoure la cabane")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("C’était impossible à dire.", "possible à dire."),
        ("On compte 148 voix.", "48 voix."),
        ("Il vendait 12 lots.", "Il vend"),
    ],
)
def test_a_part_of_a_word_is_not_verbatim(text: str, quote: str) -> None:
    assert not is_verbatim(quote, text)


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_any_slice_with_a_visible_character_is_verbatim(before: str, quote: str, after: str) -> None:
    text = f"{before} {quote} {after}"
    assert is_verbatim(quote, text) == bool(unicodedata.normalize("NFC", quote).split())


TEXT = "Le dimanche, [Personne 3] ouvre le jardin, et personne n’a jamais compté les 12 graines, ni le 9 mai ni après."


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        (TEXT, (Badge.VERBATIM, Badge.RENAMED)),
        ("personne n’a jamais compté les 12 graines", (Badge.VERBATIM,)),
        ("Le dimanche, […] personne n’a jamais compté les 12 graines", (Badge.ABRIDGED,)),
        ("[Personne 3] ouvre le jardin […] ni le 9 mai", (Badge.ABRIDGED, Badge.RENAMED)),
        ("[…] ouvre le jardin […]", (Badge.ABRIDGED,)),
        ("ouvre le jardin", (Badge.VERBATIM,)),
        ("personne n’a compté les 12 graines", ()),
        ("personne n’a […] compté les 13 graines", ()),
        ("les 12 graines […] ouvre le jardin", ()),  # another order
        ("ouvre le […] jardin", ()),  # nothing was left out there
        ("ouvre le jard […] ni après", ()),  # half a word
        ("[…]", ()),
        ("[…] […]", ()),
        ("[…] Le dimanche", ()),
        ("ni après. […]", ()),
        ("", ()),
    ],
)
def test_a_quotation_gets_the_right_badges(quote: str, expected: tuple[Badge, ...]) -> None:
    assert badges(quote, TEXT) == expected


@pytest.mark.parametrize("mark", ["[rires]", "[Inaudible]", "[…]", "[1]", "[00:12]"])
def test_a_transcriber_s_mark_is_not_a_replaced_name(mark: str) -> None:
    assert badges(f"Oui {mark} non", f"Oui {mark} non") == (Badge.VERBATIM,)


@given(sentence, st.data())
def test_a_changed_letter_or_digit_of_an_abridged_quotation_is_caught(quote: str, data: st.DataObject) -> None:
    words = quote.split(" ")
    first = data.draw(st.integers(1, len(words) - 2))
    last = data.draw(st.integers(first + 1, len(words) - 1))
    cut = " ".join([*words[:first], CUT, *words[last:]])
    assert badges(cut, text_around(quote)) == (Badge.ABRIDGED,)
    at = data.draw(st.sampled_from([place for place, char in enumerate(cut) if char.isalnum()]))
    second = data.draw(st.sampled_from("bcdfgkmpqwxzéÉ0123456789"))
    assume(second != cut[at])
    changed = cut[:at] + second + cut[at + 1 :]
    assert badges(changed, text_around(quote)) == ()
