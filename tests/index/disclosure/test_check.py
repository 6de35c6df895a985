"""Identifiers are found in interviews. Everything here is invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.disclosure import check
from index.disclosure.check import IdentifierKind
from index.reading.transcripts.roles import is_role
from tests.index.builders import passage


def found(text: str) -> list[tuple[IdentifierKind, str]]:
    return [(identifier.kind, identifier.text) for identifier in check.identifiers([passage(text)], (), is_role)]


@pytest.mark.parametrize(
    ("text", "kind", "seen"),
    [
        ("Tu peux m’appeler au 06 00 00 00 00 le soir.", IdentifierKind.PHONE, "06 00 00 00 00"),
        ("C’est le +33 6 00 00 00 00.", IdentifierKind.PHONE, "+33 6 00 00 00 00"),
        (
            "mon numéro c’est zéro six douze treize vingt quarante",
            IdentifierKind.PHONE,
            "zéro six douze treize vingt quarante",
        ),
        ("Écris à jardin@exemple.invalid si tu veux.", IdentifierKind.MAIL, "jardin@exemple.invalid"),
        ("c’est jardin arobase exemple", IdentifierKind.MAIL, "jardin arobase exemple"),
        (
            "J’habite 12 bis rue des Lilas depuis toujours.",
            IdentifierKind.ADDRESS,
            "12 bis rue des Lilas depuis toujours",
        ),
        ("On était rue de la Fontaine à l’époque.", IdentifierKind.ADDRESS, "rue de la Fontaine"),
        ("c’est au 99 999 Sourcelles", IdentifierKind.ADDRESS, "99 999 Sourcelles"),
        ("Je suis la pharmacienne de Sourcelles.", IdentifierKind.JOB, "pharmacienne de Sourcelles"),
        ("J’étais la seule bouchère du coin.", IdentifierKind.JOB, "seule bouchère"),
        ("Au début on était trois dans la cabane.", IdentifierKind.GROUP, "on était trois"),
        ("On a monté une équipe de quatre.", IdentifierKind.GROUP, "équipe de quatre"),
        ("les deux salariées sont parties", IdentifierKind.GROUP, "les deux salariées"),
    ],
)
def test_identifiers_are_found(text: str, kind: IdentifierKind, seen: str) -> None:
    assert (kind, seen) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "On était deux cents à la fête, les quatre saisons passent.",
        "Depuis 2019, en 12 mois, on a récolté 1 200 kilos.",
        "La place des femmes compte, et le chemin est long.",
        "Le directeur est venu, et la présidente aussi.",
        "La rue était vide ce matin-là.",
    ],
)
def test_common_phrases_are_no_identifiers(text: str) -> None:
    assert found(text) == []


def test_each_identifier_is_given_once_a_passage_with_its_place() -> None:
    passages = [passage("rue des Lilas, oui, rue des Lilas", order=n) for n in (0, 1)]
    seen = list(check.identifiers(passages, (), is_role))
    assert [identifier.passage.order for identifier in seen] == [0, 1]


def test_the_name_of_a_speaker_is_found_in_the_turns_of_others() -> None:
    named = passage("Et Zbruczec l’a dit.")
    other = replace(named, place=replace(named.place, speaker="Zbruczec"), text="Oui.", order=1)
    assert [identifier.text for identifier in check.identifiers([named, other], (), is_role)] == ["Zbruczec"]


def test_names_are_found_in_the_name_of_a_file() -> None:
    assert check.names_in_words("entretien_Fatima_2020", ()) == ["Fatima"]
    assert check.names_in_words("entretien_03", ()) == []


@pytest.mark.parametrize(
    "text", ["0 " * 50_000, "zéro " * 20_000, "a@" * 30_000, "rue de la " * 20_000, "maire " * 20_000, "on " * 50_000]
)
@pytest.mark.timeout(60)
def test_no_text_makes_a_pattern_backtrack_for_ever(text: str) -> None:
    for _, form in check._FORMS:
        list(form.finditer(text))
