"""Records that `index/` hands to its callers. All are frozen: a record describes stored data and is never edited in
place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Kind = Literal["document", "transcript"]
Visibility = Literal["public", "team"]
Nature = Literal["original", "reformulation"]
PassageKind = Literal["heading", "prose", "item", "turn"]
EXCERPT_ID_PREFIX = "extrait-"  # of the ids of published excerpts
FoundBy = Literal["dense", "lexical", "both"]


class Scope(StrEnum):
    """Access level of a reader. Scopes are nested: `TEAM` sees everything that `PUBLIC` sees, and the rest."""

    PUBLIC = "public"
    TEAM = "team"

    @property
    def visibilities(self) -> tuple[Visibility, ...]:
        """Visibilities of the sources that this scope may read."""
        return ("public",) if self is Scope.PUBLIC else ("public", "team")


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the corpus. `path` is relative to the corpus root, with `/`. `digest` is a SHA-256 in hexadecimal over
    content, metadata and reader version. `site` and `date` are empty when unknown."""

    id: str
    path: str
    title: str
    kind: Kind
    site: str
    date: str
    visibility: Visibility
    nature: Nature
    digest: str

    @property
    def is_excerpt(self) -> bool:
        """Return whether the source is a published excerpt of an interview, not a file."""
        return self.id.startswith(EXCERPT_ID_PREFIX)


@dataclass(frozen=True, slots=True)
class Place:
    """Location of a text in its source. Lines and pages count from 1, times are in seconds; a value that the format
    does not record is `None`."""

    heading: tuple[str, ...] = ()
    page: int | None = None
    line: int | None = None
    speaker: str | None = None
    start_s: float | None = None
    end_s: float | None = None

    def label(self) -> str:
        """Return the location in French, as shown to a reader: « p. 12 », « 00:12:30, Enquêtée 2 », or the headings
        above it."""
        parts = []
        if self.page is not None:
            parts.append(f"p.\u00a0{self.page}")
        if self.start_s is not None:
            hours, rest = divmod(int(self.start_s), 3600)
            parts.append(f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}")
        if self.speaker:
            parts.append(self.speaker)
        if not parts and self.heading:
            parts.append(" › ".join(self.heading))
        if not parts and self.line is not None:
            parts.append(f"ligne\u00a0{self.line}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Section:
    """A block of a source as its reader parsed it: a heading, a paragraph, a list item or a speaker turn.

    `context` holds the text needed to understand the block alone, outermost first: the headings above it, the sentence
    that introduces its list, the item that it is nested under, the question that it answers. `quotable` is false for a
    heading that only announces its section."""

    source: str
    text: str
    place: Place
    kind: PassageKind
    context: tuple[str, ...] = ()
    quotable: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a source that can be retrieved and cited. `text` is source text, `start` its offset in the source
    (characters); `order` counts passages from 0 within the source."""

    id: str
    source: Source
    text: str
    place: Place
    order: int
    kind: PassageKind
    context: tuple[str, ...]
    start: int

    @property
    def subject(self) -> str:
        """Heading right above the passage, or the title of its source."""
        return self.place.heading[-1] if self.place.heading else self.source.title

    @property
    def question(self) -> str:
        """Question that the passage answers, the last item of its context; empty when it answers none."""
        return self.context[-1] if self.context and self.context[-1].rstrip().endswith("?") else ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, list item or speech turn: `text == passage.text[start:end]`."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found by a search.

    `score` orders the hits of one search (higher is better), in standard deviations of the scores of that question over
    all passages. `likeness` is comparable between searches: 0 for a text unrelated to the question, about 1 for a text
    that answers it."""

    passage: Passage
    score: float
    found_by: FoundBy
    likeness: float


@dataclass(frozen=True, slots=True)
class Site:
    """A place or group that the corpus is about, with all its names, as listed in `corpus.toml`."""

    name: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)
