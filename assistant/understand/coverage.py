"""Measures how much of the topic of a question a text covers: the share of its words, weighted by their rarity."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.understand.lexicon import Expansion
from index.language import french, rarity
from index.reading.units import units
from index.types import Passage

_GRAM_LETTERS = 4  # length of the n-grams that two words are compared by
_LEAST_SIMILARITY = 0.4  # from which two words may be forms of the same word
_LEAST_WEIGHT = 0.5  # weight of a word that every passage holds


@dataclass(frozen=True)
class Topic:
    """Words of the topic of a question. `weights` gives the rarity of each stem (BM25's inverse document frequency) and
    `words` its spelling in the question; a form of an expansion counts as the stems of that expansion."""

    weights: Mapping[str, float]
    words: Mapping[str, str]
    expansions: tuple[Expansion, ...] = ()

    @classmethod
    def of(
        cls,
        topic: str,
        weights: Mapping[str, float],
        expansions: Sequence[Expansion],
        absent: Container[str] = (),
    ) -> Topic:
        """Build the topic of a question from its words and the rarity of their stems in the corpus. Stems `absent` from
        the corpus weigh by their rarity in French, numbers and names the most: a year or a town that the corpus never
        mentions is more informative than a common verb."""
        words = {stem: word for word in topic.split() for stem in french.terms(word)}
        heaviest = max(weights.values(), default=0.0)

        def weight(stem: str, word: str) -> float:
            if stem not in absent:
                return weights.get(stem, 0.0)
            return heaviest * (1.0 if word[0].isupper() or word[0].isdigit() else rarity.rarity(word))

        weighed = {stem: max(weight(stem, word), _LEAST_WEIGHT) for stem, word in words.items()}
        return cls(weighed, words, tuple(expansions))

    def without(self, stems: Container[str]) -> Topic:
        """Return the topic without some of its stems; the whole topic when no stem would be left."""
        left = {stem: weight for stem, weight in self.weights.items() if stem not in stems}
        words = {stem: word for stem, word in self.words.items() if stem in left}
        return Topic(left, words, self.expansions) if left else self

    @cached_property
    def total(self) -> float:
        """Total weight of its stems."""
        return sum(self.weights.values())

    def covered(self, text: str) -> frozenset[str]:
        """Return the stems of the topic that `text` holds, directly or through an expansion."""
        present, line = _terms(text)
        found = self._stems & present
        for expansion, forms in self._forms:
            if any(f" {form} " in line for form in forms):
                found |= expansion.stems & self._stems
        return found

    def covered_by(self, passage: Passage, without: Container[str] = ()) -> frozenset[str]:
        """Return the stems of the topic that a passage or its context lines hold, except the lines in `without`."""
        above = (line for line in passage.context if line not in without)
        return self.covered_in((*above, *(unit.text for unit in units(passage))))

    def covered_in(self, texts: Iterable[str]) -> frozenset[str]:
        """Return the stems of the topic that at least one of these texts holds."""
        return frozenset[str]().union(*map(self.covered, texts))

    def share(self, stems: Iterable[str]) -> float:
        """Return the share of the topic, by weight, that these stems make up: 0 to 1."""
        if self.total <= 0:
            return 0.0
        return sum(self.weights[stem] for stem in set(stems)) / self.total

    def is_named_by(self, heading: str) -> bool:
        """Return True when a heading consists of the topic and nothing else."""
        return (
            bool(self.weights)
            and self.covered(heading) == self.weights.keys()
            and (len(set(french.terms(heading))) <= len(self.weights))
        )

    def nearness(self, text: str) -> float:
        """Return the share of the topic that `text` covers, 0 to 1, where a missing word counts by its spelling
        similarity with the most similar word of the text: a derived form, or a misspelt word."""
        covered = self.covered(text)
        lacking = self.weights.keys() - covered
        present_grams = [_grams(word) for word in set(french.words(text))] if lacking else []
        near = sum(self.weights[stem] * _best_similarity(self.words[stem], present_grams) for stem in lacking)
        return self.share(covered) + (near / self.total if self.total > 0 else 0.0)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(self.weights)

    @cached_property
    def _forms(self) -> tuple[tuple[Expansion, tuple[str, ...]], ...]:
        return tuple(
            (expansion, tuple(french.terms_line(form) for form in expansion.forms)) for expansion in self.expansions
        )


@lru_cache(maxsize=2000)  # enough for the units of several answers
def _terms(text: str) -> tuple[frozenset[str], str]:
    """Return the stems of a text as a set, and as one line in their order. Cached: each step of an answer needs the
    same texts, and passages share their context lines."""
    terms = french.terms(text)
    return frozenset(terms), f" {' '.join(terms)} "


def spelling_similarity(word: str, other: str) -> float:
    """Return the similarity in spelling of two folded words, 0 to 1: Dice's coefficient of their character 4-grams."""
    grams, other_grams = _grams(word), _grams(other)
    return 2 * len(grams & other_grams) / (len(grams) + len(other_grams))


def _best_similarity(word: str, others: Sequence[frozenset[str]]) -> float:
    """Return the greatest spelling similarity of a word with others, given by their 4-grams; 0 when none reaches
    `_LEAST_SIMILARITY`."""
    grams = _grams(french.fold(word))
    best = max((2 * len(grams & other) / (len(grams) + len(other)) for other in others), default=0.0)
    return best if best >= _LEAST_SIMILARITY else 0.0


@lru_cache(maxsize=50_000)
def _grams(word: str) -> frozenset[str]:
    framed = f"_{word}_"
    return frozenset(framed[start : start + _GRAM_LETTERS] for start in range(max(1, len(framed) - _GRAM_LETTERS + 1)))
