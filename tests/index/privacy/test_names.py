"""Names that nobody listed. Sentences are invented; the names in them are those of nobody in particular."""

from __future__ import annotations

import pytest

from index.privacy import names

pytestmark = pytest.mark.long


def found(text: str, *speakers: str, harmless: tuple[str, ...] = (), eager: bool = False) -> list[str]:
    (spans,) = names.find([text], speakers, harmless, eager=eager)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alors c’est Fatima qui m’a appelée, puis Kévin.", ["Fatima", "Kévin"]),
        ("J’ai vu madame Perrachou et M. Vandewiele hier.", ["Perrachou", "Vandewiele"]),
        ("et puis Jean-Paul prend le téléphone", ["Jean-Paul"]),
        ("Il paraît que Odile Perrachou de la Haie est venue.", ["Odile Perrachou de la Haie"]),
        ("On habite rue Victor Hugo, près du lycée Jean Moulin.", []),
        ("bah ben hein oui madame voilà quoi", []),
        ("Oui. Bonjour ! Alors, on y va ? Du coup, je reste.", []),
        ("On vit en France, à Paris, depuis toujours.", []),
        ("C’est [Personne 3] qui le dit, et [Nom 1] aussi.", []),
        ("J’ai vu Mme DUPONT-LEROUX et Jean MARTINEAU hier.", ["DUPONT-LEROUX", "Jean MARTINEAU"]),
        ("c’est VANDEWIELE Odile qui l’a dit", ["VANDEWIELE Odile"]),
        ("FATIMA est venue, pas la SNCF, ni la CAF, ni le PTCE.", ["FATIMA"]),
        ("", []),
    ],
)
def test_names_are_found_and_look_alikes_are_not(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_the_name_of_a_speaker_is_found_everywhere() -> None:
    assert found("Perrachou arrive et Perrachou repart.", "Perrachou") == ["Perrachou", "Perrachou"]


def test_the_names_of_places_are_spared() -> None:
    assert found("J’ai parlé à Florence de Florence.", harmless=("Florence",)) == []


def test_an_eager_search_finds_a_capitalised_word_that_is_not_in_the_language() -> None:
    text = "chez Vrogulet on mange bien"
    assert found(text) == []
    assert found(text, eager=True) == ["Vrogulet"]


def test_an_eager_search_finds_an_unknown_acronym_unless_it_is_harmless() -> None:
    text = "alors le ZBRUCQ et la SNCF travaillent ensemble"
    assert found(text) == []
    assert found(text, eager=True) == ["ZBRUCQ"]
    assert found(text, eager=True, harmless=("ZBRUCQ",)) == []


def test_a_text_longer_than_the_model_takes_is_read_to_its_end() -> None:
    text = f"{('a' * 500 + ' ') * 2100}Voilà ce que dit Fatima."
    assert len(text) > 1_000_000
    assert found(text) == ["Fatima"]
    assert found("b" * 1_100_000) == []


def test_each_of_very_many_names_is_found() -> None:
    assert len(found("Odile et Fatima. " * 3000)) == 6000
    assert len(found("Odile " * 10_000)) == 1
