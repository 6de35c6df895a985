"""Finds jargon that the lexicon does not define yet: acronyms, and words much more frequent in the corpus than in
French."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import simplemma

from assistant.types import Term
from assistant.understand.lexicon import Lexicon
from index.language import french, rarity
from index.reading.units import units
from index.types import Passage, Unit

_WORD = re.compile(r"[^\W\d_](?:[^\W_]|-(?=[^\W\d_]))*")
_ACRONYM = re.compile(r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ0-9]{1,7}")
_SHORTEST = 5  # letters of a word that may be jargon
_COMMON = 4.2  # on Zipf's scale: a word more frequent than one in sixty thousand is not jargon
_KEY = 10.83  # log-likelihood beyond which chance is ruled out at one in a thousand (Rayson and Garside, 2000)
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class TermCandidate:
    """A word that may need a definition, in its most frequent form, with the number of passages that use it and some of
    the units that hold it."""

    word: str
    is_acronym: bool
    passages: int
    examples: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class LexiconReview:
    """The gaps of a lexicon: the candidates, likeliest first; the entries without a source; the entries that no passage
    uses."""

    candidates: tuple[TermCandidate, ...]
    without_source: tuple[Term, ...]
    unused: tuple[Term, ...]


def review(passages: Iterable[Passage], lexicon: Lexicon, names: Sequence[str] = (), limit: int = 30) -> LexiconReview:
    """Review a lexicon against the passages of a corpus. `names` are the names of its sites, which need no
    definition."""
    known = {french.stem(word) for name in names for word in french.words(name)}
    for term in lexicon.terms:
        known |= {french.stem(word) for form in (term.word, *term.variants) for word in french.words(form)}
    forms_by_stem: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    passages_by_stem: defaultdict[str, list[Passage]] = defaultdict(list)
    used: set[str] = set()
    total = 0
    for passage in passages:
        used.update(term.word for term in lexicon.find(passage.text))
        passage_stems: set[str] = set()
        for unit in units(passage):
            for number, word in enumerate(_WORD.findall(french.undotted(unit.text))):
                total += 1
                stem = french.stem(french.fold(word))
                starts_sentence = number == 0 and word[0].isupper() and not _ACRONYM.fullmatch(word)
                if starts_sentence or known.issuperset(map(french.stem, french.words(word))):
                    continue
                forms_by_stem[stem][word] += 1
                passage_stems.add(stem)
        for stem in passage_stems:
            passages_by_stem[stem].append(passage)
    found = []
    for stem, forms in forms_by_stem.items():
        key = _keyness(forms, total)
        if key >= _KEY:
            found.append((key, _candidate(forms, passages_by_stem[stem])))
    found.sort(key=lambda pair: (-pair[0], pair[1].word))
    return LexiconReview(
        tuple(candidate for _, candidate in found[:limit]),
        tuple(term for term in lexicon.terms if not term.source),
        tuple(term for term in lexicon.terms if term.word not in used),
    )


def _keyness(forms: dict[str, int], total: int) -> float:
    """Return the keyness of a word, as a log-likelihood of its frequency in the corpus against French; 0 for a word
    that is not jargon. A word that always has a capital and is not an acronym is a name."""
    word = _most_written(forms)
    if _ACRONYM.fullmatch(word):
        return _KEY + sum(forms.values())
    if word[0].isupper() or len(word) < _SHORTEST or sum(forms.values()) < 2:
        return 0.0
    commonness = max(map(rarity.zipf_ignoring_accents, (*forms, simplemma.lemmatize(word, lang="fr"))))
    if commonness >= _COMMON:
        return 0.0
    expected = total * 10 ** (commonness - 9)
    times = sum(forms.values())
    return 2 * times * math.log(times / expected) if times > expected > 0 else 2.0 * times * math.log(total)


def _most_written(forms: dict[str, int]) -> str:
    """Return the most frequent form, in lower case if there is one, which shows that the word is not a name."""
    small = {form: times for form, times in forms.items() if form.islower()} or forms
    return max(small, key=lambda form: (small[form], form))


def _candidate(forms: dict[str, int], passages: Sequence[Passage]) -> TermCandidate:
    word = _most_written(forms)
    shown = (unit for passage in passages for unit in units(passage) if any(form in unit.text for form in forms))
    examples = tuple(unit for _, unit in zip(range(_EXAMPLES), shown, strict=False))
    return TermCandidate(word, _ACRONYM.fullmatch(word) is not None, len(passages), examples)
