"""Words cut at the ends of lines, mended by what the rest of the document says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-‑][^\W\d_]+)*")
_CUT = re.compile(r"([^\W\d_]+(?:[-‑][^\W\d_]+)*)[-‑\u00ad]$")
_PARTS = re.compile("[-‑]")
_HEAD = re.compile(r"[^\W\d_]+(?:[-‑][^\W\d_]+)*")
# What French puts a hyphen before, always (« celui-là ») or after a verb's t or d (« dit-il »); what it puts one after.
_AFTER_ANY = frozenset(("là", "même", "mêmes", "moi", "toi", "t", "y"))
_AFTER_T = frozenset(("il", "elle", "on", "ils", "elles", "ce"))
_BEFORE = frozenset(
    """peut vis non quasi demi semi vice sous celui celle ceux celles lui elle eux nous vous soi dix vingt trente
    quarante cinquante soixante quatre grand avant après arrière rendez porte est""".split()
)


class HyphenJoiner:
    """Joins lines, and decides of each hyphen at an end of line whether the word has it."""

    def __init__(self, lines: Iterable[str]) -> None:
        """`lines` are all those of the document."""
        self._words: Counter[str] = Counter()
        cut = False
        for line in lines:
            words: list[str] = _WORD.findall(line.casefold())
            start, cut, end = int(cut), _CUT.search(line) is not None, len(words)
            self._words.update(words[start : end - cut])

    def join(self, lines: Iterable[str]) -> str:
        """Lines of one paragraph as one text."""
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
        first, second = cut.casefold(), head.casefold()
        joined, hyphened = self._words[first + second], self._words[f"{first}-{second}"]
        if not head[0].islower():  # « Nord-Pas-de-Calais », but « ORGANI-SATION » where the word stands elsewhere
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
