"""Reader of Praat TextGrid, in the long and the short text format.

The Praat manual (« TextGrid file formats », fon.hum.uva.nl/praat) allows a reader to use only the free-standing
strings, numbers and flags, in their order, and to ignore the words between them: both formats are then the same.
Strings are in quotes, doubled inside, and may span lines; `!` begins a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.errors import UnreadableFile
from index.reading.text import decode
from index.reading.transcripts.segments import join_segments, sort_by_time
from index.reading.transcripts.turns import (
    Transcript,
    Turn,
    build_transcript,
    one_line,
    parse_seconds,
    transcript_reader,
)

_FORM = "Praat TextGrid"
_TOKEN = re.compile(
    r'"(?P<text>[^"]*(?:""[^"]*)*)"|(?<!\S)(?P<number>-?\d[\d.]*(?:[eE][+-]?\d+)?)[^\s\d]?(?!\S)|<(?P<flag>\w{1,10})>|![^\n]*'
)
_TAG = re.compile(r"\[([^\[\]]{0,60})\]")
_NOISES = frozenset("pause pauses rire rires toux silence silences respiration soupir".split())
_MAX_GAP_S = 0.05  # between adjacent intervals, which are one turn that the transcriber divided
_MAX_TIERS = 1000
_MAX_INTERVALS = 1_000_000_000  # announced by a tier


@transcript_reader(_FORM)
def read_transcript(data: bytes) -> Transcript:
    """Return the turns, each tier of intervals being a speaker. Intervals that hold words are sorted by time;
    adjacent ones of a speaker, without another speaker beginning between them, are one turn. Tiers of points are
    left out. Raise `UnreadableFile`."""
    if data.startswith(b"ooBinaryFile"):
        raise UnreadableFile("Ce TextGrid est binaire.", "Enregistrez-le dans Praat avec « Save as text file… ».")
    text = decode(data)
    if "ooTextFile" not in text[:200]:
        raise UnreadableFile("Ce fichier n'est pas un TextGrid de Praat.", "Vérifiez son suffixe.")
    return build_transcript(join_segments(sort_by_time(_read_intervals(_TextGridTokens(text))), _MAX_GAP_S))


def without_noises(text: str) -> str:
    """Return `text` without the tags of at most four words that describe a noise: « [pause] », « [rire de Marie] ».
    Other tags, such as « [inaudible] », are kept: they replace words."""
    return one_line(_TAG.sub(_replace_noise, text))


def _replace_noise(tag: re.Match[str]) -> str:
    words = tag[1].casefold().split()
    return " " if len(words) <= 4 and not _NOISES.isdisjoint(words) else tag[0]


class _TextGridTokens:
    """The strings, numbers and flags of a file, consumed in order."""

    def __init__(self, text: str) -> None:
        self._found = _TOKEN.finditer(text)

    def text(self) -> str:
        return self._next("text").replace('""', '"')

    def number(self) -> float:
        try:
            return float(self._next("number"))
        except ValueError as error:  # « 1.2.3 »
            raise _damaged_error() from error

    def count(self) -> int:
        return int(max(0.0, min(self.number(), _MAX_INTERVALS)))

    def flag(self) -> str:
        return self._next("flag")

    def _next(self, kind: str) -> str:
        for match in self._found:
            if match.lastgroup is not None:
                if match.lastgroup != kind:
                    break
                return match[kind]
        raise _damaged_error()


def _damaged_error() -> UnreadableFile:
    return UnreadableFile("Ce TextGrid est tronqué ou mal formé.", "Ouvrez-le dans Praat et enregistrez-le à nouveau.")


def _read_intervals(tokens: _TextGridTokens) -> Iterator[Turn]:
    """Yield the intervals of all tiers, tier after tier. Raise `UnreadableFile` when announced intervals are
    missing."""
    if not tokens.text().startswith("ooTextFile") or tokens.text() != "TextGrid":
        raise UnreadableFile("Ce fichier de Praat n'est pas un TextGrid.", "Exportez le TextGrid de l'entretien.")
    tokens.number(), tokens.number()
    if tokens.flag() != "exists":
        return
    for _ in range(min(tokens.count(), _MAX_TIERS)):
        kind, speaker = tokens.text(), one_line(tokens.text())
        tokens.number(), tokens.number()
        for _ in range(tokens.count()):
            if kind != "IntervalTier":
                tokens.number(), tokens.text()
                continue
            start, end = tokens.number(), tokens.number()
            words = without_noises(tokens.text())
            if any(char.isalnum() for char in words):
                yield Turn(speaker or None, words, parse_seconds(start), parse_seconds(end))
