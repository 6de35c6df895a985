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

_BATCH_TEXTS = 256  # texts of a batch: of fewer, few have one length, and the encoder was seen to slow down by a fifth
_BATCHES_AHEAD = 2  # batches computed beside what is made of the last
POLL_S = 0.5  # between two looks at whether to stop, while nothing comes
_CACHED_TEXTS = 20_000  # texts, whose vectors take some 30 MB

SourceWindows = Sequence[tuple[Passage, Sequence[str]]]
"""The passages of a source in order, each with the texts of its windows."""


class EmbeddingBackend(Protocol):
    """Whoever computes batches."""

    def prepare(self, progress: Progress) -> None:
        """Make the model ready where it computes. Raises `ModelUnavailable` or `ClusterUnavailable`."""

    def embed(self, batches: Iterator[Sequence[str]], waiting: Callable[[], None]) -> Iterator[FloatArray]:
        """The vectors of each batch of texts, shape (texts, dimensions), in the order of the batches. These are asked
        for one by one, no further ahead than there is room for; `waiting` is called while nothing comes. Raises as
        `prepare` does, and what asking for a batch raises."""

    def close(self) -> None:
        """Let go of what computes: nothing more is asked of it."""


class LocalBackend:
    """This process, a few batches ahead of what was made of the last: so that no core waits while a file is read or
    stored, or for the last texts of a batch."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def prepare(self, progress: Progress) -> None:
        self._embedder.prepare(progress)

    def embed(self, batches: Iterator[Sequence[str]], waiting: Callable[[], None]) -> Iterator[FloatArray]:
        pool = ThreadPoolExecutor(_BATCHES_AHEAD, "batch")
        computed: deque[Future[FloatArray]] = deque()
        try:
            for texts in batches:
                computed.append(pool.submit(self._embedder.embed_passages, texts))
                if len(computed) > _BATCHES_AHEAD:
                    yield _await_result(computed.popleft(), waiting)
            while computed:
                yield _await_result(computed.popleft(), waiting)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # whoever stops a run does not wait for what is dropped

    def close(self) -> None:
        pass


def _await_result(computed: Future[FloatArray], waiting: Callable[[], None]) -> FloatArray:
    while not wait([computed], POLL_S).done:
        waiting()
    return computed.result()


class VectorCache:
    """The vectors of the texts that were computed last: what a corpus says again, a sentence of a form or
    « D'accord. », is computed once. In sheets of an administration, one window of five was seen to be said before."""

    def __init__(self, most: int = _CACHED_TEXTS) -> None:
        self._capacity = most
        self._vectors: OrderedDict[str, FloatArray] = OrderedDict()

    def get(self, texts: Iterable[str]) -> dict[str, FloatArray]:
        """The vectors of those that are remembered, each of shape (dimensions,)."""
        found = {text: self._vectors[text] for text in texts if text in self._vectors}
        for text in found:
            self._vectors.move_to_end(text)
        return found

    def add(self, texts: Sequence[str], vectors: FloatArray) -> None:
        """Remember vectors, shape (texts, dimensions), and forget those that were not met for longest."""
        self._vectors.update(zip(texts, map(np.copy, vectors), strict=True))  # else one of a batch would hold all of it
        while len(self._vectors) > self._capacity:
            self._vectors.popitem(last=False)


def split_batches(texts: Sequence[str]) -> list[list[int]]:
    """The batches of texts, as positions: longest first, so that texts of one length, which are computed together, are
    in few of them."""
    order = list(range(len(texts)))
    if len(texts) > _BATCH_TEXTS:
        order.sort(key=lambda number: -len(texts[number]))
    return [order[start : start + _BATCH_TEXTS] for start in range(0, len(order), _BATCH_TEXTS)]


class PassageGroup:
    """Sources that are embedded together: `cuts` has an item for each. Their vectors come by batches of distinct texts,
    of which those that are remembered are none."""

    def __init__(self, cuts: Sequence[SourceWindows], remembered: VectorCache | None = None) -> None:
        self.cuts = cuts
        self._cache = remembered or VectorCache()
        texts = dict.fromkeys(text for cut in cuts for _, windows in cut for text in windows)
        self._vectors = self._cache.get(texts)
        asked = [text for text in texts if text not in self._vectors]
        self._batches = [[asked[number] for number in part] for part in split_batches(asked)]
        self._batches_done, self._text_count = 0, len(asked)
        self.passages = sum(map(len, cuts))

    def batches(self) -> Iterator[list[str]]:
        """The texts of each batch, in the order that `take` wants the vectors of."""
        return iter(self._batches)

    def add_vectors(self, vectors: FloatArray) -> None:
        """Take the vectors of the next batch, shape (texts, dimensions)."""
        texts = self._batches[self._batches_done]
        self._vectors.update(zip(texts, vectors, strict=True))
        self._cache.add(texts, vectors)
        self._batches_done += 1

    @property
    def is_complete(self) -> bool:
        return self._batches_done == len(self._batches)

    @property
    def embedded(self) -> int:
        """How many passages are, about: what is embedded are their windows."""
        come = sum(map(len, self._batches[: self._batches_done]))
        return self.passages * come // self._text_count if self._text_count else self.passages

    def vectors_by_source(self) -> Iterable[tuple[list[Passage], list[FloatArray]]]:
        """For each source its passages and the vectors of the windows of each, shape (windows, dimensions). Only of a
        group that is whole."""
        assert self.is_complete
        for cut in self.cuts:
            yield (
                [passage for passage, _ in cut],
                [np.stack([self._vectors[text] for text in windows]) for _, windows in cut],
            )
