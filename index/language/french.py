"""Text analysis for French full text: words to stemmed terms, the same for passages and questions.

Accents are removed before stemming: people type « benevoles » on a phone, and both spellings must give the same
term."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

from index.language.folding import without_accents
from index.language.stop_words import STOP_WORDS

VERSION = "1"
"""Version of this analysis; full text built with another version cannot be matched."""
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")  # S.C.I.C.
_AMOUNT = re.compile(r"(\d+)([a-z]{1,3})")
_CA = re.compile(r"\bça\b", re.IGNORECASE)  # without its cedilla it would match the acronym CA
_LIGATURES = (("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE"))
_UNIT_NAMES = {"h": "heure", "hrs": "heure", "min": "minute", "mn": "minute", "km": "kilometre", "eur": "euro"}

_local = threading.local()


def fold(text: str) -> str:
    """Return a text in lower case without accents, ligatures or dots in acronyms: the form that spellings of a word
    share."""
    text = undotted(text)
    if text.isascii():  # nothing more to fold, in half of the words
        return text.lower()
    text = unicodedata.normalize("NFKC", text)
    for ligature, letters in _LIGATURES:
        text = text.replace(ligature, letters)
    return without_accents(_CA.sub("cela", text.lower()))


def undotted(text: str) -> str:
    """Return a text with the dots of its acronyms removed: S.C.I.C. → SCIC."""
    return _DOTTED.sub(lambda match: match[0].replace(".", ""), text) if "." in text else text


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order, numbers separated from their units (« 57h » → 57, heure)."""
    found: list[str] = _WORD.findall(fold(text))
    return [part for word in found for part in _split_unit(word)] if any(map(_AMOUNT.match, found)) else found


def _split_unit(word: str) -> tuple[str, ...]:
    """Return a number and the name of its unit, or the word unchanged."""
    amount = _AMOUNT.fullmatch(word)
    return (amount[1], _UNIT_NAMES[amount[2]]) if amount and amount[2] in _UNIT_NAMES else (word,)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a folded word: Snowball's French stemmer is repeated until it changes nothing more, so that «
    surpris », « surprise » and « surprises » give the same stem (BM25's nDCG@10 against a single pass: piaf +.001,
    cnil_faq -.012, servicepublic +.010)."""
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("french")  # not thread-safe
    while (shorter := str(stemmer.stemWord(word))) != word:
        word = shorter
    return word


def carries_meaning(word: str) -> bool:
    """Return whether a folded word is a content word or number, not a stop word."""
    return word not in STOP_WORDS and (len(word) > 1 or word.isdigit())


def terms(text: str) -> list[str]:
    """Return the stems of the content words of a text, in order, with repetitions."""
    return [stem(word) for word in words(text) if carries_meaning(word)]


def terms_line(text: str) -> str:
    """Return `terms` as one line, the form in which full text stores passages."""
    return " ".join(terms(text))
