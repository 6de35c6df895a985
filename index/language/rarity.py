"""Rarity of words in French, whether written with accents or without."""

from __future__ import annotations

from functools import lru_cache

from index.language import french, word_frequency

_MIN_KNOWN_ZIPF = 3.0  # once in a million words: the rarest words taken for known French
_PREFIX = 3  # letters of the keys of `known_words`
_COMMON_ZIPF, _RARE_ZIPF = 5.5, 2.5  # frequencies with rarity 0 and 1


@lru_cache(maxsize=1)
def known_words() -> dict[str, dict[str, str]]:
    """Return the known French words, by their first letters: folded word to written word, most frequent first."""
    found: dict[str, dict[str, str]] = {}
    for written in word_frequency.common_words(_MIN_KNOWN_ZIPF):
        word = french.fold(written)
        if word.isalpha() and len(word) > 1:
            found.setdefault(word[:_PREFIX], {}).setdefault(word, written)
    return found


def words_like(word: str) -> dict[str, str]:
    """Return the known words, folded to written, with the first letters of a folded word."""
    return known_words().get(word[:_PREFIX], {})


@lru_cache(maxsize=10_000)
def zipf_ignoring_accents(word: str) -> float:
    """Return the frequency of a word, typed with its accents or without, on the Zipf scale: the logarithm of its number
    of occurrences in a thousand million words, 0 when there are none."""
    written = words_like(french.fold(word)).get(french.fold(word), word)
    return max(map(word_frequency.zipf_frequency, {word, written}))


def rarity(word: str) -> float:
    """Return the rarity of a word in French, from 0 for the most frequent words to 1 for words that are hardly ever
    used."""
    return min(1.0, max(0.0, (_COMMON_ZIPF - zipf_ignoring_accents(word)) / (_COMMON_ZIPF - _RARE_ZIPF)))
