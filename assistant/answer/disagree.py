"""Passages that do not go the same way: about the same things, one says what another denies, or another number. Pure,
by words alone; what it finds is shown side by side, and judged by the reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from assistant.answer.clauses import Clause, clauses
from index.types import Unit

_NEGATIONS = frozenset("pas non plus jamais aucun rien ni sans".split())
_LEAST = 2  # words that two clauses must share
_SHARE = 0.6  # of the words of the shorter clause, that the other must have
_COUNTING = 0.75  # the same, for clauses that count


def against(quoted: Sequence[Unit], others: Sequence[Unit]) -> tuple[Unit, ...]:
    """The units, quoted or not, that contradict one that stands before them and is not of their passage."""
    found: list[Unit] = []
    for unit in dict.fromkeys((*quoted, *others)):
        before = (one for one in quoted if one != unit and one not in found)
        earlier = _before(unit, before, quoted)
        if any(one.passage.id != unit.passage.id and contradict(one, unit) for one in earlier):
            found.append(unit)
    return tuple(found)


def contradict(one: Unit, other: Unit) -> bool:
    """Whether a clause of one unit denies a clause of the other, or counts otherwise what it counts."""
    return any(_opposed(a, b) for a, b in product(clauses(one.text), clauses(other.text)))


def _before(unit: Unit, units: Iterator[Unit], quoted: Sequence[Unit]) -> Iterator[Unit]:
    """Those of `units` that are quoted before a unit; all of them if it is not quoted."""
    at = quoted.index(unit) if unit in quoted else len(quoted)
    return (one for one in units if quoted.index(one) < at)


def _opposed(one: Clause, other: Clause) -> bool:
    if one.frame or other.frame or set(one.names) ^ set(other.names):
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
