"""Sample records and corpora, small and invented."""

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
    """Return an invented passage. Its context is its headings by default."""
    above = heading if context is None else context
    return Passage(f"p{order}-{text[:12]}", source, text, Place(heading=heading), order, kind, above, 0)


def unit(of: Passage, text: str | None = None) -> Unit:
    """Return the unit of a passage that holds `text` (by default the whole passage)."""
    start = 0 if text is None else of.text.index(text)
    return Unit(of, start, start + len(of.text if text is None else text))


def citation(number: int, of: Passage, text: str | None = None, *, verified: bool = True) -> Citation:
    """Return a citation of a part of a passage (by default of the whole passage)."""
    cited = unit(of, text)
    return Citation(number, cited.text, cited, (Badge.VERBATIM,) if verified else ())


def hit(of: Passage, score: float = 1.0, likeness: float = 1.0) -> Hit:
    """Return a hit on a passage."""
    return Hit(of, score, "both", likeness)


@dataclass
class Lists:
    """Neighbours of passages by their text, in place of a searcher that knows the lists of a document."""

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
