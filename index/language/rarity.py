"""How rare the words of a question are in French, with their accents or without."""

from __future__ import annotations

from functools import lru_cache

from index.language import french, word_frequency

_KNOWN_ZIPF = 3.0  # once in a million words: what French knows
_PREFIX = 3  # letters by which words are put away
_COMMON, _RARE = 5.5, 2.5  # on Zipf's scale


@lru_cache(maxsize=1)
def known() -> dict[str, dict[str, str]]:
    """The words that French knows, folded, with how they are written, commonest first, by their first letters."""
    found: dict[str, dict[str, str]] = {}
    for written in word_frequency.common(_KNOWN_ZIPF):
        word = french.fold(written)
        if word.isalpha() and len(word) > 1:
            found.setdefault(word[:_PREFIX], {}).setdefault(word, written)
    return found


def beginning(word: str) -> dict[str, str]:
    """The known words, folded and written, that begin as a folded word does."""
    return known().get(word[:_PREFIX], {})


@lru_cache(maxsize=10_000)
def zipf(word: str) -> float:
    """How often a word, with its accents or without, is used: the logarithm of its number among a thousand million
    words, 0 for one that is never."""
    written = beginning(french.fold(word)).get(french.fold(word), word)
    return max(map(word_frequency.zipf, {word, written}))


def rarity(word: str) -> float:
    """How rare a word is in French: 0 for those that everybody uses all the time, 1 for those that few ever use."""
    return min(1.0, max(0.0, (_COMMON - zipf(word)) / (_COMMON - _RARE)))
