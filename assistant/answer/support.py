"""Is a sentence said by the passages that it cites? Pure functions that look at words alone, and would rather drop a
sentence that is right than show one that is not: no word that carries meaning may be new, the words follow one another
as they do in the passage, with nothing left out between them but what stands apart (an aside, one of several things
joined by « et »), and what turns a meaning round (a number, a name, a negation, a condition, a doubt, who spoke) stands
in the sentence as it stands in the passage.

A sentence is taken a clause at a time, and one unit alone must support a clause: what two people said is not to be
put together into what neither did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.answer.clauses import Clause, clauses
from index.language import french
from index.types import Unit

_CITED = re.compile(r"\s*\[\d+(?:\s*[,;]\s*\d+)*\]")
# Words with which any passage is reported; they claim nothing of their own.
_REPORTING = frozenset(
    french.stem(french.fold(word))
    for word in "passage passages corpus texte document entretien selon dit disent indique indiquent explique "
    "expliquent mentionne mentionnent précise parle parlent aussi également ainsi notamment".split()
)
_PLACING = frozenset("a au aux en de du des d dans sur".split())
_OPENING = _PLACING | frozenset("par pour avec chez sans sous vers depuis contre".split())
_JOINING = frozenset("et ou ni dont qui".split())


def is_supported(sentence: str, units: Sequence[Unit]) -> bool:
    """Whether each clause of a sentence is said by one of the units that it cites. Who speaks, where and when come from
    what stands above the unit; its headings do so for an item of a list only, which says little without them. The
    numbers of the citations, in square brackets, are not part of what it says. A sentence that says nothing is not
    supported, nor is a word alone."""
    return bool(supporters(sentence, units))


def supporters(sentence: str, units: Sequence[Unit]) -> tuple[Unit, ...]:
    """The units, among those that a sentence cites, that say one of its clauses; none when the sentence is not
    supported (see `is_supported`)."""
    said = [clause for clause in clauses(_CITED.sub("", sentence)) if clause.words]
    telling = [clause for clause in said if clause.terms or clause.numbers]
    if sum(len(clause.terms) + 2 * len(clause.numbers) for clause in telling) < 2:
        return ()
    evidence = {unit: _Evidence.of(unit) for unit in units}
    said_by = {unit: [clause for clause in said if one.supports(clause)] for unit, one in evidence.items()}
    if not all(any(clause in those for those in said_by.values()) for clause in said):
        return ()
    return tuple(unit for unit, those in said_by.items() if any(clause in telling for clause in those))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a unit that carries meaning: what its forms share; whether it begins its clause, and after which
    preposition; whether it is joined to what stands before."""

    shared: frozenset[str]
    begins: bool
    opening: str
    joined: bool


