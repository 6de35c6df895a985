"""Embedding models of negligible cost, for benchmarks of the rest of the pipeline."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from index.embedding.model import Embedder, FloatArray


class RandomVectors:
    """Embedding model that gives random vectors for passages until it is `real`, and records the time of the real one.
    Questions are always embedded."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self.identity = model.identity
        self.real = False
        self.seconds = 0.0

    def prepare(self, progress: object = None) -> None:
        """Load the model if it is `real`: otherwise it is not used, as in a process that only answers."""
        if self.real:
            self._model.prepare()

    def embed_question(self, text: str) -> FloatArray:
        """Return the model's vector of a question."""
        return self._model.embed_question(text)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Return unit vectors, shape (texts, 384): random, or the model's when it is `real`."""
        if not self.real:
            vectors = np.random.default_rng(len(texts)).normal(size=(len(texts), 384)).astype(np.float32)
            unit: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
            return unit
        began = time.perf_counter()
        found = self._model.embed_passages(texts)
        self.seconds += time.perf_counter() - began
        return found


class VectorsAround(RandomVectors):
    """Random vectors drawn around those that the model gives to some texts: as close to one another as real ones."""

    def __init__(self, model: Embedder, texts: Sequence[str]) -> None:
        super().__init__(model)
        self._chance = np.random.default_rng(0)
        self._centres = model.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Return unit vectors, shape (texts, dimensions), at a cosine of about .96 to one of the centres."""
        if self.real:
            return super().embed_passages(texts)
        chosen = self._centres[self._chance.integers(len(self._centres), size=len(texts))]
        noise = self._chance.normal(scale=0.3 / chosen.shape[1] ** 0.5, size=chosen.shape).astype(np.float32)
        unit: FloatArray = (chosen + noise) / np.linalg.norm(chosen + noise, axis=1, keepdims=True)
        return unit
