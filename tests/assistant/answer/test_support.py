"""A sentence that its passages do not say is dropped. The associations and people of these texts are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.answer.support import is_supported
from index.types import PassageKind, Place, Unit
from tests.assistant.samples import passage, unit


def said(text: str, speaker: str | None = None, heading: tuple[str, ...] = (), kind: PassageKind = "prose") -> Unit:
    made = passage(text, heading=heading, kind=kind)
    return unit(replace(made, place=Place(heading=heading, speaker=speaker)))


CHIENS = said("Les chiens de petite taille sont admis s’ils sont tenus en laisse ; les poules appartiennent à tous.")
VENTE = said("Ils refusent de fermer et de vendre le jardin, et les bénévoles accueillent les habitants.", "Enquêtée 3")
DOUTE = said("Je crois que le trésorier a vendu le tracteur. Est-ce que la cabane est louée ?", "Enquêtée 4")
JARDIN = said("À Brumeval, l’association compte 48 adhérents, dont 12 ont rejoint le jardin en mars.")
TRESOR = said("Je ne fais plus confiance au trésorier, mais je viens encore le dimanche.", "Enquêtée 1")
REGLE = said("Aucune exclusion n’a jamais été prononcée contre un jardinier.", "Enquêtée 2")
PAYES = said("Les bénévoles ne sont pas payés ; les salariés sont payés 11 euros.")
AIDE = said("Camille Vasseur a formé Ismaël Dutour pendant deux ans.")
UNITS = [JARDIN, TRESOR, REGLE, PAYES, AIDE, CHIENS, VENTE, DOUTE]


@pytest.mark.parametrize("one", UNITS)
def test_a_copy_is_supported(one: Unit) -> None:
    assert is_supported(f"{one.text} [1]", [one])


@pytest.mark.parametrize(
    ("sentence", "one"),
    [
        ("L’association compte 48 adhérents [1].", JARDIN),
        ("L’association compte 48 adhérents à Brumeval [1].", JARDIN),
        ("Douze ont rejoint le jardin en mars [1].", JARDIN),
        ("Selon l’enquêtée 1, elle ne fait plus confiance au trésorier [1].", TRESOR),
        ("L’enquêtée 1 vient encore le dimanche [1].", TRESOR),
        ("Jamais aucune exclusion n’a été prononcée [2].", REGLE),
        ("Les salariés sont payés 11 euros [1].", PAYES),
        ("Les bénévoles ne sont pas payés [1].", PAYES),
        ("Les bénévoles, eux, sont pas payés [1].", PAYES),  # as speech says it
        ("Les poules appartiennent à tous [1].", CHIENS),
        ("Les bénévoles accueillent les habitants [1].", VENTE),
        ("Selon l’enquêtée 3, ils refusent de vendre le jardin [1].", VENTE),
    ],
)
def test_what_a_passage_says_otherwise_is_supported(sentence: str, one: Unit) -> None:
    assert is_supported(sentence, [one])


@pytest.mark.parametrize(
    ("sentence", "one"),
    [
        ("L’association compte 84 adhérents.", JARDIN),
        ("L’association compte 12 adhérents et 48 jardins.", JARDIN),
        ("L’association compte quarante adhérents.", JARDIN),
        ("L’association compte 48 adhérents à Grisemont.", JARDIN),
        ("L’association compte 48 adhérents très heureux.", JARDIN),
        ("Elle fait confiance au trésorier.", TRESOR),
        ("Elle ne fait pas confiance au trésorier.", TRESOR),
        ("Elle fait encore confiance au trésorier.", TRESOR),
        ("L’enquêtée 2 ne fait plus confiance au trésorier.", TRESOR),
        ("Une exclusion a été prononcée contre un jardinier.", REGLE),
        ("Une exclusion n’a jamais été prononcée.", REGLE),
        ("Les bénévoles sont payés.", PAYES),
        ("Les bénévoles sont payés 11 euros.", PAYES),
        ("Les salariés ne sont pas payés.", PAYES),
        ("Tous les salariés sont payés.", PAYES),
        ("Les salariés peuvent être payés.", PAYES),
        ("Ismaël Dutour a formé Camille Vasseur pendant deux ans.", AIDE),
        ("Camille Vasseur a formé Ismaël Dutour pendant trois ans.", AIDE),
        ("Les chiens de petite taille sont admis.", CHIENS),  # without its condition
        ("Les chiens sont admis s’ils sont tenus en laisse.", CHIENS),  # more of them than are said to be
        ("Les animaux de petite taille sont admis s’ils sont tenus en laisse.", CHIENS),
        ("Les poules.", CHIENS),  # says nothing
        ("Ils vendent le jardin.", VENTE),
        ("Les habitants accueillent les bénévoles.", VENTE),
        ("Les bénévoles sont accueillis par les habitants.", VENTE),
        ("Les bénévoles refusent de vendre le jardin.", VENTE),
        ("Aucune exclusion n’a jamais été prononcée par un jardinier.", REGLE),
        ("Aucune exclusion n’a jamais été prononcée pour un jardinier.", REGLE),
        ("Le trésorier a vendu le tracteur.", DOUTE),
        ("Je ne crois pas que le trésorier a vendu le tracteur.", DOUTE),
        ("La cabane est louée.", DOUTE),
        ("", JARDIN),
        ("[1]", JARDIN),
        ("Et voilà.", JARDIN),
    ],
)
def test_what_no_passage_says_is_not_supported(sentence: str, one: Unit) -> None:
    assert not is_supported(sentence, [one])


def test_no_unit_supports_nothing() -> None:
    assert not is_supported(JARDIN.text, [])


def test_what_two_people_said_is_not_put_into_one_mouth() -> None:
    assert is_supported(
        "L’enquêtée 1 vient le dimanche, mais selon l’enquêtée 2 aucune exclusion n’a jamais été prononcée.",
        [TRESOR, REGLE],
    )
    assert not is_supported(
        "L’enquêtée 2 vient le dimanche, mais selon l’enquêtée 1 aucune exclusion n’a jamais été prononcée.",
        [TRESOR, REGLE],
    )


def test_headings_do_not_speak_for_prose() -> None:
    one = said("Les chiens sont admis dans la cour.", heading=("Les animaux",))
    assert is_supported("Les chiens sont admis dans la cour [1].", [one])
    assert not is_supported("Les animaux sont admis dans la cour [1].", [one])


def test_headings_say_what_an_item_is_about() -> None:
    item = said("Le statut et la reconnaissance", heading=("Les bénévoles de Brumeval",), kind="item")
    assert is_supported("À Brumeval, le statut des bénévoles [1]", [item])
    assert not is_supported("À Brumeval, le statut des salariés [1]", [item])


one_of_them = st.sampled_from(UNITS)


@given(one_of_them, st.data())
def test_a_changed_digit_is_caught(one: Unit, data: st.DataObject) -> None:
    digits = [place for place, char in enumerate(one.text) if char.isdigit()]
    assume(digits)
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from("0123456789"))
    assume(other != one.text[at])
    assert not is_supported(one.text[:at] + other + one.text[at + 1 :], [one])


@given(one_of_them, st.data())
def test_a_changed_letter_of_a_name_is_caught(one: Unit, data: st.DataObject) -> None:
    names = [word for word in ("Brumeval", "Camille", "Vasseur", "Ismaël", "Dutour") if word in one.text]
    assume(names)
    name = data.draw(st.sampled_from(names))
    at, other = data.draw(st.integers(0, len(name) - 1)), data.draw(st.sampled_from("bcdfghjkmpqwxz"))
    assume(name[at].lower() != other)
    changed = name[:at] + (other.upper() if at == 0 else other) + name[at + 1 :]
    assert not is_supported(one.text.replace(name, changed), [one])


@given(
    one_of_them,
    st.sampled_from(["pas", "plus", "jamais", "aucun", "aucune", "rien", "ni", "sans", "non", "moins"]),
    st.data(),
)
def test_an_added_negation_is_caught(one: Unit, negation: str, data: st.DataObject) -> None:
    words = one.text.split(" ")
    at = data.draw(st.integers(1, len(words) - 1))
    changed = " ".join([*words[:at], negation, *words[at:]])
    assume(negation.removesuffix("e") not in one.text.lower())
    assert not is_supported(changed, [one])


@pytest.mark.parametrize(
    ("one", "negation"),
    [(TRESOR, "plus"), (REGLE, "jamais"), (REGLE, "Aucune"), (PAYES, "pas"), (PAYES, "ne sont pas")],
)
@pytest.mark.parametrize("other", ["", "certes"])
def test_a_removed_negation_is_caught(one: Unit, negation: str, other: str) -> None:
    kept = other if "sont" not in negation else "sont"
    assert not is_supported(one.text.replace(negation, kept), [one])


@given(st.sampled_from([TRESOR, REGLE]), st.integers(0, 99))
def test_another_speaker_is_caught(one: Unit, number: int) -> None:
    sentence = f"L’enquêtée {number} : {one.text}"
    assert is_supported(sentence, [one]) == (one.passage.place.speaker == f"Enquêtée {number}")


def test_long_and_odd_text_ends() -> None:
    assert not is_supported("et " * 20_000, [JARDIN])
    assert not is_supported("\x00 \ufffd ]]][[[1]", [JARDIN])
