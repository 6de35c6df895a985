"""Texts to vectors by the batch: what is cut goes in at one end, what is embedded comes out at the other, in order.

Batches are cut here and nowhere else, whoever computes them, so that one process and a hundred give the same index. On
one machine, vectors were seen to be the same to the last bit whatever the batch and the number of threads, each text
being computed with others of its own length (`embed.py`); on machines of two kinds they differ a little, since one
computes in bf16 where its processor does and another in float32, which the identity of a model does not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol

import numpy as np

from index.embed import Embedder, FloatArray
from index.types import Passage
from index.unpack import Progress

_PART = 256  # texts of a batch: of fewer, few have one length, and the encoder was seen to slow down by a fifth

Cut = Sequence[tuple[Passage, Sequence[str]]]
"""The passages of a source in order, each with the texts of its windows."""


class Workers(Protocol):
    """Whoever computes batches."""

    def prepare(self, progress: Progress) -> None:
        """Make the model ready where it computes. Raises `ModelUnavailable` or `ClusterUnavailable`."""

    def embed(self, batches: Iterator[Sequence[str]], waiting: Callable[[], None]) -> Iterator[FloatArray]:
        """The vectors of each batch of texts, shape (texts, dimensions), in the order of the batches. These are asked
        for one by one, no further ahead than there is room for; `waiting` is called while nothing comes. Raises as
        `prepare` does, and what asking for a batch raises."""

    def leave(self) -> None:
        """Let go of what computes: nothing more is asked of it."""


class OneProcess:
    """This process, a batch at a time: the next one is asked for when what became of the last is done with."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def prepare(self, progress: Progress) -> None:
        self._embedder.prepare(progress)

    def embed(self, batches: Iterator[Sequence[str]], waiting: Callable[[], None]) -> Iterator[FloatArray]:
        return map(self._embedder.embed_passages, batches)

    def leave(self) -> None:
        pass


def parts(texts: Sequence[str]) -> list[list[int]]:
    """The batches of texts, as positions: longest first, so that texts of one length go together, and what is padded
    to the longest of its batch is little."""
    order = list(range(len(texts)))
    if len(texts) > _PART:
        order.sort(key=lambda number: -len(texts[number]))
    return [order[start : start + _PART] for start in range(0, len(order), _PART)]


@dataclass(slots=True)
class Group:
    """Sources that are embedded together: `cuts` has an item for each. Their vectors come by batches."""

    cuts: Sequence[Cut]
    texts: list[str] = field(init=False)
    _parts: list[list[int]] = field(init=False)
    _come: int = 0
    _vectors: FloatArray | None = None

    def __post_init__(self) -> None:
        self.texts = [text for cut in self.cuts for _, windows in cut for text in windows]
        self._parts = parts(self.texts)

    def batches(self) -> Iterator[list[str]]:
        """The texts of each batch, in the order that `take` wants the vectors of."""
        return ([self.texts[number] for number in part] for part in self._parts)

    def take(self, vectors: FloatArray) -> None:
        """Take the vectors of the next batch, shape (texts, dimensions)."""
        part = self._parts[self._come]
        if self._vectors is None:
            self._vectors = np.empty((len(self.texts), vectors.shape[1]), dtype=np.float32)
        self._vectors[part] = vectors
        self._come += 1

    @property
    def is_whole(self) -> bool:
        return self._come == len(self._parts)

    @property
    def passages(self) -> int:
        return sum(map(len, self.cuts))

    @property
    def embedded(self) -> int:
        """How many passages are, about: what is embedded are their windows."""
        come = sum(len(part) for part in self._parts[: self._come])
        return come * self.passages // max(1, len(self.texts))

    def made(self) -> Iterable[tuple[list[Passage], list[FloatArray]]]:
        """For each source its passages and the vectors of the windows of each, shape (windows, dimensions). Only of a
        group that is whole."""
        assert self.is_whole
        ends = list(accumulate(len(windows) for cut in self.cuts for _, windows in cut))
        pieces = iter(np.split(self._vectors, ends[:-1]) if self._vectors is not None else [])
        for cut in self.cuts:
            yield [passage for passage, _ in cut], [next(pieces) for _ in cut]
