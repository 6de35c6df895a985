"""How common words are in French."""

from __future__ import annotations

from assistant.understand import frequency


def test_common_words_are_not_rare() -> None:
    assert frequency.rarity("avec") == 0.0
    assert frequency.rarity("grainothèque") == 1.0
    assert 0.0 < frequency.rarity("jardin") < frequency.rarity("compost") < 1.0


def test_accents_do_not_matter() -> None:
    assert frequency.zipf("benevole") == frequency.zipf("bénévole") > 0.0


def test_words_are_known_by_how_they_begin() -> None:
    assert frequency.beginning("benevole")["benevole"] == "bénévole"
    assert frequency.beginning("zzz") == {}
