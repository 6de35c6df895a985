"""How much of what a question is about a text speaks of: the share of its words, weighted by their rarity."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.understand.lexicon import Expansion
from index.language import french, rarity
from index.reading.units import units
from index.types import Passage

_LETTERS = 4  # compared together
_ALIKE = 0.4  # from which two words may be one
_LEAST = 0.5  # weight of a word that stands everywhere


@dataclass(frozen=True)
class Topic:
    """The words that a question is about. `weights` gives the rarity of each stem (BM25's inverse document frequency)
    and `words` how the question writes it; an expansion stands for the stems it names."""

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
        """The topic of a question from its words and the rarity of their stems in the corpus. Those that are `absent`
        from it weigh by their rarity in French, numbers and names the most: a year or a town that nobody there speaks
        of says more than a common verb."""
        words = {stem: word for word in topic.split() for stem in french.terms(word)}
        heaviest = max(weights.values(), default=0.0)

        def weight(stem: str, word: str) -> float:
            if stem not in absent:
                return weights.get(stem, 0.0)
            return heaviest * (1.0 if word[0].isupper() or word[0].isdigit() else rarity.rarity(word))

        weighed = {stem: max(weight(stem, word), _LEAST) for stem, word in words.items()}
        return cls(weighed, words, tuple(expansions))

    def without(self, stems: Container[str]) -> Topic:
        """The topic less some of its stems; whole if nothing else is left of it."""
        left = {stem: weight for stem, weight in self.weights.items() if stem not in stems}
        words = {stem: word for stem, word in self.words.items() if stem in left}
        return Topic(left, words, self.expansions) if left else self

    @cached_property
    def total(self) -> float:
        """The weight of all its stems."""
        return sum(self.weights.values())

    def covered(self, text: str) -> frozenset[str]:
        """The stems of the topic that `text` holds, itself or in another form."""
        present, line = _terms(text)
        found = self._stems & present
        for expansion, forms in self._forms:
            if any(f" {form} " in line for form in forms):
                found |= expansion.stems & self._stems
        return found

    def covered_by(self, passage: Passage, without: Container[str] = ()) -> frozenset[str]:
        """The stems of the topic that a passage or a line above it holds, the lines `without` left out."""
        above = (line for line in passage.context if line not in without)
        return self.covered_in((*above, *(unit.text for unit in units(passage))))

    def covered_in(self, texts: Iterable[str]) -> frozenset[str]:
        """The stems of the topic that one of these texts holds."""
        return frozenset[str]().union(*map(self.covered, texts))

    def share(self, stems: Iterable[str]) -> float:
        """The share, by weight, of the topic that these stems make: 0 to 1."""
        if self.total <= 0:
            return 0.0
        return sum(self.weights[stem] for stem in set(stems)) / self.total

    def is_named_by(self, heading: str) -> bool:
        """Whether a heading says the topic and nothing else."""
        return (
            bool(self.weights)
            and self.covered(heading) == self.weights.keys()
            and (len(set(french.terms(heading))) <= len(self.weights))
        )

    def nearness(self, text: str) -> float:
        """As the share of what `text` covers, where a word that it lacks counts by how much it looks like the likest of
        its words: a derived form, or one that was misspelt. 0 to 1."""
        covered = self.covered(text)
        lacking = self.weights.keys() - covered
        there = [_grams(word) for word in set(french.words(text))] if lacking else []
        near = sum(self.weights[stem] * _likest(self.words[stem], there) for stem in lacking)
        return self.share(covered) + (near / self.total if self.total > 0 else 0.0)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(self.weights)

    @cached_property
    def _forms(self) -> tuple[tuple[Expansion, tuple[str, ...]], ...]:
        return tuple(
            (expansion, tuple(french.terms_line(form) for form in expansion.forms)) for expansion in self.expansions
        )


@lru_cache(maxsize=2000)  # the units of some answers at once
def _terms(text: str) -> tuple[frozenset[str], str]:
    """The stems of a text, and one line of them in their order. A text is asked for by each step of an answer, and a
    line above passages by each of them."""
    terms = french.terms(text)
    return frozenset(terms), f" {' '.join(terms)} "


def likeness(one: str, other: str) -> float:
    """How much two folded words look alike, 0 to 1: Dice's coefficient of their letters four by four."""
    grams, others = _grams(one), _grams(other)
    return 2 * len(grams & others) / (len(grams) + len(others))


def _likest(word: str, others: Sequence[frozenset[str]]) -> float:
    """The greatest likeness of a word with one of others, 0 where none looks like it: Dice's coefficient of their
    letters four by four."""
    grams = _grams(french.fold(word))
    best = max((2 * len(grams & other) / (len(grams) + len(other)) for other in others), default=0.0)
    return best if best >= _ALIKE else 0.0


@lru_cache(maxsize=50_000)
def _grams(word: str) -> frozenset[str]:
    framed = f"_{word}_"
    return frozenset(framed[start : start + _LETTERS] for start in range(max(1, len(framed) - _LETTERS + 1)))
