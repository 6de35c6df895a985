"""Splits a text into clauses, each with its content words and its modifiers (negation, degree, condition). Pure
functions that look at words alone."""

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
_NEAR = 3  # words between a number and the noun that it counts

# Modifiers that change or reverse the meaning of a clause, each with its other forms. « ne » alone is not among them:
# speech omits it, and the rest of the negation is enough.
_MODIFIERS = {
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
_WITH_NE = {"personne": "personne", "que": "seul", "qu": "seul"}  # modifiers after « ne » only
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

# Frames of a whole sentence: a condition, a doubt, a wish. Without its frame, the sentence has another meaning.
_FRAMES = {
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
_MODIFIERS_AND_FRAMES = frozenset(_MODIFIERS) | frozenset(_FRAMES)
_LIGHT_VERBS = frozenset(("fair", "avoir", "etre"))  # little meaning by themselves; some of their forms are stop words
_CONTRASTIVE_PREPOSITIONS = frozenset(
    "par pour contre avec chez vers depuis jusqu jusque entre malgre devant derriere sous hors".split()
)
_COMPLEMENT_STARTS = frozenset(
    "a au aux en dans sur sous par pour avec chez depuis des lors pendant durant apres avant vers selon d".split()
)


@dataclass(frozen=True)
class Clause:
    """The words of a clause as they are written, in order. `starts_sentence` is True for the first clause of a
    sentence, whose first word has a capital whether or not it is a name; `lead` counts the words of a complement placed
    before the rest, « En mars, … »; `frame` holds the conditions, doubts and wishes of its whole sentence."""

    words: tuple[str, ...]
    starts_sentence: bool = False
    lead: int = 0
    frame: frozenset[str] = frozenset()

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(french.fold(word) for word in self.words)

    @cached_property
    def terms(self) -> tuple[frozenset[str], ...]:
        """Its content words in order, except numbers, each as the stems that its forms share."""
        return tuple(shared for shared, is_content in self.marked if is_content)

    @cached_property
    def marked(self) -> tuple[tuple[frozenset[str], bool], ...]:
        """Each of its words as the stems that its forms share, with True for a content word. Numbers do not count as
        content words here; prepositions whose replacement would reverse the meaning do (« par », « contre »)."""
        pairs = zip(self.words, self.folded, strict=True)
        forms = ((_form_stems(word), folded) for word, folded in pairs)
        return tuple(
            (shared, folded in _CONTRASTIVE_PREPOSITIONS or (_is_content_word(folded) and not shared & _LIGHT_VERBS))
            for shared, folded in forms
        )

    @cached_property
    def stems(self) -> frozenset[str]:
        """All the stems of its content words."""
        return frozenset[str]().union(*self.terms)

    @cached_property
    def modifiers(self) -> frozenset[str]:
        """The words that change or reverse its meaning, each under one form."""
        negated = bool({"ne", "n"} & set(self.folded))
        marks = {_MODIFIERS[word] for word in self.folded if word in _MODIFIERS}
        return frozenset(marks | ({_WITH_NE[word] for word in self.folded if word in _WITH_NE} if negated else set()))

    @cached_property
    def numbers(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Each number, with the stems of the content words around it."""
        found = []
        for position, word in enumerate(self.folded):
            if _is_number(word):
                near = range(max(0, position - _NEAR), min(len(self.words), position + 1 + _NEAR))
                around = (
                    _form_stems(self.words[neighbour]) for neighbour in near if _is_content_word(self.folded[neighbour])
                )
                found.append((_NUMBERS.get(word, word.replace(",", ".")), frozenset[str]().union(*around)))
        return tuple(found)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its words with a capital, in order, except the first word of a sentence."""
        pairs = list(zip(self.words, self.folded, strict=True))[1 if self.starts_sentence else 0 :]
        return tuple(folded for word, folded in pairs if _CAPITAL.match(word) and len(word) > 1)

    def shared_with(self, other: Clause) -> int:
        """Return the number of content words and numbers that both clauses hold."""
        numbers = {number for number, _ in self.numbers} & {number for number, _ in other.numbers}
        return sum(bool(term & other.stems) for term in self.terms) + len(numbers)


def has_modifier(text: str) -> bool:
    """Return True when a text holds a modifier of meaning: a negation, a restriction, a degree, a number."""
    return any(clause.modifiers or clause.numbers for clause in clauses(text))


def clauses(text: str) -> Iterator[Clause]:
    """Yield the clauses of a text. One or two words before a comma belong to the clause that follows: « les salariés,
    eux, … »."""
    for line in re.split(r"(?<=[.!?…;])\s+|\n", text):
        starts_sentence, before, frame = True, tuple[str, ...](), _frame(line)
        pieces = _CLAUSE.split(line)
        for number, piece in enumerate(pieces[::2]):
            words = before + tuple(_TOKEN.findall(french.undotted(piece)))
            lead = len(before) if before and french.fold(before[0]) in _COMPLEMENT_STARTS else 0
            clause, before = Clause(words, starts_sentence, lead, frame), ()
            mark = pieces[2 * number + 1] if 2 * number + 1 < len(pieces) else ""
            if mark.strip() == "," and len(clause.terms) <= 1 and not clause.modifiers and not clause.numbers:
                before = words
            elif words:
                yield clause
                starts_sentence = False
        if before:
            yield Clause(before, starts_sentence, 0, frame)


def _frame(sentence: str) -> frozenset[str]:
    words = french.words(sentence)
    found = {_FRAMES[word] for word in words if word in _FRAMES}
    if any(pair in (("s", "il"), ("s", "ils")) for pair in pairwise(words)):
        found.add("si")
    if "?" in sentence:
        found.add("?")
    return frozenset(found)


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in _NUMBERS


def _is_content_word(folded: str) -> bool:
    return french.carries_meaning(folded) and not _is_number(folded) and folded not in _MODIFIERS_AND_FRAMES


@lru_cache(maxsize=20_000)
def _form_stems(word: str) -> frozenset[str]:
    """Return the stems shared by the forms of a word: its own stem and that of its lemma. « vient » and « viens » have
    only « venir » in common. A word with a capital may be a name, and has no other form."""
    folded = french.fold(word)
    if _CAPITAL.match(word):
        return frozenset((french.stem(folded),))
    return frozenset((french.stem(folded), french.stem(french.fold(_lemmatizer().lemmatize(word, "fr")))))


@cache
def _lemmatizer() -> Lemmatizer:
    """Return a lemmatizer that reads its dictionary compressed: 4 MB instead of 25, and 20 µs for each new word."""
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    return Lemmatizer(cache_max_size=0, lemmatization_strategy=DefaultStrategy(low_memory=True))
