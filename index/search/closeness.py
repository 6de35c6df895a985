"""Measure how closely the wording of a passage matches a question. Full text compares words by their stems, one by one;
the exact forms typed, and their order, are further evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from index.language import french

T = TypeVar("T")
_MAX_DISTANCE = 2  # content words from a word to its neighbour


def wording_closeness(asked: Sequence[str], rarity: Mapping[str, float], text: str) -> tuple[float, float]:
    """Return two shares from 0 to 1, over the folded words `asked` weighted by the `rarity` of their stems: of the
    words that occur in `text` in the same form, and of the pairs of neighbours that occur there close together, in
    order."""
    typed = [(word, french.stem(word)) for word in dict.fromkeys(asked) if french.carries_meaning(word)]
    content_words = list(filter(french.carries_meaning, french.words(text)))
    forms = set(content_words)
    single = {word: rarity.get(stem, 0.0) for word, stem in typed}
    pairs = {(stem, other_stem): single[word] + single[other] for (word, stem), (other, other_stem) in pairwise(typed)}
    places: dict[str, list[int]] = {stem: [] for _, stem in typed}
    initials = {stem[:1] for stem in places}
    for place, word in enumerate(content_words):
        if word[0] in initials and (stem := french.stem(word)) in places:  # a stem has the initial of its word
            places[stem].append(place)
    together = {pair for pair in pairs if _are_neighbours(places[pair[0]], places[pair[1]])}
    return _share(single, forms), _share(pairs, together)


def _are_neighbours(places: Sequence[int], others: Sequence[int]) -> bool:
    """Return whether a place of `others` follows one of `places` closely."""
    return any(0 < other - place <= _MAX_DISTANCE for place in places for other in others)


def _share(weights: Mapping[T, float], present: set[T]) -> float:
    """Return the share of the total weight that the `present` items have; 0 without weight."""
    total = sum(weights.values())
    return sum(weight for item, weight in weights.items() if item in present) / total if total else 0.0
