"""Questions typed in haste: words of no dictionary led to the word that they sound like or nearly spell.

A word that the corpus holds, or that French knows, is left alone."""

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
_THAT = re.compile(
    r"\bsa(?= (?:a|se|s|va|veut|parle|fait|sert|change|marche|dure|existe|vient|coute|coûte|donne)\b)", re.I
)
_SHORT = re.compile(
    rf"(?<![\w'’-])(?:{'|'.join(sorted(_SHORTHAND, key=len, reverse=True)).replace(' ', '[ -]')})(?![\w'’-])", re.I
)
_CA = re.compile(r"(?<![\w'’-])ca(?![\w-])")
_NOUN_BEFORE = re.compile(r"\b(?:le|du|au|un|ce|des?|les|aux|mon|ton|son|notre|votre|leur)\s+$", re.IGNORECASE)
_IT_IS = re.compile(r"(?<![\w'’-])c(?= (?!est\b|et[ae]i|ét[aé]i)\w)", re.IGNORECASE)
_ELIDED = re.compile(r"(qu|[ldjmtsnc])([aeiouyh]\w{2,})")
_OFTEN_ELIDED = ("l", "d", "qu")
_WORD = re.compile(r"[^\W_]+")
_CAPITALS = re.compile(r"[A-Z0-9ÀÂÉÈÊËÎÏÔÖÙÛÜÇ]{2,}")
_SHORTEST = 4  # letters of a word that is compared with others
_ENDINGS = ("s", "x", "e", "es", "ent")  # of another form of a word
_KNOWN = 1.5  # on Zipf's scale: a word that French knows, though few use it
_FAR_COMMONER = 2.0  # on Zipf's scale: a hundred times
_FAR = 2  # letters that may differ between two words that sound alike, or are long
_LONG = 8  # letters of a long word
_COMPARED = 12  # words of the corpus that are looked at for one that was typed

# What a spelling sounds like, coarsely: rule after rule over folded words. Capitals are never silent.
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
    """The words of what may be searched by whoever asks."""

    def has(self, stem: str) -> bool:
        """Whether some text holds the stem."""

    def stems(self) -> Sequence[str]:
        """All of them."""

    def written(self, stem: str) -> str:
        """A word that has this stem, as the texts write it, capitals included."""


def correct(text: str, vocabulary: SpellingDictionary) -> str:
    """`text` with its misspelt words written as they were meant, as far as that can be told."""
    text = _spelt_out(text)
    return _WORD.sub(lambda match: _corrected(match[0], vocabulary, match.start() == 0), text)


def _spelt_out(text: str) -> str:
    """The shorthand of phones written out, the longest first."""
    text = _CA.sub(lambda match: "ca" if _NOUN_BEFORE.search(text, 0, match.start()) else "ça", text)
    text = _IT_IS.sub("c'est", _THAT.sub("ça", text))
    return _SHORT.sub(lambda match: _SHORTHAND[match[0].lower().replace("-", " ")], text)


def _corrected(typed: str, vocabulary: SpellingDictionary, begins: bool) -> str:
    word = french.fold(typed)
    if len(word) < _SHORTEST or not word.isalpha() or _CAPITALS.fullmatch(typed) or _is_said(word, vocabulary):
        return typed
    if typed[0].isupper() and not begins:  # a name is not another word that sounds like it
        others = [other for far, other in _near(word, vocabulary, by_sound=True) if far == 1 and other[0].isupper()]
        return min(others, default=typed)
    elided = _ELIDED.fullmatch(word)
    if elided and _is_elided(word, elided, vocabulary):
        return f"{typed[: elided.end(1)]}'{typed[elided.end(1) :]}"
    if _is_known(word) or rarity.zipf_ignoring_accents(typed) >= _KNOWN:
        return _commoner(word) or typed
    alike = [] if begins and typed[0].isupper() else _alike(word)
    return _of_corpus(word, vocabulary) or next(iter(alike), None) or _nearly_spelt(word, vocabulary) or typed


def _is_elided(word: str, parts: re.Match[str], vocabulary: SpellingDictionary) -> bool:
    """Whether a word is an article or pronoun with the word that follows it: « latelier »."""
    rest = parts[2]
    if _is_known(word) and rarity.zipf_ignoring_accents(rest) < rarity.zipf_ignoring_accents(word) + 1:
        return False
    return vocabulary.has(french.stem(rest)) or (parts[1] in _OFTEN_ELIDED and rest in rarity.words_like(rest))


def _is_said(word: str, vocabulary: SpellingDictionary) -> bool:
    return word in STOP_WORDS or vocabulary.has(french.stem(word))


def _is_known(word: str) -> bool:
    return rarity.zipf_ignoring_accents(word) >= _KNOWN or any(form in rarity.words_like(form) for form in _forms(word))


def _forms(word: str) -> list[str]:
    """A word, and what it may be the plural or the feminine of."""
    shorter = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
    return [word, *(form for form in shorter if len(form) >= _SHORTEST)]


def _commoner(word: str) -> str | None:
    """The word that sounds the same and is used so much more that it was meant."""
    own = max(map(rarity.zipf_ignoring_accents, _forms(word)))
    alike = max(_alike(word), key=rarity.zipf_ignoring_accents, default=word)
    return alike if rarity.zipf_ignoring_accents(alike) >= own + _FAR_COMMONER else None


def _of_corpus(word: str, vocabulary: SpellingDictionary) -> str | None:
    """The word of the corpus that sounds as this one and nearly spells it."""
    return min(fits)[1] if (fits := _near(word, vocabulary, by_sound=True)) else None


def _nearly_spelt(word: str, vocabulary: SpellingDictionary) -> str | None:
    """The word of the corpus that is spelt nearly as this one."""
    return min(fits)[1] if (fits := _near(word, vocabulary, by_sound=False)) else None


def _near(word: str, vocabulary: SpellingDictionary, by_sound: bool) -> list[tuple[int, str]]:
    """The words of the corpus that look like this one, as they are written, each after the number of letters that
    differ: few, or a few more if they sound the same."""
    from rapidfuzz.distance import DamerauLevenshtein
    from rapidfuzz.process import extract

    stem, most = french.stem(word), _FAR if by_sound or len(word) >= _LONG else 1
    near = extract(stem, vocabulary.stems(), scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=_COMPARED)
    found = []
    for other, _, _ in near:
        if len(other) < _SHORTEST - 1 or other.isdigit() or (not by_sound and other[0] != stem[0]):
            continue
        written = vocabulary.written(other)
        folded = french.fold(written)
        far = DamerauLevenshtein.distance(word.removesuffix("s"), folded.removesuffix("s"))
        if far <= most and (not by_sound or sounds(folded) == sounds(word)):
            found.append((far, written))
    return found


def _alike(word: str) -> list[str]:
    """The French words that sound like this one and nearly spell it, nearest first, then commonest."""
    from rapidfuzz.distance import DamerauLevenshtein

    sound = sounds(word)
    found: list[tuple[int, int, str]] = []
    for prefix, others in rarity.known_words().items():
        if prefix[0] == word[0]:
            for other, written in others.items():
                if abs(len(other) - len(word)) <= _FAR and sounds(other) == sound:
                    distance = DamerauLevenshtein.distance(word, other)
                    if distance <= _FAR:
                        found.append((distance, len(found), written))
    return [written for _, _, written in sorted(found)]


@lru_cache(maxsize=100_000)
def sounds(word: str) -> str:
    """About what a folded word sounds like in French: two spellings of one sound give the same."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    word = re.sub(r"(.)\1+", r"\1", word)
    return _SILENT.sub("", word).lower()
