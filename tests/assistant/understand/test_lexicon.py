"""Tests of the lexicon: terms found, defined and expanded, and invalid files."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer.write import senses
from assistant.errors import BadLexicon
from assistant.types import Term
from assistant.understand.lexicon import Lexicon
from tests.conftest import JARDINS


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.read(JARDINS / "lexique.toml")


def found(lexicon: Lexicon, *texts: str) -> list[str]:
    return [term.word for term in lexicon.find(*texts)]


@pytest.mark.parametrize("text", ["Le CA décide.", "Qui est au CA ?", "CA", "(CA)", "l’avis du CA, et ça compte"])
def test_a_short_acronym_is_found_in_capitals(lexicon: Lexicon, text: str) -> None:
    assert found(lexicon, text) == ["CA"]


@pytest.mark.parametrize("text", ["Ça va ?", "ça", "c’est ça", "ca va", "ÇA VA", "le cas", "CAS", "en ça"])
def test_a_short_acronym_is_distinguished_from_words(lexicon: Lexicon, text: str) -> None:
    assert found(lexicon, text) == []


def test_a_short_acronym_with_dots_is_found(lexicon: Lexicon) -> None:
    assert found(lexicon, "Le C.A. décide.") == ["CA"]


@pytest.mark.parametrize("text", ["le PAJEP", "le pajep", "P.A.J.E.P.", "Plan annuel des jardins et des potagers"])
def test_a_long_acronym_is_found_in_any_case_and_in_full(lexicon: Lexicon, text: str) -> None:
    assert found(lexicon, text) == ["PAJEP"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("des grainothèques", ["grainothèque"]),
        ("DES GRAINOTHEQUES", ["grainothèque"]),
        ("une adhérente", ["adhérent"]),
        ("les adhérentes", ["adhérent"]),
        ("les conseils d'administration", ["CA"]),
        ("des serres partagées", ["serre partagée"]),
        ("les compagnonnages", ["compagnonnage"]),
    ],
)
def test_plurals_and_feminines_are_found(lexicon: Lexicon, text: str, words: list[str]) -> None:
    assert found(lexicon, text) == words


def test_the_longest_form_wins(lexicon: Lexicon) -> None:
    assert found(lexicon, "Nos jardins partagés sont ouverts.") == ["jardin partagé"]
    assert found(lexicon, "Nos jardins sont ouverts.") == ["jardin"]
    assert found(lexicon, "Un jardin, puis un jardin partagé.") == ["jardin", "jardin partagé"]


@pytest.mark.parametrize("text", ["jardinier", "jardinage", "grain", "", "🌻", "partagé", "compagnon"])
def test_words_that_only_look_alike_are_not_found(lexicon: Lexicon, text: str) -> None:
    assert found(lexicon, text) == []


def test_terms_come_once_in_order_of_appearance(lexicon: Lexicon) -> None:
    assert found(lexicon, "La grainothèque, le CA", "le PAJEP, les grainothèques") == ["grainothèque", "CA", "PAJEP"]


def test_a_synonym_is_not_the_term_itself(lexicon: Lexicon) -> None:
    assert found(lexicon, "un troc de semences") == []


def test_a_plain_word_leads_to_the_term(lexicon: Lexicon) -> None:
    (expansion,) = lexicon.expand("Peut-on faire un troc de semences ?")
    assert expansion.forms[0] == "grainothèque"
    assert expansion.stems == {"troc", "semenc"}


def test_a_plain_word_in_the_plural_leads_to_the_term(lexicon: Lexicon) -> None:
    (expansion,) = lexicon.expand("Combien de membres ?")
    assert expansion.forms[0] == "adhérent"


def test_a_term_leads_to_its_full_name_and_back(lexicon: Lexicon) -> None:
    assert lexicon.expand("le CA")[0].forms[0] == "conseil d’administration"
    assert lexicon.expand("le conseil d’administration")[0].forms == ("CA",)


def test_a_term_without_other_forms_is_not_expanded(lexicon: Lexicon) -> None:
    assert lexicon.expand("Des grainothèques et du compagnonnage") == []


@pytest.mark.parametrize("text", ["Ça va ?", "un troc de livres", "les échanges", ""])
def test_words_outside_the_lexicon_are_not_expanded(lexicon: Lexicon, text: str) -> None:
    assert lexicon.expand(text) == []


def test_a_repeated_term_is_expanded_once(lexicon: Lexicon) -> None:
    assert len(lexicon.expand("un membre, deux membres, le CA, puis le CA")) == 2


def test_a_name_is_a_term_as_a_whole_only(lexicon: Lexicon) -> None:
    assert lexicon.is_term("Serre partagée")
    assert lexicon.is_term("serres partagées")
    assert not lexicon.is_term("Serre")
    assert not lexicon.is_term("la grande serre partagée")
    assert not lexicon.is_term("")


def test_a_missing_file_is_an_empty_lexicon(tmp_path: Path) -> None:
    lexicon = Lexicon.read(tmp_path / "lexique.toml")
    assert lexicon.terms == ()
    assert not lexicon.find("le CA")
    assert not lexicon.expand("le CA")


def test_an_entry_needs_no_more_than_a_term_and_its_definition(tmp_path: Path) -> None:
    path = tmp_path / "lexique.toml"
    path.write_text('[[terms]]\nterm = "paillis"\ndefinition = "Couche de paille."\nextra = 3\n', encoding="utf-8")
    (term,) = Lexicon.read(path).terms
    assert (term.word, term.variants, term.synonyms, term.source) == ("paillis", (), (), "")


BAD = {
    "no term": b'[[terms]]\ndefinition = "x"',
    "no definition": b'[[terms]]\nterm = "paillis"',
    "blank definition": b'[[terms]]\nterm = "paillis"\ndefinition = "  "',
    "term is a number": b'[[terms]]\nterm = 3\ndefinition = "x"',
    "variants is a text": b'[[terms]]\nterm = "paillis"\ndefinition = "x"\nvariants = "paille"',
    "synonyms hold a number": b'[[terms]]\nterm = "paillis"\ndefinition = "x"\nsynonyms = ["a", 1]',
    "terms is a text": b'terms = "paillis"',
    "terms is one table": b'[terms]\nterm = "paillis"',
    "terms hold texts": b'terms = ["paillis"]',
    "not TOML": b"paillis : couche de paille",
    "not UTF-8": 'terms = ["é"]'.encode("latin-1"),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_an_invalid_file_gives_one_line_with_its_name_and_the_remedy(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lexique.toml"
    path.write_bytes(content)
    with pytest.raises(BadLexicon) as raised:
        Lexicon.read(path)
    line = str(raised.value)
    assert line.startswith("lexique.toml")
    assert len(line.splitlines()) == 1
    assert line.endswith(raised.value.remedy)
    assert raised.value.remedy.startswith(("Écrivez ", "Corrigez"))


def test_a_folder_in_place_of_the_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "lexique.toml").mkdir()
    with pytest.raises(BadLexicon, match=r"lexique\.toml ne peut pas être lu .* Rendez-le lisible\."):
        Lexicon.read(tmp_path / "lexique.toml")


def test_the_error_of_an_invalid_file_is_in_french_only(tmp_path: Path) -> None:
    path = tmp_path / "lexique.toml"
    path.write_text("paillis : couche de paille", encoding="utf-8")
    with pytest.raises(BadLexicon) as raised:
        Lexicon.read(path)
    assert "Expected" not in str(raised.value)


def test_a_term_of_two_lines_without_definition_still_gives_one_line(tmp_path: Path) -> None:
    path = tmp_path / "lexique.toml"
    path.write_text('[[terms]]\nterm = "pail\\nlis"', encoding="utf-8")
    with pytest.raises(BadLexicon) as raised:
        Lexicon.read(path)
    assert len(str(raised.value).splitlines()) == 1


def test_a_synonym_matches_its_inflections_and_not_derived_words() -> None:
    lexicon = Lexicon([Term("arrosage", "Donner de l’eau.", (), ("irriguer", "gouvernement des eaux"))])
    assert lexicon.expand("est-ce irrigué ?")
    assert not lexicon.expand("la gouvernance des eaux")


def test_the_everyday_sense_is_distinguished_from_that_of_the_study(tmp_path: Path) -> None:
    (tmp_path / "lexique.toml").write_text(
        '[[terms]]\nterm = "terrain"\ndefinition = "Lieu étudié."\neveryday = "Un bout  de sol."\nstudy = "Un lieu."\n',
        encoding="utf-8",
    )
    (term,) = Lexicon.read(tmp_path / "lexique.toml").terms
    assert list(senses(term)) == ["Dans la vie courante\u00a0: Un bout de sol.", "Dans l’étude\u00a0: Un lieu."]
    assert list(senses(Term("serre", "Abri vitré."))) == []


def test_a_word_inside_a_longer_term_is_not_expanded() -> None:
    lexicon = Lexicon([Term("terrain d’étude", "…"), Term("projet de recherche", "…", ("la recherche",), ("étude",))])
    assert [expansion.forms for expansion in lexicon.expand("Quelle est cette étude ?")] == [
        ("projet de recherche", "la recherche")
    ]
    assert lexicon.expand("Quels sont les terrains d’étude ?") == []


def test_a_negation_does_not_match_a_term() -> None:
    lexicon = Lexicon([Term("émergence", "…", (), ("nés", "naissance"))])
    assert lexicon.expand("Pourquoi ne viennent-ils pas ?") == []
    assert lexicon.expand("Et la naissance du projet ?")[0].forms == ("émergence",)
