"""Small invented records and corpora."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.types import Badge, Citation
from index.types import Hit, Passage, PassageKind, Place, Scope, Source, Unit

SOURCE = Source("s1", "documents/rapport.md", "Rapport inventé", "document", "", "2021", "public", "original", "0" * 64)


def passage(
    text: str,
    *,
    kind: PassageKind = "prose",
    heading: tuple[str, ...] = (),
    context: tuple[str, ...] | None = None,
    order: int = 0,
    source: Source = SOURCE,
) -> Passage:
    """An invented passage; its context is its headings unless said otherwise."""
    above = heading if context is None else context
    return Passage(f"p{order}-{text[:12]}", source, text, Place(heading=heading), order, kind, above, 0)


def unit(of: Passage, text: str | None = None) -> Unit:
    """The unit of a passage that holds `text` (by default all of it)."""
    start = 0 if text is None else of.text.index(text)
    return Unit(of, start, start + len(of.text if text is None else text))


def citation(number: int, of: Passage, text: str | None = None, *, verified: bool = True) -> Citation:
    """A citation of a part of a passage (by default of all of it)."""
    cited = unit(of, text)
    return Citation(number, cited.text, cited, (Badge.VERBATIM,) if verified else ())


def hit(of: Passage, score: float = 1.0, likeness: float = 1.0) -> Hit:
    """A passage found."""
    return Hit(of, score, "both", likeness)


@dataclass
class Lists:
    """Neighbours of passages, by their text: what a searcher would say of the lists of a document."""

    whole: Sequence[Passage] = ()
    below: Mapping[str, Sequence[Passage]] = field(default_factory=dict)

    def siblings(self, passage: Passage, scope: Scope) -> list[Passage]:
        return list(self.whole)

    def nested(self, passage: Passage, scope: Scope) -> list[Passage]:
        return list(self.below.get(passage.text, ()))


def write_corpus(root: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a corpus, by their path."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
