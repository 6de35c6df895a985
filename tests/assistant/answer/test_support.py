"""Tests of the support of a sentence by its passages. The associations and people of these texts are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.answer.support import is_supported
from index.types import PassageKind, Place, Unit
from tests.assistant.samples import passage, unit


def spoken_unit(
    text: str, speaker: str | None = None, heading: tuple[str, ...] = (), kind: PassageKind = "prose"
) -> Unit:
    made = passage(text, heading=heading, kind=kind)
    return unit(replace(made, place=Place(heading=heading, speaker=speaker)))


CHIENS = spoken_unit(
    "Les chiens de petite taille sont admis s’ils sont tenus en laisse ; les poules appartiennent à tous."
)
VENTE = spoken_unit(
    "Ils refusent de fermer et de vendre le jardin, et les bénévoles accueillent les habitants.", "Enquêtée 3"
)
DOUTE = spoken_unit("Je crois que le trésorier a vendu le tracteur. Est-ce que la cabane est louée ?", "Enquêtée 4")
JARDIN = spoken_unit("À Brumeval, l’association compte 48 adhérents, dont 12 ont rejoint le jardin en mars.")
TRESOR = spoken_unit("Je ne fais plus confiance au trésorier, mais je viens encore le dimanche.", "Enquêtée 1")
REGLE = spoken_unit("Aucune exclusion n’a jamais été prononcée contre un jardinier.", "Enquêtée 2")
PAYES = spoken_unit("Les bénévoles ne sont pas payés ; les salariés sont payés 11 euros.")
AIDE = spoken_unit("Camille Vasseur a formé Ismaël Dutour pendant deux ans.")
UNITS = [JARDIN, TRESOR, REGLE, PAYES, AIDE, CHIENS, VENTE, DOUTE]


@pytest.mark.parametrize("evidence", UNITS)
def test_a_copy_is_supported(evidence: Unit) -> None:
    assert is_supported(f"{evidence.text} [1]", [evidence])


@pytest.mark.parametrize(
    ("sentence", "evidence"),
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
def test_another_wording_of_a_passage_is_supported(sentence: str, evidence: Unit) -> None:
    assert is_supported(sentence, [evidence])


@pytest.mark.parametrize(
    ("sentence", "evidence"),
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
        ("Les chiens sont admis s’ils sont tenus en laisse.", CHIENS),  # more of them than the passage states
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
def test_a_sentence_absent_from_the_passages_is_not_supported(sentence: str, evidence: Unit) -> None:
    assert not is_supported(sentence, [evidence])


def test_without_units_a_sentence_is_not_supported() -> None:
    assert not is_supported(JARDIN.text, [])


def test_the_words_of_two_people_are_not_combined() -> None:
    assert is_supported(
        "L’enquêtée 1 vient le dimanche, mais selon l’enquêtée 2 aucune exclusion n’a jamais été prononcée.",
        [TRESOR, REGLE],
    )
    assert not is_supported(
        "L’enquêtée 2 vient le dimanche, mais selon l’enquêtée 1 aucune exclusion n’a jamais été prononcée.",
        [TRESOR, REGLE],
    )


def test_headings_do_not_support_prose() -> None:
    evidence = spoken_unit("Les chiens sont admis dans la cour.", heading=("Les animaux",))
    assert is_supported("Les chiens sont admis dans la cour [1].", [evidence])
    assert not is_supported("Les animaux sont admis dans la cour [1].", [evidence])


def test_headings_support_a_list_item() -> None:
    item = spoken_unit("Le statut et la reconnaissance", heading=("Les bénévoles de Brumeval",), kind="item")
    assert is_supported("À Brumeval, le statut des bénévoles [1]", [item])
    assert not is_supported("À Brumeval, le statut des salariés [1]", [item])


one_of_them = st.sampled_from(UNITS)


@given(one_of_them, st.data())
def test_a_changed_digit_is_caught(evidence: Unit, data: st.DataObject) -> None:
    digits = [place for place, char in enumerate(evidence.text) if char.isdigit()]
    assume(digits)
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from("0123456789"))
    assume(other != evidence.text[at])
    assert not is_supported(evidence.text[:at] + other + evidence.text[at + 1 :], [evidence])


@given(one_of_them, st.data())
def test_a_changed_letter_of_a_name_is_caught(evidence: Unit, data: st.DataObject) -> None:
    names = [word for word in ("Brumeval", "Camille", "Vasseur", "Ismaël", "Dutour") if word in evidence.text]
    assume(names)
    name = data.draw(st.sampled_from(names))
    at, other = data.draw(st.integers(0, len(name) - 1)), data.draw(st.sampled_from("bcdfghjkmpqwxz"))
    assume(name[at].lower() != other)
    changed = name[:at] + (other.upper() if at == 0 else other) + name[at + 1 :]
    assert not is_supported(evidence.text.replace(name, changed), [evidence])


@given(
    one_of_them,
    st.sampled_from(["pas", "plus", "jamais", "aucun", "aucune", "rien", "ni", "sans", "non", "moins"]),
    st.data(),
)
def test_an_added_negation_is_caught(evidence: Unit, negation: str, data: st.DataObject) -> None:
    words = evidence.text.split(" ")
    at = data.draw(st.integers(1, len(words) - 1))
    changed = " ".join([*words[:at], negation, *words[at:]])
    assume(negation.removesuffix("e") not in evidence.text.lower())
    assert not is_supported(changed, [evidence])


@pytest.mark.parametrize(
    ("evidence", "negation"),
    [(TRESOR, "plus"), (REGLE, "jamais"), (REGLE, "Aucune"), (PAYES, "pas"), (PAYES, "ne sont pas")],
)
@pytest.mark.parametrize("other", ["", "certes"])
def test_a_removed_negation_is_caught(evidence: Unit, negation: str, other: str) -> None:
    kept = other if "sont" not in negation else "sont"
    assert not is_supported(evidence.text.replace(negation, kept), [evidence])


@given(st.sampled_from([TRESOR, REGLE]), st.integers(0, 99))
def test_another_speaker_is_caught(evidence: Unit, number: int) -> None:
    sentence = f"L’enquêtée {number} : {evidence.text}"
    assert is_supported(sentence, [evidence]) == (evidence.passage.place.speaker == f"Enquêtée {number}")


def test_long_and_odd_text_is_checked_in_finite_time() -> None:
    assert not is_supported("et " * 20_000, [JARDIN])
    assert not is_supported("\x00 \ufffd ]]][[[1]", [JARDIN])
