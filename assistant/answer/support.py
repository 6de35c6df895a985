"""Checks that the passages cited by a sentence support it.

Pure functions that look at words alone, and prefer to reject a correct sentence than to accept a wrong one. A sentence
may not add a content word. Its words follow each other as in the passage; only detachable parts (an aside, one of
several things joined by « et ») may be left out between them. Words that change a meaning (a number, a name, a
negation, a condition, a doubt, the speaker) must be the same in the sentence and in the passage.

A sentence is checked clause by clause, and a single unit must support a clause: the words of two people must not be
combined into a statement that neither made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.answer.clauses import Clause, clauses
from index.language import french
from index.types import Unit

_CITED = re.compile(r"\s*\[\d+(?:\s*[,;]\s*\d+)*\]")
# Words that report any passage; they make no claim of their own.
_REPORTING = frozenset(
    french.stem(french.fold(word))
    for word in "passage passages corpus texte document entretien selon dit disent indique indiquent explique "
    "expliquent mentionne mentionnent précise parle parlent aussi également ainsi notamment".split()
)
_PLACE_PREPOSITIONS = frozenset("a au aux en de du des d dans sur".split())
_OPENING_PREPOSITIONS = _PLACE_PREPOSITIONS | frozenset("par pour avec chez sans sous vers depuis contre".split())
_CONJUNCTIONS = frozenset("et ou ni dont qui".split())


def is_supported(sentence: str, units: Sequence[Unit]) -> bool:
    """Return True when each clause of a sentence is supported by one of the units that it cites. The speaker, the place
    and the date come from the metadata of the unit; its headings count for a list item only, which has little content
    without them. Citation numbers, in square brackets, are ignored. A sentence without content, or of a single word, is
    not supported."""
    return bool(supporters(sentence, units))


def supporters(sentence: str, units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return the units, among those that a sentence cites, that support one of its clauses; none when the sentence is
    not supported (see `is_supported`)."""
    sentence_clauses = [clause for clause in clauses(_CITED.sub("", sentence)) if clause.words]
    content_clauses = [clause for clause in sentence_clauses if clause.terms or clause.numbers]
    if sum(len(clause.terms) + 2 * len(clause.numbers) for clause in content_clauses) < 2:
        return ()
    evidence = {unit: _UnitEvidence.of(unit) for unit in units}
    clauses_by_unit = {
        unit: [clause for clause in sentence_clauses if unit_evidence.supports(clause)]
        for unit, unit_evidence in evidence.items()
    }
    if not all(any(clause in supported for supported in clauses_by_unit.values()) for clause in sentence_clauses):
        return ()
    return tuple(
        unit for unit, supported in clauses_by_unit.items() if any(clause in content_clauses for clause in supported)
    )


@dataclass(frozen=True, slots=True)
class _ContentWord:
    """A content word of a unit. `shared` holds the stems that its forms share; `starts_clause` is True for the first of
    its clause, after the preposition `opening`; `joined` is True after a conjunction."""

    shared: frozenset[str]
    starts_clause: bool
    opening: str
    joined: bool


