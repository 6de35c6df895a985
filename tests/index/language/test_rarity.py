"""Rarity of words in French."""

from __future__ import annotations

from itertools import pairwise

import wordfreq

from index.language import french, rarity


def test_common_words_are_not_rare() -> None:
    assert rarity.rarity("avec") == 0.0
    assert rarity.rarity("grainothèque") == 1.0
    assert 0.0 < rarity.rarity("jardin") < rarity.rarity("compost") < 1.0


def test_accents_do_not_matter() -> None:
    assert rarity.zipf_ignoring_accents("benevole") == rarity.zipf_ignoring_accents("bénévole") > 0.0


def test_known_words_are_found_by_their_first_letters() -> None:
    assert rarity.words_like("benevole")["benevole"] == "bénévole"
    assert rarity.words_like("zzz") == {}


_COMPOUNDS = "aujourd'hui", "l’eau", "porte-à-porte", "rez-de-chaussée", "12,5", "2019", "1 200", "21h30", "n°12", "ÉTÉ"


def test_frequencies_are_those_of_the_package() -> None:
    words = [word for band in wordfreq.get_frequency_list("fr")[::7] for word in band[::11]]
    others = "", "  ", "zzzzqq", "\x00", "\U0001f642", *_COMPOUNDS, *map("-".join, pairwise(words[:2000]))
    assert len(words) > 3_000
    for word in (*words, *others):
        written = rarity.words_like(french.fold(word)).get(french.fold(word), word)
        expected = max(wordfreq.zipf_frequency(word, "fr"), wordfreq.zipf_frequency(written, "fr"))
        assert rarity.zipf_ignoring_accents(word) == expected, word
