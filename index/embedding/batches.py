"""Batches of texts to embed: texts are batched in order, computed by a backend, and their vectors returned in order.

Batches are formed here only, for every backend, so that one process and a hundred give the same index. On one machine,
vectors were observed to be identical to the last bit whatever the batch and the number of threads, since each text is
computed with others of its own length (`model.py`). On machines of two kinds they differ slightly, since one computes
in bf16 where its processor supports it and another in float32; the identity of a model does not record that."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Protocol

import numpy as np

from index.embedding.model import Embedder, FloatArray
from index.embedding.unpacking import Progress
from index.types import Passage

_BATCH_TEXTS = 256  # smaller batches have few texts of equal length, and slowed the encoder down by a fifth
_BATCHES_AHEAD = 2  # batches computed while the last vectors are used
POLL_S = 0.5  # between two checks for a stop, while no vectors arrive
_CACHED_TEXTS = 20_000  # whose vectors take about 30 MB

SourceWindows = Sequence[tuple[Passage, Sequence[str]]]
"""Passages of a source in order, each with the texts of its windows."""


class EmbeddingBackend(Protocol):
    """A process or cluster that computes batches."""

    def prepare(self, progress: Progress) -> None:
        """Load the model where it computes. Raises `ModelUnavailable` or `ClusterUnavailable`."""

    def embed(self, batches: Iterator[Sequence[str]], waiting: Callable[[], None]) -> Iterator[FloatArray]:
        """Yield the vectors of each batch of texts, shape (texts, dimensions), in the order of the batches. Batches are
        pulled one by one, only as capacity allows; `waiting` is called while no vectors arrive. Raises as `prepare`
        does, and any error of the batch iterator."""

    def close(self) -> None:
        """Release the resources; the backend is not used any more."""


class LocalBackend:
    """Backend in this process, a few batches ahead of the consumer, so that no core waits while a file is read or
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
            pool.shutdown(wait=False, cancel_futures=True)  # a stopped run does not wait for the dropped batches

    def close(self) -> None:
        pass


def _await_result(computed: Future[FloatArray], waiting: Callable[[], None]) -> FloatArray:
    """Return the vectors of a batch; call `waiting` meanwhile."""
    while not wait([computed], POLL_S).done:
        waiting()
    return computed.result()


class VectorCache:
    """Cache of the vectors of recent texts: a text repeated in a corpus, a sentence of a form or « D'accord. », is
    computed once. In documents of an administration, one window in five was observed to be a repetition."""

    def __init__(self, capacity: int = _CACHED_TEXTS) -> None:
        self._capacity = capacity
        self._vectors: OrderedDict[str, FloatArray] = OrderedDict()

    def get(self, texts: Iterable[str]) -> dict[str, FloatArray]:
        """Return the cached vectors of texts, each of shape (dimensions,)."""
        found = {text: self._vectors[text] for text in texts if text in self._vectors}
        for text in found:
            self._vectors.move_to_end(text)
        return found

    def add(self, texts: Sequence[str], vectors: FloatArray) -> None:
        """Store vectors, shape (texts, dimensions), and evict the least recently used ones."""
        self._vectors.update(zip(texts, map(np.copy, vectors), strict=True))  # a view would keep its whole batch alive
        while len(self._vectors) > self._capacity:
            self._vectors.popitem(last=False)


def split_batches(texts: Sequence[str]) -> list[list[int]]:
    """Return the batches of texts, as positions: longest first, so that texts of equal length, which are computed
    together, share few batches."""
    order = list(range(len(texts)))
    if len(texts) > _BATCH_TEXTS:
        order.sort(key=lambda number: -len(texts[number]))
    return [order[start : start + _BATCH_TEXTS] for start in range(0, len(order), _BATCH_TEXTS)]


class PassageGroup:
    """Sources that are embedded together: `cuts` has an item for each. Their vectors arrive in batches of distinct
    texts; cached texts belong to no batch."""

    def __init__(self, cuts: Sequence[SourceWindows], cache: VectorCache | None = None) -> None:
        self.cuts = cuts
        self._cache = cache or VectorCache()
        texts = dict.fromkeys(text for cut in cuts for _, windows in cut for text in windows)
        self._vectors = self._cache.get(texts)
        missing = [text for text in texts if text not in self._vectors]
        self._batches = [[missing[number] for number in part] for part in split_batches(missing)]
        self._batches_done, self._text_count = 0, len(missing)
        self.passages = sum(map(len, cuts))

    def batches(self) -> Iterator[list[str]]:
        """Return the texts of each batch, in the order in which `add_vectors` expects their vectors."""
        return iter(self._batches)

    def add_vectors(self, vectors: FloatArray) -> None:
        """Store the vectors of the next batch, shape (texts, dimensions)."""
        texts = self._batches[self._batches_done]
        self._vectors.update(zip(texts, vectors, strict=True))
        self._cache.add(texts, vectors)
        self._batches_done += 1

    @property
    def is_complete(self) -> bool:
        return self._batches_done == len(self._batches)

    @property
    def embedded(self) -> int:
        """Approximate number of embedded passages, from the number of embedded windows."""
        done = sum(map(len, self._batches[: self._batches_done]))
        return self.passages * done // self._text_count if self._text_count else self.passages

    def vectors_by_source(self) -> Iterable[tuple[list[Passage], list[FloatArray]]]:
        """Yield for each source its passages and the vectors of the windows of each, shape (windows, dimensions).
        Requires a complete group."""
        assert self.is_complete
        for cut in self.cuts:
            yield (
                [passage for passage, _ in cut],
                [np.stack([self._vectors[text] for text in windows]) for _, windows in cut],
            )
