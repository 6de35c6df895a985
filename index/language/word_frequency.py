"""Frequencies of French words, from the package `wordfreq` (Speer, 2022), imported at the first use. The only module
that imports it. Its list is converted to a table of three megabytes: the dictionary that the package would keep takes
forty."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

_MAX_ZIPF = 9  # top of the Zipf scale; the package has a band of words for each hundredth


class _FrequencyBands(NamedTuple):
    """Words of the package, as hashes, and the frequency band of each, in hundredths of the Zipf scale from the top;
    shapes (words,). Among 2⁶⁴ hashes, no word outside the list was observed to collide with a listed one."""

    hashes: npt.NDArray[np.int64]
    bands: npt.NDArray[np.uint16]

    def band_of(self, word: str) -> int | None:
        """Return the band of a word, or `None` when it is not listed."""
        key = hash(word)
        place = int(self.hashes.searchsorted(key, side="right")) - 1  # the last of two entries, as the package does
        return int(self.bands[place]) if place >= 0 and self.hashes[place] == key else None


@lru_cache(maxsize=1)
def _frequency_bands() -> _FrequencyBands:
    import wordfreq

    lists = wordfreq.get_frequency_list("fr")
    hashes = np.fromiter((hash(word) for words in lists for word in words), np.int64)
    bands = np.repeat(np.arange(len(lists), dtype=np.uint16), [len(words) for words in lists])
    wordfreq.get_frequency_list.cache_clear()  # otherwise the package keeps the whole list
    order = hashes.argsort(kind="stable")
    return _FrequencyBands(hashes[order], bands[order])


@lru_cache(maxsize=10_000)
def zipf_frequency(word: str) -> float:
    """Return the frequency of a word as written, on the Zipf scale: the logarithm of its number of occurrences in a
    thousand million words, 0 when there are none.

    The result equals `wordfreq.zipf_frequency`: the inverse frequency of a compound is the sum of the inverse
    frequencies of its parts, to three digits, and numbers are listed by their shape only."""
    from wordfreq import cB_to_freq, freq_to_zipf  # imported here: a fifth of a second
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
    """Yield the words with a Zipf frequency of at least `least`, most frequent first, from the list of words attested
    by several sources."""
    import wordfreq

    lists = wordfreq.get_frequency_list("fr", "small")[: round(100 * (_MAX_ZIPF - least)) + 1]
    wordfreq.get_frequency_list.cache_clear()
    for words in lists:
        yield from words
