"""The records of the people side: what an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from index.types import Passage, Place, Source, Unit

Engine = Literal["extractive", "model"]


class Badge(StrEnum):
    """What a quotation was found to be when it was compared again with the text of its passage. The value is what a
    reader sees."""

    VERBATIM = "verbatim"
    ABRIDGED = "abrégé"
    RENAMED = "noms remplacés"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation shown with an answer, of words of `unit`; without `badges` it was not verified."""

    number: int
    quote: str
    unit: Unit
    badges: tuple[Badge, ...]

    @property
    def verified(self) -> bool:
        return bool(self.badges)

    @property
    def passage(self) -> Passage:
        return self.unit.passage

    @property
    def place(self) -> Place:
        return self.unit.passage.place

    @property
    def source(self) -> Source:
        return self.unit.passage.source


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the lexicon. `word` is how the study writes it, `variants` its other spellings, `synonyms` the
    plain words that mean the same, `source` the passage or document the definition rests on (empty: none); where a word
    means one thing in daily life and another in the study, `everyday` and `study` tell them apart."""

    word: str
    definition: str
    variants: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    source: str = ""
    everyday: str = ""
    study: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, whole. `text` is Markdown in French where « [n] » points to the citation of that number;
    `searched_for` is the question as it was searched; `seconds` is the time spent."""

    question: str
    searched_for: str
    text: str
    citations: tuple[Citation, ...]
    terms: tuple[Term, ...]
    notices: tuple[str, ...]
    refused: bool
    engine: Engine
    seconds: float
