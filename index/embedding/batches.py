"""Texts to vectors by the batch: what is cut goes in at one end, what is embedded comes out at the other, in order.

Batches are cut here and nowhere else, whoever computes them, so that one process and a hundred give the same index. On
one machine, vectors were seen to be the same to the last bit whatever the batch and the number of threads, each text
being computed with others of its own length (`embed.py`); on machines of two kinds they differ a little, since one
computes in bf16 where its processor does and another in float32, which the identity of a model does not tell."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Protocol

import numpy as np

from index.embedding.model import Embedder, FloatArray
from index.embedding.unpacking import Progress
from index.types import Passage

_PART = 256  # texts of a batch: of fewer, few have one length, and the encoder was seen to slow down by a fifth
_AHEAD = 2  # batches computed beside what is made of the last
BEAT_S = 0.5  # between two looks at whether to stop, while nothing comes
_REMEMBERED = 20_000  # texts, whose vectors take some 30 MB

Cut = Sequence[tuple[Passage, Sequence[str]]]
"""The passages of a source in order, each with the texts of its windows."""


class EmbeddingBackend(Protocol):
    """Whoever computes batches."""

    def prepare(self, progress: Progress) -> None:
        """Make the model ready where it computes. Raises `ModelUnavailable` or `ClusterUnavailable`."""

    def embed(self, batches: Iterator[Sequence[str]], waiting: Callable[[], None]) -> Iterator[FloatArray]:
        """The vectors of each batch of texts, shape (texts, dimensions), in the order of the batches. These are asked
        for one by one, no further ahead than there is room for; `waiting` is called while nothing comes. Raises as
        `prepare` does, and what asking for a batch raises."""

    def leave(self) -> None:
        """Let go of what computes: nothing more is asked of it."""


class LocalBackend:
    """This process, a few batches ahead of what was made of the last: so that no core waits while a file is read or
    stored, or for the last texts of a batch."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def prepare(self, progress: Progress) -> None:
        self._embedder.prepare(progress)

    def embed(self, batches: Iterator[Sequence[str]], waiting: Callable[[], None]) -> Iterator[FloatArray]:
        pool = ThreadPoolExecutor(_AHEAD, "batch")
        computed: deque[Future[FloatArray]] = deque()
        try:
            for texts in batches:
                computed.append(pool.submit(self._embedder.embed_passages, texts))
                if len(computed) > _AHEAD:
                    yield _result(computed.popleft(), waiting)
            while computed:
                yield _result(computed.popleft(), waiting)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # whoever stops a run does not wait for what is dropped

    def leave(self) -> None:
        pass


def _result(computed: Future[FloatArray], waiting: Callable[[], None]) -> FloatArray:
    while not wait([computed], BEAT_S).done:
        waiting()
    return computed.result()


class VectorCache:
    """The vectors of the texts that were computed last: what a corpus says again, a sentence of a form or
    « D'accord. », is computed once. In sheets of an administration, one window of five was seen to be said before."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._vectors: OrderedDict[str, FloatArray] = OrderedDict()

    def of(self, texts: Iterable[str]) -> dict[str, FloatArray]:
        """The vectors of those that are remembered, each of shape (dimensions,)."""
        found = {text: self._vectors[text] for text in texts if text in self._vectors}
        for text in found:
            self._vectors.move_to_end(text)
        return found

    def keep(self, texts: Sequence[str], vectors: FloatArray) -> None:
        """Remember vectors, shape (texts, dimensions), and forget those that were not met for longest."""
        self._vectors.update(zip(texts, map(np.copy, vectors), strict=True))  # else one of a batch would hold all of it
        while len(self._vectors) > self._most:
            self._vectors.popitem(last=False)


def split_batches(texts: Sequence[str]) -> list[list[int]]:
    """The batches of texts, as positions: longest first, so that texts of one length, which are computed together, are
    in few of them."""
    order = list(range(len(texts)))
    if len(texts) > _PART:
        order.sort(key=lambda number: -len(texts[number]))
    return [order[start : start + _PART] for start in range(0, len(order), _PART)]


class PassageGroup:
    """Sources that are embedded together: `cuts` has an item for each. Their vectors come by batches of distinct texts,
    of which those that are remembered are none."""

    def __init__(self, cuts: Sequence[Cut], remembered: VectorCache | None = None) -> None:
        self.cuts = cuts
        self._remembered = remembered or VectorCache()
        texts = dict.fromkeys(text for cut in cuts for _, windows in cut for text in windows)
        self._vectors = self._remembered.of(texts)
        asked = [text for text in texts if text not in self._vectors]
        self._batches = [[asked[number] for number in part] for part in split_batches(asked)]
        self._come, self._asked = 0, len(asked)
        self.passages = sum(map(len, cuts))

    def batches(self) -> Iterator[list[str]]:
        """The texts of each batch, in the order that `take` wants the vectors of."""
        return iter(self._batches)

    def take(self, vectors: FloatArray) -> None:
        """Take the vectors of the next batch, shape (texts, dimensions)."""
        texts = self._batches[self._come]
        self._vectors.update(zip(texts, vectors, strict=True))
        self._remembered.keep(texts, vectors)
        self._come += 1

    @property
    def is_whole(self) -> bool:
        return self._come == len(self._batches)

    @property
    def embedded(self) -> int:
        """How many passages are, about: what is embedded are their windows."""
        come = sum(map(len, self._batches[: self._come]))
        return self.passages * come // self._asked if self._asked else self.passages

    def made(self) -> Iterable[tuple[list[Passage], list[FloatArray]]]:
        """For each source its passages and the vectors of the windows of each, shape (windows, dimensions). Only of a
        group that is whole."""
        assert self.is_whole
        for cut in self.cuts:
            yield (
                [passage for passage, _ in cut],
                [np.stack([self._vectors[text] for text in windows]) for _, windows in cut],
            )
