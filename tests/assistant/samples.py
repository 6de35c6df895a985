"""Small invented records, a stand-in for the embedding model, and indexes made of a few lines of text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.types import Citation
from index.search import french
from index.types import Hit, Passage, PassageKind, Place, Scope, Source, Unit

FloatArray = npt.NDArray[np.float32]
_DIMENSIONS = 512

SOURCE = Source(
    "s1", "documents/rapport.md", "Rapport inventé", "document", "", "2021", "public", "original", "0" * 64
)


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
    return Citation(number, cited.text, cited, verified)


def hit(of: Passage, score: float = 1.0, margin: float = 1.0) -> Hit:
    """A passage found."""
    return Hit(of, score, "both", margin)


@dataclass
class Lists:
    """Neighbours of passages, by their text: what a searcher would say of the lists of a document."""

    whole: Sequence[Passage] = ()
    below: Mapping[str, Sequence[Passage]] = field(default_factory=dict)

    def siblings(self, passage: Passage, scope: Scope) -> list[Passage]:
        return list(self.whole)

    def nested(self, passage: Passage, scope: Scope) -> list[Passage]:
        return list(self.below.get(passage.text, ()))


class StemVectors:
    """An embedder without weights: a text's vector is the sum of a fixed random vector for each of its stems."""

    identity = "stem-vectors"

    def prepare(self, progress: object = None) -> None:
        pass

    def embed_question(self, text: str) -> FloatArray:
        vector: FloatArray = self.embed_passages([text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        rows = [sum((_direction(stem) for stem in french.terms(text)), _direction("")) for text in texts]
        found = np.asarray(rows, dtype=np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def _direction(stem: str) -> npt.NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(stem.encode("utf-8", "replace")).digest()[:8], "little")
    return np.random.default_rng(seed).standard_normal(_DIMENSIONS)


def write_corpus(root: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a corpus, by their path."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
