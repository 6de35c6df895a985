"""Interviews are protected before they are indexed. Everything here is invented."""

from __future__ import annotations

from index.privacy.protection import Protection
from index.privacy.pseudonyms import Pseudonyms
from index.reading.transcripts.roles import is_role
from index.types import Place, Section

TABLE = Pseudonyms({"Odile Perrachou": "Personne 1", "Gaston": "Nom 4"}, frozenset({"Odile Perrachou"}))


def turn(speaker: str, text: str, *context: str) -> Section:
    return Section("s", text, Place(speaker=speaker), "turn", context)


def hidden(protection: Protection, *sections: Section, title: str = "Entretien") -> tuple[str, tuple[Section, ...]]:
    return protection.hide("transcript", title, sections, is_role)


def test_names_outside_the_table_are_replaced_with_one_number_a_person() -> None:
    title, (asked, section) = hidden(
        Protection(finds=True),
        turn("Enquêtrice", "Fatima Belkhir, vous êtes venue avec Kévin ?"),
        turn("Fatima Belkhir", "Oui, Kévin m’a dit : Fatima, viens.", "Fatima Belkhir, vous êtes venue avec Kévin ?"),
        title="Entretien avec Fatima Belkhir",
    )
    assert title == "Entretien avec [Nom 1]"
    assert asked.text == "[Nom 1], vous êtes venue avec [Nom 2] ?"
    assert (section.place.speaker, section.text) == ("[Nom 1]", "Oui, [Nom 2] m’a dit : [Nom 1], viens.")
    assert section.context == (asked.text,)


def test_the_table_goes_first_and_its_numbers_are_not_given_twice() -> None:
    _, (section,) = hidden(Protection(TABLE, finds=True), turn("Enquêté 2", "Gaston et Odile Perrachou ont vu Kévin."))
    assert section.text == "[Nom 4] et [Personne 1] ont vu [Nom 5]."
    assert section.place.speaker == "Enquêté 2"


def test_a_role_and_a_common_word_are_no_name_of_a_speaker() -> None:
    labels = (
        "Habitante",
        "Salariée 1",
        "Groupe",
        "Directrice",
        "001LOC2",
        "401PERS",
        "Enquêté 3",
        "ENQ",
        "INT",
        "TOUS",
    )
    _, sections = hidden(Protection(finds=True), *(turn(label, "oui") for label in labels))
    assert tuple(section.place.speaker for section in sections) == labels


def test_the_name_beside_a_role_is_hidden_and_the_role_stays() -> None:
    _, (section,) = hidden(Protection(finds=True), turn("Sonia Perrachou (ENQ)", "oui"))
    assert section.place.speaker == "[Nom 1] (ENQ)"


def test_a_name_in_capitals_is_hidden_too() -> None:
    _, sections = hidden(
        Protection(finds=True), turn("MARIE LEROUX", "Oui."), turn("ENQ", "Merci MARIE, et merci à Mme LEROUX.")
    )
    assert [section.place.speaker for section in sections] == ["[Nom 1]", "ENQ"]
    assert sections[1].text == "Merci [Nom 1], et merci à Mme [Nom 1]."


def test_documents_keep_all_names_but_those_that_are_marked_for_them() -> None:
    paragraph = Section("s", "Odile Perrachou et Gaston, avec Kévin.", Place(), "prose")
    _, (shown,) = Protection(TABLE, finds=True).hide("document", "t", [paragraph], is_role)
    assert shown.text == "[Personne 1] et Gaston, avec Kévin."


def test_another_protection_has_another_digest() -> None:
    plain, with_table, finding = Protection(), Protection(TABLE), Protection(TABLE, finds=True)
    spared = Protection(TABLE, finds=True, harmless=("Florence",))
    for kind in ("transcript", None):
        assert len({item.digest(kind) for item in (plain, with_table, finding, spared)}) == 4
    assert plain.digest("document") == ""
    assert with_table.digest("document") == finding.digest("document") != ""
