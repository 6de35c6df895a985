"""Joining of words hyphenated at line ends, decided by the vocabulary of the document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-‑][^\W\d_]+)*")
_CUT = re.compile(r"([^\W\d_]+(?:[-‑][^\W\d_]+)*)[-‑\u00ad]$")
_PARTS = re.compile("[-‑]")
_HEAD = re.compile(r"[^\W\d_]+(?:[-‑][^\W\d_]+)*")
# Words that French writes after a hyphen: always (« celui-là ») or after a verb's t or d (« dit-il »); words that it
# writes before a hyphen.
_AFTER_ANY = frozenset(("là", "même", "mêmes", "moi", "toi", "t", "y"))
_AFTER_T = frozenset(("il", "elle", "on", "ils", "elles", "ce"))
_BEFORE = frozenset(
    """peut vis non quasi demi semi vice sous celui celle ceux celles lui elle eux nous vous soi dix vingt trente
    quarante cinquante soixante quatre grand avant après arrière rendez porte est""".split()
)


class HyphenJoiner:
    """Joins lines, and decides for each hyphen at a line end whether it belongs to the word."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Count the words of `lines`, all the lines of the document; words cut at line ends are not counted."""
        self._words: Counter[str] = Counter()
        cut = False
        for line in lines:
            words: list[str] = _WORD.findall(line.casefold())
            start, cut, end = int(cut), _CUT.search(line) is not None, len(words)
            self._words.update(words[start : end - cut])

    def join(self, lines: Iterable[str]) -> str:
        """Return the lines of one paragraph as one text."""
        text = ""
        for line in lines:
            if not text:
                text = line
            elif text.endswith("\u00ad"):
                text = text[:-1] + line
            else:
                cut, head = _CUT.search(text), _HEAD.match(line)
                if cut and head:
                    text = (text if self._keeps_hyphen(cut[1], head[0]) else text[:-1]) + line
                else:
                    text = f"{text} {line}"
        return text

    def _keeps_hyphen(self, cut: str, head: str) -> bool:
        """Return whether the parts of a cut word keep their hyphen: the more frequent spelling in the document wins,
        then the rules of French."""
        first, second = cut.casefold(), head.casefold()
        joined, hyphened = self._words[first + second], self._words[f"{first}-{second}"]
        if not head[0].islower():  # « Nord-Pas-de-Calais », but « ORGANI-SATION » where the word occurs elsewhere
            return not (cut.isupper() and head.isupper() and joined > hyphened)
        if joined != hyphened:
            return hyphened > joined
        last, following = _PARTS.split(first)[-1], _PARTS.split(second)[0]
        return (
            last != first  # « c'est-à-dire »
            or last in _BEFORE
            or following in _AFTER_ANY
            or (following in _AFTER_T and last[-1] in "td")
        )