@dataclass(frozen=True)
class _UnitEvidence:
    """A unit as clauses and as content words, with the stems of its speaker, of its site and date (`where`), of its
    title, and of the headings of a list item. `above` holds the clauses of all this metadata."""

    own: tuple[Clause, ...]
    words: tuple[_ContentWord, ...]
    speaker: frozenset[str]
    where: frozenset[str]
    title: frozenset[str]
    headings: frozenset[str]
    above: tuple[Clause, ...]

    @classmethod
    def of(cls, unit: Unit) -> _UnitEvidence:
        passage = unit.passage
        source = passage.source
        headings = passage.context if passage.kind == "item" else ()
        speaker, where, title, headings_clauses = (
            tuple(clause for text in texts for clause in clauses(text))
            for texts in ((passage.place.speaker or "",), (source.site, source.date), (source.title,), headings)
        )
        own = tuple(clauses(unit.text))
        return cls(
            own,
            tuple(_words(own)),
            _all_stems(speaker),
            _all_stems(where),
            _all_stems(title),
            _all_stems(headings_clauses),
            (*speaker, *where, *title, *headings_clauses),
        )

    def supports(self, clause: Clause) -> bool:
        """Return True when the unit supports a clause."""
        sequence = self._own_words(clause)
        return (
            sequence is not None
            and ((len(sequence) == 1 and bool(clause.numbers)) or self._has_in_sequence(clause, sequence))
            and self._has_numbers(clause)
            and self._has_names(clause)
            and self._has_same_modifiers(clause)
        )

    def _own_words(self, clause: Clause) -> tuple[frozenset[str], ...] | None:
        """Return the content words of a clause that the text of the unit holds, except those of a complement placed
        before the rest, in the clause or in the unit; `None` when a word is missing, or comes from metadata that does
        not allow it."""
        own_stems = _all_stems(self.own)
        before = frozenset[str]().union(
            *(shared for own_clause in self.own for shared, _ in own_clause.marked[: own_clause.lead])
        )
        attributed = clause.folded[:1] == ("selon",) or clause.folded[:2] == ("d", "apres")
        allowed = _REPORTING | self.speaker | self.headings | (self.title if attributed else frozenset())
        found = []
        for position, (shared, is_content) in enumerate(clause.marked):
            if not is_content:
                continue
            if shared & own_stems:
                complement = shared & before and _PLACE_PREPOSITIONS & set(
                    clause.folded[max(0, position - 2) : position]
                )
                found += [] if complement or position < clause.lead else [shared]
            elif not shared & allowed and not (
                shared & self.where and position and clause.folded[position - 1] in _PLACE_PREPOSITIONS
            ):
                return None
        return tuple(found)

    def _has_in_sequence(self, clause: Clause, wanted: tuple[frozenset[str], ...]) -> bool:
        """Return True when the unit holds these words in sequence, from the beginning of one of its clauses, with only
        detachable parts between two of them."""
        words = self.words

        def starts_clause(position: int) -> bool:
            opening = words[position].opening
            return words[position].starts_clause and (
                not opening or clause.folded[clause.lead : clause.lead + 1] == (opening,)
            )

        @cache
        def continues(number: int, position: int) -> bool:
            if number == len(wanted):
                return True
            after = range(position + 1, len(words))
            return any(
                words[next_].shared & wanted[number]
                and self._is_detachable(position, next_)
                and continues(number + 1, next_)
                for next_ in after
            )

        if not wanted:
            return True
        return any(
            word.shared & wanted[0] and starts_clause(position) and continues(1, position)
            for position, word in enumerate(words)
        )

    def _is_detachable(self, position: int, other: int) -> bool:
        """Return True when the words between two positions of the unit can be left out."""
        if other == position + 1:
            return True
        first, last = self.words[position + 1], self.words[other]
        return first.starts_clause or first.joined or last.joined

    def _has_numbers(self, clause: Clause) -> bool:
        """Return True when the unit holds each number of the clause, beside a word that the clause also puts beside
        it."""
        evidence_numbers = [pair for own_clause in (*self.own, *self.above) for pair in own_clause.numbers]

        def is_counted(number: str, expected: frozenset[str]) -> bool:
            found = [around for other, around in evidence_numbers if other == number]
            return any(not expected or not around or expected & around for around in found)

        return all(is_counted(number, expected) for number, expected in clause.numbers)

    def _has_names(self, clause: Clause) -> bool:
        """Return True when the unit holds the names of the clause, in the same order when all of them are in its own
        text."""
        own = [word for own_clause in self.own for word in own_clause.folded]
        above = {word for own_clause in self.above for word in own_clause.folded}
        position = 0
        for name in clause.names:
            if name in own[position:]:
                position += own[position:].index(name) + 1
            elif name in own or name not in above:
                return False
        return True

    def _has_same_modifiers(self, clause: Clause) -> bool:
        """Return True when a clause of the unit that shares the most words with this one has the same modifiers and the
        same frame, and no other word of this clause comes from a clause with other modifiers or another frame."""
        shared = [clause.shared_with(own_clause) for own_clause in self.own]
        most = max(shared, default=0)
        if not most:
            return not clause.modifiers and not clause.frame
        alike = [
            own_clause
            for own_clause in self.own
            if (own_clause.modifiers, own_clause.frame) == (clause.modifiers, clause.frame)
        ]
        stems_alike = frozenset[str]().union(*(own_clause.stems for own_clause in alike))
        stems_otherwise = (
            frozenset[str]().union(*(own_clause.stems for own_clause in self.own if own_clause not in alike))
            - stems_alike
        )
        nearest = any(own_clause in alike for own_clause, count in zip(self.own, shared, strict=True) if count == most)
        return nearest and not any(term & stems_otherwise and not term & stems_alike for term in clause.terms)


def _all_stems(group: Sequence[Clause]) -> frozenset[str]:
    return frozenset[str]().union(*(clause.stems for clause in group))


def _words(own: Sequence[Clause]) -> Iterator[_ContentWord]:
    for clause in own:
        starts_clause, joined, opening = True, False, ""
        for position, (shared, is_content) in enumerate(clause.marked):
            folded = clause.folded[position]
            if position == clause.lead:  # after a leading complement, the clause itself begins here
                starts_clause, opening = True, ""
            joined = joined or folded in _CONJUNCTIONS
            opening = opening or (folded if starts_clause and folded in _OPENING_PREPOSITIONS else "")
            if is_content:
                yield _ContentWord(shared, starts_clause, opening, joined)
                starts_clause, joined, opening = False, False, ""
