"""Corrects misspelt questions: replaces words of no dictionary by a word of the same sound or of nearly the same
spelling.

A word of the corpus, or a known French word, is left unchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from index.language import french, rarity
from index.language.stop_words import STOP_WORDS

_SHORTHAND = {
    "a til": "a-t-il", "ces quoi": "c'est quoi", "cest": "c'est", "cetai": "c'était", "cetais": "c'était",
    "cetait": "c'était", "cete": "c'était", "cki": "c'est qui", "cmb": "combien", "cmt": "comment", "cété": "c'était",
    "dou": "d'où", "es ce": "est-ce", "es que": "est-ce que", "esce": "est-ce", "eske": "est-ce que",
    "esque": "est-ce que", "fai": "fait", "fo": "faut", "jai": "j'ai", "kan": "quand", "kand": "quand", "ke": "que",
    "kel": "quel", "kelle": "quelle", "kelles": "quelles", "kels": "quels", "kes": "qu'est-ce",
    "kesk": "qu'est-ce que", "keske": "qu'est-ce que", "keski": "qu'est-ce qui", "ki": "qui", "kil": "qu'il",
    "kils": "qu'ils", "koi": "quoi", "kom": "comme", "komen": "comment", "koment": "comment", "nb": "nombre",
    "pcq": "parce que", "pk": "pourquoi", "pkoi": "pourquoi", "pq": "pourquoi", "qd": "quand", "qq": "quelque",
    "qqn": "quelqu'un", "quesque": "qu'est-ce que", "ses quoi": "c'est quoi", "stp": "s'il te plaît",
    "svp": "s'il vous plaît", "til": "t-il", "tjs": "toujours", "ya": "il y a", "yavait": "il y avait",
}  # fmt: skip
_SA_FOR_CA = re.compile(
    r"\bsa(?= (?:a|se|s|va|veut|parle|fait|sert|change|marche|dure|existe|vient|coute|coûte|donne)\b)", re.I
)
_SHORTHAND_PATTERN = re.compile(
    rf"(?<![\w'’-])(?:{'|'.join(sorted(_SHORTHAND, key=len, reverse=True)).replace(' ', '[ -]')})(?![\w'’-])", re.I
)
_CA_WITHOUT_CEDILLA = re.compile(r"(?<![\w'’-])ca(?![\w-])")
_NOUN_BEFORE = re.compile(r"\b(?:le|du|au|un|ce|des?|les|aux|mon|ton|son|notre|votre|leur)\s+$", re.IGNORECASE)
_C_FOR_CEST = re.compile(r"(?<![\w'’-])c(?= (?!est\b|et[ae]i|ét[aé]i)\w)", re.IGNORECASE)
_ELIDED = re.compile(r"(qu|[ldjmtsnc])([aeiouyh]\w{2,})")
_OFTEN_ELIDED = ("l", "d", "qu")
_WORD = re.compile(r"[^\W_]+")
_CAPITALS = re.compile(r"[A-Z0-9ÀÂÉÈÊËÎÏÔÖÙÛÜÇ]{2,}")
_FEWEST_LETTERS = 4  # of a word that is compared with others
_ENDINGS = ("s", "x", "e", "es", "ent")  # of an inflected form
_KNOWN_FREQUENCY = 1.5  # on Zipf's scale: a word known in French, even if rare
_MUCH_COMMONER = 2.0  # on Zipf's scale: a hundred times more frequent
_MOST_EDITS = 2  # letters that may differ between two words of the same sound, or two long words
_LONG_WORD = 8  # letters
_MOST_COMPARED = 12  # words of the corpus compared with a typed word

# Approximate French sound of a spelling: rules applied in order to folded words. Letters in capitals are never silent.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(?:er|ez)s?$", "e"),
        (r"ph", "f"),
        (r"eaux?|aux?", "o"),
        (r"gu(?=[eiy])", "g"),
        (r"qu|k|ck|c(?![eiyh])|q", "k"),
        (r"ch|sh", "c"),
        (r"t(?=ion)", "S"),
        (r"sc(?=[eiy])|ss|c(?=[eiy])", "S"),
        (r"(?<=[aeiouy])s(?=[aeiouy])", "Z"),
        (r"g(?=[eiy])", "j"),
        (r"(?:ai|ei|oe)[mn](?![aeiouymn123])", "2"),
        (r"[iyu][mn](?![aeiouymnh123])", "2"),
        (r"[ae][mn](?![aeiouymnh123])", "1"),
        (r"o[mn](?![aeiouymnh123])", "3"),
        (r"ou", "u"),
        (r"oi", "w"),
        (r"ee(?=[a-z])", "i"),
        (r"ais?e?|ei|ee", "e"),
        (r"h", ""),
        (r"y", "i"),
    )
)
_SILENT = re.compile(r"(?<=..)(?:e?nt|es|e|[stdxpz]+)$")


class SpellingDictionary(Protocol):
    """The words of the texts that the visitor may search."""

    def has(self, stem: str) -> bool:
        """Return True when at least one text holds the stem."""

    def stems(self) -> Sequence[str]:
        """Return all the stems."""

    def written(self, stem: str) -> str:
        """Return a word of this stem, as the texts write it, capitals included."""


def correct(text: str, vocabulary: SpellingDictionary) -> str:
    """Return `text` with its misspelt words corrected, when the intended word can be found."""
    text = _expand_shorthand(text)
    return _WORD.sub(lambda match: _correct_word(match[0], vocabulary, match.start() == 0), text)


def _expand_shorthand(text: str) -> str:
    """Expand text-message shorthand, the longest first."""
    text = _CA_WITHOUT_CEDILLA.sub(lambda match: "ca" if _NOUN_BEFORE.search(text, 0, match.start()) else "ça", text)
    text = _C_FOR_CEST.sub("c'est", _SA_FOR_CA.sub("ça", text))
    return _SHORTHAND_PATTERN.sub(lambda match: _SHORTHAND[match[0].lower().replace("-", " ")], text)


def _correct_word(typed: str, vocabulary: SpellingDictionary, starts_text: bool) -> str:
    word = french.fold(typed)
    if (
        len(word) < _FEWEST_LETTERS
        or not word.isalpha()
        or _CAPITALS.fullmatch(typed)
        or _is_in_texts(word, vocabulary)
    ):
        return typed
    if typed[0].isupper() and not starts_text:  # a name is not replaced by a common word of the same sound
        others = [
            other
            for distance, other in _near_corpus_words(word, vocabulary, by_sound=True)
            if distance == 1 and other[0].isupper()
        ]
        return min(others, default=typed)
    elided = _ELIDED.fullmatch(word)
    if elided and _is_elided(word, elided, vocabulary):
        return f"{typed[: elided.end(1)]}'{typed[elided.end(1) :]}"
    if _is_known(word) or rarity.zipf_ignoring_accents(typed) >= _KNOWN_FREQUENCY:
        return _commoner_homophone(word) or typed
    alike = [] if starts_text and typed[0].isupper() else _french_homophones(word)
    return (
        _corpus_homophone(word, vocabulary)
        or next(iter(alike), None)
        or _nearest_corpus_word(word, vocabulary)
        or typed
    )


def _is_elided(word: str, parts: re.Match[str], vocabulary: SpellingDictionary) -> bool:
    """Return True when a word is an article or pronoun merged with the next word: « latelier »."""
    rest = parts[2]
    if _is_known(word) and rarity.zipf_ignoring_accents(rest) < rarity.zipf_ignoring_accents(word) + 1:
        return False
    return vocabulary.has(french.stem(rest)) or (parts[1] in _OFTEN_ELIDED and rest in rarity.words_like(rest))


def _is_in_texts(word: str, vocabulary: SpellingDictionary) -> bool:
    return word in STOP_WORDS or vocabulary.has(french.stem(word))


def _is_known(word: str) -> bool:
    return rarity.zipf_ignoring_accents(word) >= _KNOWN_FREQUENCY or any(
        form in rarity.words_like(form) for form in _forms(word)
    )


def _forms(word: str) -> list[str]:
    """Return a word, and the words of which it may be the plural or the feminine."""
    shorter = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
    return [word, *(form for form in shorter if len(form) >= _FEWEST_LETTERS)]


def _commoner_homophone(word: str) -> str | None:
    """Return the homophone that is so much more frequent that it was probably meant."""
    own = max(map(rarity.zipf_ignoring_accents, _forms(word)))
    alike = max(_french_homophones(word), key=rarity.zipf_ignoring_accents, default=word)
    return alike if rarity.zipf_ignoring_accents(alike) >= own + _MUCH_COMMONER else None


def _corpus_homophone(word: str, vocabulary: SpellingDictionary) -> str | None:
    """Return the word of the corpus that has the same sound and nearly the same spelling."""
    return min(fits)[1] if (fits := _near_corpus_words(word, vocabulary, by_sound=True)) else None


def _nearest_corpus_word(word: str, vocabulary: SpellingDictionary) -> str | None:
    """Return the word of the corpus that has nearly the same spelling."""
    return min(fits)[1] if (fits := _near_corpus_words(word, vocabulary, by_sound=False)) else None


def _near_corpus_words(word: str, vocabulary: SpellingDictionary, by_sound: bool) -> list[tuple[int, str]]:
    """Return the words of the corpus of similar spelling, as they are written, each after the number of letters that
    differ: at most `_MOST_EDITS` for the same sound or a long word, else 1."""
    from rapidfuzz.distance import DamerauLevenshtein
    from rapidfuzz.process import extract

    stem, most = french.stem(word), _MOST_EDITS if by_sound or len(word) >= _LONG_WORD else 1
    near = extract(
        stem, vocabulary.stems(), scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=_MOST_COMPARED
    )
    found = []
    for other, _, _ in near:
        if len(other) < _FEWEST_LETTERS - 1 or other.isdigit() or (not by_sound and other[0] != stem[0]):
            continue
        written = vocabulary.written(other)
        folded = french.fold(written)
        distance = DamerauLevenshtein.distance(word.removesuffix("s"), folded.removesuffix("s"))
        if distance <= most and (not by_sound or sound_of(folded) == sound_of(word)):
            found.append((distance, written))
    return found


def _french_homophones(word: str) -> list[str]:
    """Return the French words of the same sound and nearly the same spelling, nearest first, then most frequent."""
    from rapidfuzz.distance import DamerauLevenshtein

    sound = sound_of(word)
    found: list[tuple[int, int, str]] = []
    for prefix, others in rarity.known_words().items():
        if prefix[0] == word[0]:
            for other, written in others.items():
                if abs(len(other) - len(word)) <= _MOST_EDITS and sound_of(other) == sound:
                    distance = DamerauLevenshtein.distance(word, other)
                    if distance <= _MOST_EDITS:
                        found.append((distance, len(found), written))
    return [written for _, _, written in sorted(found)]


@lru_cache(maxsize=100_000)
def sound_of(word: str) -> str:
    """Return an approximate French sound of a folded word: two spellings of one sound give the same result."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    word = re.sub(r"(.)\1+", r"\1", word)
    return _SILENT.sub("", word).lower()
