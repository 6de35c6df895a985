"""How closely a passage words what is asked. Full text meets words by their stems, one by one; that a passage has them
in the very form that was typed, and next to one another, says more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from index.language import french

T = TypeVar("T")
_MAX_DISTANCE = 2  # words that carry meaning, from one to the next


def wording_closeness(asked: Sequence[str], rarity: Mapping[str, float], text: str) -> tuple[float, float]:
    """Two shares, from 0 to 1, for the folded words `asked` weighted by the `rarity` of their stems: of the words that
    stand in `text` as they are, and of the pairs of neighbours that stand there together, in their order."""
    typed = [(word, french.stem(word)) for word in dict.fromkeys(asked) if french.carries_meaning(word)]
    said = list(filter(french.carries_meaning, french.words(text)))
    forms = set(said)
    single = {word: rarity.get(stem, 0.0) for word, stem in typed}
    pairs = {(one[1], other[1]): single[one[0]] + single[other[0]] for one, other in pairwise(typed)}
    places: dict[str, list[int]] = {stem: [] for _, stem in typed}
    initials = {stem[:1] for stem in places}
    for place, word in enumerate(said):
        if word[0] in initials and (stem := french.stem(word)) in places:  # a stem begins as its word does
            places[stem].append(place)
    together = {pair for pair in pairs if _are_neighbours(places[pair[0]], places[pair[1]])}
    return _share(single, forms), _share(pairs, together)


def _are_neighbours(ones: Sequence[int], others: Sequence[int]) -> bool:
    return any(0 < other - one <= _MAX_DISTANCE for one in ones for other in others)


def _share(weights: Mapping[T, float], there: set[T]) -> float:
    total = sum(weights.values())
    return sum(weight for one, weight in weights.items() if one in there) / total if total else 0.0
