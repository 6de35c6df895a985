"""French words to the terms that full text compares: the same for passages and questions.

Accents go before stemming: people type « benevoles » on a phone, and both spellings must give one term."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

VERSION = "1"
"""Names this way of making terms; full text made another way cannot be matched."""
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")  # S.C.I.C.
_AMOUNT = re.compile(r"(\d+)([a-z]{1,3})")
_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_OTHER_MARKS = re.compile(r"[^\x00-\u02ff\u2000-\u206f]")
_CA = re.compile(r"\bça\b", re.IGNORECASE)  # or it would be taken for the acronym CA
_LIGATURES = (("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE"))
_UNIT_NAMES = {"h": "heure", "hrs": "heure", "min": "minute", "mn": "minute", "km": "kilometre", "eur": "euro"}

# Words of grammar, without accents. Question words are among them: they say what is asked, not about what.
STOP_WORDS = frozenset(
    """
    a afin ah ai aie ainsi alors apres as assez au aucun aucune aupres auquel aura aurait aussi autre autres aux
    auxquelles auxquels avaient avais avait avant avec avez avoir avons ayant beaucoup bien car ce ceci cela celle
    celles celui cent ces cet cette ceux chacun chacune chaque chez ci combien comme comment d dans de dedans dehors
    deja depuis des dessous dessus donc dont du duquel e elle elles en encore entre es est et etaient etais etait
    etant ete etes etre eu eux fait faire faut fois font furent fut ici il ils j je jusqu jusque l la laquelle le
    lequel les lesquelles lesquels leur leurs lors lorsqu lorsque lui m ma mais me meme memes mes mettre moi moins mon
    n ne ni nos notre nous on ont ou par parce parmi pas pendant peu peut peuvent plus plusieurs plutot pour pourquoi
    pourra pourrait puis puisqu puisque qu quand quant que quel quelle quelles quelqu quelque quelques quels qui quoi
    quoiqu s sa sans sauf se selon sera serait seront ses si sien soi soient sois soit sommes son sont sous suis sur
    t ta tandis te tel telle telles tels tes toi ton tous tout toute toutes tres trop tu un une unes uns va vers voici
    voila vont vos votre vous vu y
    """.split()
)

_local = threading.local()


def fold(text: str) -> str:
    """Lower case without accents, ligatures or dots between initials: what two spellings of a word share."""
    text = undotted(text)
    if text.isascii():  # nothing of what follows is found in it: half of the words that are folded
        return text.lower()
    text = unicodedata.normalize("NFKC", text)
    for ligature, letters in _LIGATURES:
        text = text.replace(ligature, letters)
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", _CA.sub("cela", text.lower())))
    return _OTHER_MARKS.sub(lambda match: "" if unicodedata.combining(match[0]) else match[0], bare)


def undotted(text: str) -> str:
    """`text` with the dots of its acronyms taken out: S.C.I.C. → SCIC."""
    return _DOTTED.sub(lambda match: match[0].replace(".", ""), text) if "." in text else text


def words(text: str) -> list[str]:
    """The folded words of a text, in order, numbers told apart from their units (« 57h » → 57, heure)."""
    found: list[str] = _WORD.findall(fold(text))
    return [part for word in found for part in _split_unit(word)] if any(map(_AMOUNT.match, found)) else found


def _split_unit(word: str) -> tuple[str, ...]:
    """A number and the name of its unit, or the word as it is."""
    amount = _AMOUNT.fullmatch(word)
    return (amount[1], _UNIT_NAMES[amount[2]]) if amount and amount[2] in _UNIT_NAMES else (word,)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a folded word: Snowball's French stemmer until it changes nothing more, so that « surpris »,
    « surprise » and « surprises » give one (BM25's nDCG@10 against one pass: piaf +.001, cnil_faq -.012,
    servicepublic +.010)."""
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("french")  # not safe to share between threads
    while (shorter := str(stemmer.stemWord(word))) != word:
        word = shorter
    return word


def carries_meaning(word: str) -> bool:
    """Whether a folded word says what a text is about, rather than holding it together."""
    return word not in STOP_WORDS and (len(word) > 1 or word.isdigit())


def terms(text: str) -> list[str]:
    """The stems of the words that carry meaning, in order, repetitions kept."""
    return [stem(word) for word in words(text) if carries_meaning(word)]


def terms_line(text: str) -> str:
    """`terms` as one line: the form in which full text stores passages."""
    return " ".join(terms(text))
