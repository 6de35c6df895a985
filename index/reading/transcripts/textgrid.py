"""Praat TextGrid, the long and the short text form.

As the Praat manual says (« TextGrid file formats », fon.hum.uva.nl/praat), a reader may look only at free-standing
strings, numbers and flags, in their order, and at none of the words between them: both forms are then one. Strings
stand in quotes that are doubled inside, and may run over lines; `!` begins a comment."""

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
_CONTIGUOUS_S = 0.05  # intervals that touch are one turn, cut where the transcriber set a mark
_MOST_TIERS = 1000
_MOST = 1_000_000_000  # intervals that a tier may announce


@transcript_reader(_FORM)
def read_transcript(data: bytes) -> Transcript:
    """A tier of intervals is a speaker. Intervals that hold words are sorted by time; those of a speaker that touch,
    nobody else beginning between them, are one turn. Tiers of points are left out. Raises `UnreadableFile`."""
    if data.startswith(b"ooBinaryFile"):
        raise UnreadableFile("Ce TextGrid est binaire.", "Enregistrez-le dans Praat avec « Save as text file… ».")
    text = decode(data)
    if "ooTextFile" not in text[:200]:
        raise UnreadableFile("Ce fichier n'est pas un TextGrid de Praat.", "Vérifiez son suffixe.")
    return build_transcript(join_segments(sort_by_time(_read_intervals(_TextGridTokens(text))), _CONTIGUOUS_S))


def without_noises(text: str) -> str:
    """`text` less the tags that tell a noise of at most four words: « [pause] », « [rire de Marie] ». Other tags, such
    as « [inaudible] », stay: they stand for words."""
    return one_line(_TAG.sub(_replace_noise, text))


def _replace_noise(tag: re.Match[str]) -> str:
    words = tag[1].casefold().split()
    return " " if len(words) <= 4 and not _NOISES.isdisjoint(words) else tag[0]


class _TextGridTokens:
    """The strings, numbers and flags of a file, taken one after the other."""

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
        return int(max(0.0, min(self.number(), _MOST)))

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
    """The intervals of all tiers, tier after tier. What the file announces must be there."""
    if not tokens.text().startswith("ooTextFile") or tokens.text() != "TextGrid":
        raise UnreadableFile("Ce fichier de Praat n'est pas un TextGrid.", "Exportez le TextGrid de l'entretien.")
    tokens.number(), tokens.number()
    if tokens.flag() != "exists":
        return
    for _ in range(min(tokens.count(), _MOST_TIERS)):
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
