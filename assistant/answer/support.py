"""Is a sentence said by the passages that it cites? Pure functions that look at words alone, and would rather drop a
sentence that is right than show one that is not: no word that carries meaning may be new, and what turns a meaning
round (a number, a name, a negation, who spoke) must stand in the passage as it stands in the sentence.

A sentence is taken a clause at a time, and one unit alone must support a clause: what two people said is not to be
put together into what neither did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index.search import french
from index.types import Unit

_CITED = re.compile(r"\s*\[\d+(?:\s*[,;]\s*\d+)*\]")
_CLAUSE = re.compile(
    r"([.!?…;:,()«»\"“”]+|(?<!\w)(?:mais|car|donc|tandis que|alors que|parce que)(?!\w))", re.IGNORECASE
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞŒ]")
_NEAR = 3  # words between a number and what it counts

# What turns the meaning of a clause round, each with its other forms. « ne » alone is not among them: speech leaves it
# out, and the rest of the negation tells.
_TURNING = {
    word: forms.split()[0]
    for forms in (
        "pas point guere", "non", "plus", "davantage", "jamais", "aucun aucune nul nulle", "rien", "ni", "sans",
        "moins", "seul seule seuls seules seulement uniquement", "tous toutes", "toujours", "chaque chacun chacune",
        "partout", "certains certaines", "quelques", "plusieurs", "parfois", "rarement", "presque", "souvent",
        "plupart", "peut peuvent pourrait pourraient pourra pourront", "devrait devraient faudrait", "tot", "tard",
        "avant", "apres", "trop", "assez", "peu", "beaucoup",
    )
    for word in forms.split()
}  # fmt: skip
_WITH_NE = {"personne": "personne", "que": "seul", "qu": "seul"}  # that turn a meaning round after « ne » only
_NUMBERS = dict(
    zip(
        (
            "zero deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente "
            "quarante cinquante soixante cent mille"
        ).split(),
        "0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 20 30 40 50 60 100 1000".split(),
        strict=True,
    )
)
# Words with which any passage is reported; they claim nothing of their own.
_REPORTING = frozenset(
    french.stem(french.fold(word))
    for word in "passage passages corpus texte document entretien selon dit disent indique indiquent explique "
    "expliquent mentionne mentionnent précise parle parlent aussi également ainsi notamment".split()
)


@dataclass(frozen=True)
class _Clause:
    """The words of a clause as they are written, in order."""

    words: tuple[str, ...]
    begins: bool  # a sentence, so that its first word has a capital whatever it is

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(french.fold(word) for word in self.words)

    @cached_property
    def terms(self) -> frozenset[frozenset[str]]:
        """Its words that carry meaning, numbers aside, each as what its forms share."""
        pairs = zip(self.words, self.folded, strict=True)
        return frozenset(_shared_by_forms(word) for word, folded in pairs if _is_telling(folded))

    @cached_property
    def said(self) -> frozenset[str]:
        """What the forms of its words share, together."""
        return frozenset[str]().union(*self.terms)

    @cached_property
    def turned(self) -> frozenset[str]:
        """What turns its meaning round."""
        negated = bool({"ne", "n"} & set(self.folded))
        marks = {_TURNING[word] for word in self.folded if word in _TURNING}
        return frozenset(marks | ({_WITH_NE[word] for word in self.folded if word in _WITH_NE} if negated else set()))

    @cached_property
    def numbers(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Each number, and what the forms of the words around it share."""
        found = []
        for at, word in enumerate(self.folded):
            if _is_number(word):
                near = range(max(0, at - _NEAR), min(len(self.words), at + 1 + _NEAR))
                around = (_shared_by_forms(self.words[one]) for one in near if _is_telling(self.folded[one]))
                found.append((_NUMBERS.get(word, word.replace(",", ".")), frozenset[str]().union(*around)))
        return tuple(found)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its words in capitals, in order; the first of a sentence is left out."""
        pairs = list(zip(self.words, self.folded, strict=True))[1 if self.begins else 0 :]
        return tuple(folded for word, folded in pairs if _CAPITAL.match(word) and len(word) > 1)

    def shared_with(self, other: _Clause) -> int:
        """How many words and numbers both have."""
        numbers = {number for number, _ in self.numbers} & {number for number, _ in other.numbers}
        return sum(bool(term & other.said) for term in self.terms) + len(numbers)


def is_supported(sentence: str, units: Sequence[Unit]) -> bool:
    """Whether each clause of a sentence is said by one of the units that it cites, or by what stands above that unit
    (its headings, the question it answers, who speaks, the title, site and date of its source). The numbers of the
    citations, in square brackets, are not part of what it says. A sentence that says nothing is not supported."""
    return bool(supporters(sentence, units))


def supporters(sentence: str, units: Sequence[Unit]) -> tuple[Unit, ...]:
    """The units, among those that a sentence cites, that say one of its clauses; none when the sentence is not
    supported (see `is_supported`)."""
    clauses = [clause for clause in _clauses(_CITED.sub("", sentence)) if clause.words]
    telling = [clause for clause in clauses if clause.terms or clause.numbers]
    said_by = {unit: [clause for clause in clauses if _Evidence.of(unit).supports(clause)] for unit in units}
    said = [clause for those in said_by.values() for clause in those]
    if not telling or not all(clause in said for clause in clauses):
        return ()
    return tuple(unit for unit, those in said_by.items() if any(clause in telling for clause in those))


def turns(text: str) -> bool:
    """Whether a text holds what turns a meaning round: a negation, a restriction, a degree, a number."""
    return any(clause.turned or clause.numbers for clause in _clauses(text))


@dataclass(frozen=True)
class _Evidence:
    """A unit as clauses, its own and those of what stands above it."""

    own: tuple[_Clause, ...]
    above: tuple[_Clause, ...]

    @classmethod
    def of(cls, unit: Unit) -> _Evidence:
        passage = unit.passage
        source = passage.source
        above = (*passage.context, passage.place.speaker or "", source.title, source.site, source.date)
        return cls(tuple(_clauses(unit.text)), tuple(clause for text in above for clause in _clauses(text)))

    def supports(self, clause: _Clause) -> bool:
        """Whether the unit says a clause."""
        said = _REPORTING.union(*(one.said for one in (*self.own, *self.above)))
        known = all(term & said for term in clause.terms)
        return known and self._counts(clause) and self._names(clause) and self._turns(clause)

    def _counts(self, clause: _Clause) -> bool:
        """Whether each number stands here beside a word that it stands beside there."""
        here = [pair for one in (*self.own, *self.above) for pair in one.numbers]

        def is_counted(number: str, beside: frozenset[str]) -> bool:
            there = [around for other, around in here if other == number]
            return any(not beside or not around or beside & around for around in there)

        return all(is_counted(number, beside) for number, beside in clause.numbers)

    def _names(self, clause: _Clause) -> bool:
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

    def _turns(self, clause: _Clause) -> bool:
        """Whether a clause of the unit that shares the most with this one is turned as it is, and no word that it lacks
        comes from one that is turned otherwise."""
        shared = [clause.shared_with(one) for one in self.own]
        most = max(shared, default=0)
        if not most:
            return not clause.turned
        alike = [one for one in self.own if one.turned == clause.turned]
        said_alike = frozenset[str]().union(*(one.said for one in alike))
        said_otherwise = frozenset[str]().union(*(one.said for one in self.own if one not in alike)) - said_alike
        nearest = any(one.turned == clause.turned for one, many in zip(self.own, shared, strict=True) if many == most)
        return nearest and not any(term & said_otherwise and not term & said_alike for term in clause.terms)


def _clauses(text: str) -> Iterator[_Clause]:
    """The clauses of a text. A word or two before a comma are one with what follows: « les salariés, eux, … »."""
    for line in re.split(r"(?<=[.!?…])\s+|\n", text):
        begins, before = True, tuple[str, ...]()
        pieces = _CLAUSE.split(line)
        for number, piece in enumerate(pieces[::2]):
            words = before + tuple(_TOKEN.findall(french.undotted(piece)))
            clause, before = _Clause(words, begins), ()
            mark = pieces[2 * number + 1] if 2 * number + 1 < len(pieces) else ""
            if mark.strip() == "," and len(clause.terms) <= 1 and not clause.turned and not clause.numbers:
                before = words
            elif words:
                yield clause
                begins = False
        if before:
            yield _Clause(before, begins)


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in _NUMBERS


def _is_telling(folded: str) -> bool:
    return french.carries_meaning(folded) and not _is_number(folded) and folded not in _TURNING


@lru_cache(maxsize=20_000)
def _shared_by_forms(word: str) -> frozenset[str]:
    """What the forms of a word have in common: its stem and that of its lemma, « vient » and « viens » sharing none but
    « venir ». A word in capitals may be a name, and has no other form."""
    import simplemma

    folded = french.fold(word)
    if _CAPITAL.match(word):
        return frozenset((french.stem(folded),))
    return frozenset((french.stem(folded), french.stem(french.fold(simplemma.lemmatize(word, lang="fr")))))
