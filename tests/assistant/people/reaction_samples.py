"""Sample reactions for the tests, and the path of their file. All texts are invented."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.types import Answer
from index.types import Passage, Place
from tests.assistant.samples import SOURCE, citation, passage

DAY = datetime.date(2026, 3, 4)  # a Wednesday
SAID = "La rivière déborde souvent près du grand pommier où nous rangeons les brouettes."
OTHER = "Le samedi matin nous ouvrons la serre des Jardins du Pont à qui veut venir semer."
INTERVIEW = replace(SOURCE, id="s2", path="transcripts/seule.txt", visibility="team", site="Bourg")


def at(day: datetime.date) -> Callable[[], float]:
    return lambda: datetime.datetime.combine(day, datetime.time(15, 42, 7)).timestamp()


def held(text: str = SAID, speaker: str = "Enquêtée 1") -> Passage:
    return replace(passage(text, source=INTERVIEW, kind="turn"), place=Place(speaker=speaker))


def answer(
    *cited: Passage,
    question: str = "Où sont les brouettes ?",
    text: str = "Près du pommier [1].",
    refused: bool = False,
) -> Answer:
    citations = tuple(citation(number, quoted) for number, quoted in enumerate(cited, 1))
    return Answer(question, question, text, citations, (), (), refused, "extractive", 0.0)


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted((folder / "people").iterdir()))
