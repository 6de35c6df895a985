"""Passages that do not go the same way: about the same things, one says what another denies, or another number. Pure,
by words alone; what it finds is shown side by side, and judged by the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from assistant.answer.clauses import Clause, clauses
from index.language import french
from index.types import Unit

_NEGATIONS = frozenset("pas non plus jamais aucun rien ni sans".split())
_DENYING = _NEGATIONS | frozenset(("aucune", "nul", "nulle", "point", "guere"))
_LEAST = 2  # words that two clauses must share
_SHARE = 0.6  # of the words of the shorter clause, that the other must have
_COUNTING = 0.75  # the same, for clauses that count


def against(quoted: Sequence[Unit], others: Sequence[Unit]) -> tuple[Unit, ...]:
    """The units, quoted or not, that contradict one that is quoted before them, is not of their passage, and
    contradicts none itself."""
    standing: list[_Glanced] = []
    found: list[Unit] = []
    for unit in dict.fromkeys((*quoted, *others)):
        glanced = _Glanced.at(unit)
        if any(one.may_contradict(glanced) and contradict(one.unit, unit) for one in standing):
            found.append(unit)
        elif unit in quoted:
            standing.append(glanced)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Glanced:
    """What tells at a glance that two units have nothing to contradict in each other."""

    unit: Unit
    stems: frozenset[str]
    denies: bool
    counts: bool

    @classmethod
    def at(cls, unit: Unit) -> _Glanced:
        words = frozenset(french.words(unit.text))
        stems = frozenset(map(french.stem, filter(french.carries_meaning, words)))
        return cls(unit, stems, bool(words & _DENYING), any(word.isdigit() for word in words))

    def may_contradict(self, other: _Glanced) -> bool:
        if self.unit.passage.id == other.unit.passage.id or len(self.stems & other.stems) < _LEAST:
            return False
        return self.denies or other.denies or (self.counts and other.counts)


def contradict(one: Unit, other: Unit) -> bool:
    """Whether a clause of one unit denies a clause of the other, or counts otherwise what it counts."""
    return any(_opposed(a, b) for a, b in product(_clauses(one.text), _clauses(other.text)))


@lru_cache(maxsize=256)  # those of some answers at once
def _clauses(text: str) -> tuple[Clause, ...]:
    return tuple(clauses(text))


def _opposed(one: Clause, other: Clause) -> bool:
    if one.frame or other.frame or len(one.terms) < _LEAST or len(other.terms) < _LEAST:
        return False
    if set(one.names) ^ set(other.names):
        return False
    shared = sum(bool(term & other.said) for term in one.terms)
    shortest = min(len(one.terms), len(other.terms))
    if shared < _LEAST or shared < _SHARE * shortest:
        return False
    denied = [len(clause.turned & _NEGATIONS) for clause in (one, other)]
    if sorted(map(bool, denied)) == [False, True]:
        return True
    return not any(denied) and shared >= _COUNTING * shortest and _count_otherwise(one, other)


def _count_otherwise(one: Clause, other: Clause) -> bool:
    """Whether both clauses count one thing, and not to the same number: a number that a noun in the plural follows,
    and not one that names, « le 15 mai », « l’article 3 »."""
    here, there = _counted(one), _counted(other)
    return any(
        number != another and bool(what & thing) for (number, what), (another, thing) in product(here, there)
    ) and not any(number == another and what & thing for (number, what), (another, thing) in product(here, there))


def _counted(clause: Clause) -> list[tuple[str, frozenset[str]]]:
    """Each number with what the noun after it shares with its other forms."""
    found = []
    for at, (word, (shared, telling)) in enumerate(zip(clause.folded, clause.marked, strict=True)):
        if telling and word.endswith(("s", "x")) and word != "mars" and at and clause.folded[at - 1].isdigit():
            found.append((clause.folded[at - 1], shared))
    return found
