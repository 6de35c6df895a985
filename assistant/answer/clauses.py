"""A text to its clauses, each with what it says and what turns its meaning: pure, and by words alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from index.language import french

if TYPE_CHECKING:
    from simplemma import Lemmatizer

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

# What a whole sentence is subject to: a condition, a doubt, a wish. Without it, what it says is another thing.
_FRAMING = {
    word: forms.split()[0]
    for forms in (
        "si", "sauf", "excepte", "hormis", "sinon", "condition conditions", "pourvu", "quand", "lorsque lorsqu",
        "pense penses pensons pensez pensent pensait pensaient pensais", "crois croit croyons croyez croient croyait",
        "semble semblent semblait", "parait paraissent", "pretend pretendent", "dirait", "probablement", "possible",
        "veut veux veulent voulait voulaient voudrait voudrais voudraient",
        "aimerait aimerais aimeraient", "souhaite souhaitent souhaitait souhaitaient", "espere esperent esperait",
        "craint crains craignent craignait", "imagine imaginent", "risque risquent", "envisage envisagent",
    )
    for word in forms.split()
}  # fmt: skip
_BENDING = frozenset(_TURNING) | frozenset(_FRAMING)
_LIGHT = frozenset(("fair", "avoir", "etre"))  # verbs that say little by themselves, some forms of which are stop words
_LINKING = frozenset(
    "par pour contre avec chez vers depuis jusqu jusque entre malgre devant derriere sous hors".split()
)
_LEADING = frozenset(
    "a au aux en dans sur sous par pour avec chez depuis des lors pendant durant apres avant vers selon d".split()
)


@dataclass(frozen=True)
class Clause:
    """The words of a clause as they are written, in order; `begins` says that it begins a sentence, so that its first
    word has a capital whatever it is; `lead` counts the words of a complement put before the rest, « En mars, … »;
    `frame` holds what its whole sentence is subject to."""

    words: tuple[str, ...]
    begins: bool = False
    lead: int = 0
    frame: frozenset[str] = frozenset()

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(french.fold(word) for word in self.words)

    @cached_property
    def terms(self) -> tuple[frozenset[str], ...]:
        """Its words that carry meaning, numbers aside, each as what its forms share, in order."""
        return tuple(shared for shared, telling in self.marked if telling)

    @cached_property
    def marked(self) -> tuple[tuple[frozenset[str], bool], ...]:
        """Each of its words as what its forms share, and whether it carries meaning; numbers do not here, and
        prepositions do that another would turn round (« par », « contre »)."""
        pairs = zip(self.words, self.folded, strict=True)
        forms = ((_shared_by_forms(word), folded) for word, folded in pairs)
        return tuple(
            (shared, folded in _LINKING or (_is_telling(folded) and not shared & _LIGHT)) for shared, folded in forms
        )

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

    def shared_with(self, other: Clause) -> int:
        """How many words and numbers both have."""
        numbers = {number for number, _ in self.numbers} & {number for number, _ in other.numbers}
        return sum(bool(term & other.said) for term in self.terms) + len(numbers)


def turns(text: str) -> bool:
    """Whether a text holds what turns a meaning round: a negation, a restriction, a degree, a number."""
    return any(clause.turned or clause.numbers for clause in clauses(text))


def clauses(text: str) -> Iterator[Clause]:
    """The clauses of a text. A word or two before a comma are one with what follows: « les salariés, eux, … »."""
    for line in re.split(r"(?<=[.!?…;])\s+|\n", text):
        begins, before, frame = True, tuple[str, ...](), _frame(line)
        pieces = _CLAUSE.split(line)
        for number, piece in enumerate(pieces[::2]):
            words = before + tuple(_TOKEN.findall(french.undotted(piece)))
            lead = len(before) if before and french.fold(before[0]) in _LEADING else 0
            clause, before = Clause(words, begins, lead, frame), ()
            mark = pieces[2 * number + 1] if 2 * number + 1 < len(pieces) else ""
            if mark.strip() == "," and len(clause.terms) <= 1 and not clause.turned and not clause.numbers:
                before = words
            elif words:
                yield clause
                begins = False
        if before:
            yield Clause(before, begins, 0, frame)


def _frame(sentence: str) -> frozenset[str]:
    words = french.words(sentence)
    found = {_FRAMING[word] for word in words if word in _FRAMING}
    if any(pair in (("s", "il"), ("s", "ils")) for pair in pairwise(words)):
        found.add("si")
    if "?" in sentence:
        found.add("?")
    return frozenset(found)


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in _NUMBERS


def _is_telling(folded: str) -> bool:
    return french.carries_meaning(folded) and not _is_number(folded) and folded not in _BENDING


@lru_cache(maxsize=20_000)
def _shared_by_forms(word: str) -> frozenset[str]:
    """What the forms of a word have in common: its stem and that of its lemma, « vient » and « viens » sharing none but
    « venir ». A word in capitals may be a name, and has no other form."""
    folded = french.fold(word)
    if _CAPITAL.match(word):
        return frozenset((french.stem(folded),))
    return frozenset((french.stem(folded), french.stem(french.fold(_lemmatizer().lemmatize(word, "fr")))))


@cache
def _lemmatizer() -> Lemmatizer:
    """One that reads its dictionary packed: 4 MB in the place of 25, and a word not met before takes 20 µs."""
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    return Lemmatizer(cache_max_size=0, lemmatization_strategy=DefaultStrategy(low_memory=True))
