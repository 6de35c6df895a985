"""Records of the assistant: the answer and its parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from index.types import Passage, Place, Source, Unit

Engine = Literal["extractive", "model"]


class Badge(StrEnum):
    """Result of comparing a quotation again with the text of its passage. The value is the French label that readers
    see."""

    VERBATIM = "verbatim"
    ABRIDGED = "abrégé"
    RENAMED = "noms remplacés"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation shown with an answer, taken from `unit`; an empty `badges` means that it was not verified."""

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
    """An entry of the lexicon. `word` is the spelling of the study, `variants` its other spellings, `synonyms` the
    plain words of the same meaning, `source` the passage or document that supports the definition (empty: none).
    `everyday` and `study` give the two meanings of a word that has one in daily life and another in the study."""

    word: str
    definition: str
    variants: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    source: str = ""
    everyday: str = ""
    study: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer. `text` is French Markdown in which « [n] » refers to the citation of that number;
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
