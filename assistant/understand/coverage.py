"""How much of what a question is about a text speaks of: the share of its words, weighted by their rarity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.lexicon import Expansion
from index.search import french

_LEAST = 0.5  # weight of a word that stands everywhere


@dataclass(frozen=True)
class Topic:
    """The words that a question is about. `weights` gives the rarity of each stem (BM25's inverse document frequency)
    and `words` how the question writes it; an expansion stands for the stems it names."""

    weights: Mapping[str, float]
    words: Mapping[str, str]
    expansions: tuple[Expansion, ...] = ()

    @classmethod
    def of(cls, topic: str, weights: Mapping[str, float], expansions: Sequence[Expansion]) -> Topic:
        """The topic of a question from its words and the rarity of their stems in the corpus."""
        words = {stem: word for word in topic.split() for stem in french.terms(word)}
        return cls({stem: max(weights.get(stem, 0.0), _LEAST) for stem in words}, words, tuple(expansions))

    @cached_property
    def total(self) -> float:
        """The weight of all its stems."""
        return sum(self.weights.values())

    def covered(self, text: str) -> frozenset[str]:
        """The stems of the topic that `text` holds, itself or in another form."""
        terms = french.terms(text)
        present = set(terms)
        found = {stem for stem in self.weights if stem in present}
        line = f" {' '.join(terms)} "
        for expansion, forms in self._forms:
            if any(f" {form} " in line for form in forms):
                found |= expansion.stems & self.weights.keys()
        return frozenset(found)

    def share(self, stems: Iterable[str]) -> float:
        """The share, by weight, of the topic that these stems make: 0 to 1."""
        if self.total <= 0:
            return 0.0
        return sum(self.weights[stem] for stem in set(stems)) / self.total

    @cached_property
    def _forms(self) -> tuple[tuple[Expansion, tuple[str, ...]], ...]:
        return tuple(
            (expansion, tuple(french.lexical(form) for form in expansion.forms)) for expansion in self.expansions
        )
