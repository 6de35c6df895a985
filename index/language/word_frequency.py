"""How common words are in French, from the package `wordfreq` (Speer, 2022). The one file that meets it, when first
asked. Its list becomes a table of three megabytes: the dictionary that the package would keep of it takes forty."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

_MAX_ZIPF = 9  # of Zipf's scale, whose hundredths are the bands of the package


class _FrequencyBands(NamedTuple):
    """The words of the package, by their hash, and the band of frequency of each, in hundredths of Zipf's scale from
    the top; shapes (words,). Among 2⁶⁴ hashes, a word that is not in the list was not seen to share one that is."""

    hashes: npt.NDArray[np.int64]
    bands: npt.NDArray[np.uint16]

    def band_of(self, word: str) -> int | None:
        """The band of a word, if it is in the list."""
        key = hash(word)
        place = int(self.hashes.searchsorted(key, side="right")) - 1  # the package keeps the last of two
        return int(self.bands[place]) if place >= 0 and self.hashes[place] == key else None


@lru_cache(maxsize=1)
def _frequency_bands() -> _FrequencyBands:
    import wordfreq

    lists = wordfreq.get_frequency_list("fr")
    hashes = np.fromiter((hash(word) for words in lists for word in words), np.int64)
    bands = np.repeat(np.arange(len(lists), dtype=np.uint16), [len(words) for words in lists])
    wordfreq.get_frequency_list.cache_clear()  # which keeps them all
    order = hashes.argsort(kind="stable")
    return _FrequencyBands(hashes[order], bands[order])


@lru_cache(maxsize=10_000)
def zipf_frequency(word: str) -> float:
    """How often a word as it is written is used: the logarithm of its number among a thousand million words, 0 for one
    that is never. As `wordfreq.zipf_frequency` gives it: one over the frequency of a word of several parts is the sum
    of those of its parts, to three digits, and of numbers the list has the shape alone."""
    from wordfreq import cB_to_freq, freq_to_zipf  # a fifth of a second
    from wordfreq.numbers import digit_freq, smash_numbers
    from wordfreq.tokens import lossy_tokenize

    over = 0.0
    for token in lossy_tokenize(word, "fr"):
        shape = smash_numbers(token)
        band = _frequency_bands().band_of(shape)
        if band is None:
            return 0.0
        over += 1 / (cB_to_freq(-band) * (1 if shape == token else digit_freq(token)))
    return round(max(0.0, freq_to_zipf(float(f"{1 / over:.3g}"))), 2) if over else 0.0


def common_words(least: float) -> Iterator[str]:
    """The words whose frequency is at least so much on Zipf's scale, commonest first, of those that more sources than
    a few attest."""
    import wordfreq

    lists = wordfreq.get_frequency_list("fr", "small")[: round(100 * (_MAX_ZIPF - least)) + 1]
    wordfreq.get_frequency_list.cache_clear()
    for words in lists:
        yield from words
