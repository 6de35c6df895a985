"""How rare the words of a question are in French, with their accents or without."""

from __future__ import annotations

from functools import lru_cache

from index.language import french, word_frequency

_MIN_KNOWN_ZIPF = 3.0  # once in a million words: what French knows
_PREFIX = 3  # letters by which words are put away
_COMMON_ZIPF, _RARE_ZIPF = 5.5, 2.5  # on Zipf's scale


@lru_cache(maxsize=1)
def known_words() -> dict[str, dict[str, str]]:
    """The words that French knows, folded, with how they are written, commonest first, by their first letters."""
    found: dict[str, dict[str, str]] = {}
    for written in word_frequency.common_words(_MIN_KNOWN_ZIPF):
        word = french.fold(written)
        if word.isalpha() and len(word) > 1:
            found.setdefault(word[:_PREFIX], {}).setdefault(word, written)
    return found


def words_like(word: str) -> dict[str, str]:
    """The known words, folded and written, that begin as a folded word does."""
    return known_words().get(word[:_PREFIX], {})


@lru_cache(maxsize=10_000)
def zipf_ignoring_accents(word: str) -> float:
    """How often a word, with its accents or without, is used: the logarithm of its number among a thousand million
    words, 0 for one that is never."""
    written = words_like(french.fold(word)).get(french.fold(word), word)
    return max(map(word_frequency.zipf_frequency, {word, written}))


def rarity(word: str) -> float:
    """How rare a word is in French: 0 for those that everybody uses all the time, 1 for those that few ever use."""
    return min(1.0, max(0.0, (_COMMON_ZIPF - zipf_ignoring_accents(word)) / (_COMMON_ZIPF - _RARE_ZIPF)))
