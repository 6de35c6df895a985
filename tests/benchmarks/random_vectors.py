"""An embedding model that costs nothing, where a benchmark measures what is around it."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from index.embed import Embedder, FloatArray


class RandomVectors:
    """The embedding model, which gives random vectors for passages until it is `real`, and keeps the time it takes.
    Questions are always embedded."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self.identity = model.identity
        self.real = False
        self.seconds = 0.0

    def prepare(self, progress: object = None) -> None:
        """As the model does when it is `real`: what is not used is not loaded, as in a process that only answers."""
        if self.real:
            self._model.prepare()

    def embed_question(self, text: str) -> FloatArray:
        """As the model does."""
        return self._model.embed_question(text)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors, shape (texts, 384): random ones, or the model's when it is `real`."""
        if not self.real:
            vectors = np.random.default_rng(len(texts)).normal(size=(len(texts), 384)).astype(np.float32)
            unit: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
            return unit
        began = time.perf_counter()
        found = self._model.embed_passages(texts)
        self.seconds += time.perf_counter() - began
        return found