@dataclass(frozen=True)
class _Evidence:
    """A unit as clauses and as its words that carry meaning, and what stands above it: who speaks, where and when,
    under which title, and for an item of a list its headings."""

    own: tuple[Clause, ...]
    words: tuple[_Word, ...]
    speaker: frozenset[str]
    where: frozenset[str]
    title: frozenset[str]
    headings: frozenset[str]
    above: tuple[Clause, ...]

    @classmethod
    def of(cls, unit: Unit) -> _Evidence:
        passage = unit.passage
        source = passage.source
        headings = passage.context if passage.kind == "item" else ()
        speaker, where, title, over = (
            tuple(clause for text in texts for clause in clauses(text))
            for texts in ((passage.place.speaker or "",), (source.site, source.date), (source.title,), headings)
        )
        own = tuple(clauses(unit.text))
        return cls(
            own,
            tuple(_words(own)),
            _said(speaker),
            _said(where),
            _said(title),
            _said(over),
            (*speaker, *where, *title, *over),
        )

    def supports(self, clause: Clause) -> bool:
        """Whether the unit says a clause."""
        followed = self._own_words(clause)
        return (
            followed is not None
            and ((len(followed) == 1 and bool(clause.numbers)) or self._follow(clause, followed))
            and self._counts(clause)
            and self._names(clause)
            and self._turns(clause)
        )

    def _own_words(self, clause: Clause) -> tuple[frozenset[str], ...] | None:
        """The words of a clause that the unit itself has, less those of a complement put before the rest, here or
        there; `None` when one stands nowhere, or above the unit where it may not come from."""
        said = _said(self.own)
        before = frozenset[str]().union(*(shared for one in self.own for shared, _ in one.marked[: one.lead]))
        attributed = clause.folded[:1] == ("selon",) or clause.folded[:2] == ("d", "apres")
        allowed = _REPORTING | self.speaker | self.headings | (self.title if attributed else frozenset())
        found = []
        for at, (shared, telling) in enumerate(clause.marked):
            if not telling:
                continue
            if shared & said:
                complement = shared & before and _PLACING & set(clause.folded[max(0, at - 2) : at])
                found += [] if complement or at < clause.lead else [shared]
            elif not shared & allowed and not (shared & self.where and at and clause.folded[at - 1] in _PLACING):
                return None
        return tuple(found)

    def _follow(self, clause: Clause, wanted: tuple[frozenset[str], ...]) -> bool:
        """Whether the unit has these words one after the other, from the beginning of one of its clauses, with nothing
        between two of them but what stands apart."""
        words = self.words

        def begins(at: int) -> bool:
            opening = words[at].opening
            return words[at].begins and (not opening or clause.folded[clause.lead : clause.lead + 1] == (opening,))

        @cache
        def goes_on(number: int, at: int) -> bool:
            if number == len(wanted):
                return True
            after = range(at + 1, len(words))
            return any(
                words[next_].shared & wanted[number] and self._stands_apart(at, next_) and goes_on(number + 1, next_)
                for next_ in after
            )

        if not wanted:
            return True
        return any(word.shared & wanted[0] and begins(at) and goes_on(1, at) for at, word in enumerate(words))

    def _stands_apart(self, at: int, other: int) -> bool:
        """Whether what lies between two words of the unit can be left out."""
        if other == at + 1:
            return True
        first, last = self.words[at + 1], self.words[other]
        return first.begins or first.joined or last.joined

    def _counts(self, clause: Clause) -> bool:
        """Whether each number stands here beside a word that it stands beside there."""
        here = [pair for one in (*self.own, *self.above) for pair in one.numbers]

        def is_counted(number: str, beside: frozenset[str]) -> bool:
            there = [around for other, around in here if other == number]
            return any(not beside or not around or beside & around for around in there)

        return all(is_counted(number, beside) for number, beside in clause.numbers)

    def _names(self, clause: Clause) -> bool:
        """Whether its names stand here, in the order they have there when all are in the unit itself."""
        own = [word for one in self.own for word in one.folded]
        above = {word for one in self.above for word in one.folded}
        at = 0
        for name in clause.names:
            if name in own[at:]:
                at += own[at:].index(name) + 1
            elif name in own or name not in above:
                return False
        return True

    def _turns(self, clause: Clause) -> bool:
        """Whether a clause of the unit that shares the most with this one is turned and framed as it is, and no word
        that it lacks comes from one that is turned otherwise."""
        shared = [clause.shared_with(one) for one in self.own]
        most = max(shared, default=0)
        if not most:
            return not clause.turned and not clause.frame
        alike = [one for one in self.own if (one.turned, one.frame) == (clause.turned, clause.frame)]
        said_alike = frozenset[str]().union(*(one.said for one in alike))
        said_otherwise = frozenset[str]().union(*(one.said for one in self.own if one not in alike)) - said_alike
        nearest = any(one in alike for one, many in zip(self.own, shared, strict=True) if many == most)
        return nearest and not any(term & said_otherwise and not term & said_alike for term in clause.terms)


def _said(group: Sequence[Clause]) -> frozenset[str]:
    return frozenset[str]().union(*(one.said for one in group))


def _words(own: Sequence[Clause]) -> Iterator[_Word]:
    for clause in own:
        begins, joined, opening = True, False, ""
        for at, (shared, telling) in enumerate(clause.marked):
            folded = clause.folded[at]
            if at == clause.lead:  # what follows a complement put before it begins there
                begins, opening = True, ""
            joined = joined or folded in _JOINING
            opening = opening or (folded if begins and folded in _OPENING else "")
            if telling:
                yield _Word(shared, begins, opening, joined)
                begins, joined, opening = False, False, ""
