"""Finds passages that contradict each other: about the same things, one affirms and another denies, or gives another
number. Pure functions that look at words alone; the passages are shown side by side, and the reader judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from assistant.answer.clauses import Clause, clauses
from index.language import french
from index.types import Unit

_NEGATIONS = frozenset("pas non plus jamais aucun rien ni sans".split())
_NEGATION_WORDS = _NEGATIONS | frozenset(("aucune", "nul", "nulle", "point", "guere"))
_LEAST_SHARED = 2  # words that two clauses must share
_LEAST_SHARE = 0.6  # of the words of the shorter clause, which the other must have
_COUNT_SHARE = 0.75  # the same, for clauses that count


def contradicting(quoted: Sequence[Unit], others: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return the units, quoted or not, that contradict an earlier quoted unit of another passage which itself
    contradicts none."""
    accepted: list[_UnitProfile] = []
    found: list[Unit] = []
    for unit in dict.fromkeys((*quoted, *others)):
        profile = _UnitProfile.of(unit)
        if any(earlier.may_contradict(profile) and contradict(earlier.unit, unit) for earlier in accepted):
            found.append(unit)
        elif unit in quoted:
            accepted.append(profile)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _UnitProfile:
    """Word statistics of a unit, a cheap filter before `contradict`: two units that share few words cannot contradict
    each other."""

    unit: Unit
    stems: frozenset[str]
    denies: bool
    counts: bool

    @classmethod
    def of(cls, unit: Unit) -> _UnitProfile:
        words = frozenset(french.words(unit.text))
        stems = frozenset(map(french.stem, filter(french.carries_meaning, words)))
        return cls(unit, stems, bool(words & _NEGATION_WORDS), any(word.isdigit() for word in words))

    def may_contradict(self, other: _UnitProfile) -> bool:
        if self.unit.passage.id == other.unit.passage.id or len(self.stems & other.stems) < _LEAST_SHARED:
            return False
        return self.denies or other.denies or (self.counts and other.counts)


def contradict(first: Unit, second: Unit) -> bool:
    """Return True when a clause of one unit denies a clause of the other, or gives another number for the same noun."""
    return any(_are_opposed(a, b) for a, b in product(_clauses(first.text), _clauses(second.text)))


@lru_cache(maxsize=256)  # enough for the units of several answers
def _clauses(text: str) -> tuple[Clause, ...]:
    return tuple(clauses(text))


def _are_opposed(first: Clause, second: Clause) -> bool:
    if first.frame or second.frame or len(first.terms) < _LEAST_SHARED or len(second.terms) < _LEAST_SHARED:
        return False
    if set(first.names) ^ set(second.names):
        return False
    shared = sum(bool(term & second.stems) for term in first.terms)
    shortest = min(len(first.terms), len(second.terms))
    if shared < _LEAST_SHARED or shared < _LEAST_SHARE * shortest:
        return False
    denied = [len(clause.modifiers & _NEGATIONS) for clause in (first, second)]
    if sorted(map(bool, denied)) == [False, True]:
        return True
    return not any(denied) and shared >= _COUNT_SHARE * shortest and _give_other_number(first, second)


def _give_other_number(first: Clause, second: Clause) -> bool:
    """Return True when both clauses count the same noun with different numbers. Only a number followed by a plural noun
    counts, not one that names: « le 15 mai », « l’article 3 »."""
    first_counts, second_counts = _counted(first), _counted(second)
    return any(
        number != other_number and bool(noun & other_noun)
        for (number, noun), (other_number, other_noun) in product(first_counts, second_counts)
    ) and not any(
        number == other_number and noun & other_noun
        for (number, noun), (other_number, other_noun) in product(first_counts, second_counts)
    )


def _counted(clause: Clause) -> list[tuple[str, frozenset[str]]]:
    """Return each number that a plural noun follows, with the stems of this noun."""
    found = []
    for position, (word, (shared, is_content)) in enumerate(zip(clause.folded, clause.marked, strict=True)):
        if (
            is_content
            and word.endswith(("s", "x"))
            and word != "mars"
            and position
            and clause.folded[position - 1].isdigit()
        ):
            found.append((clause.folded[position - 1], shared))
    return found
