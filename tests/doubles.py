"""Test doubles that all tests share."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from index.language import french
from index.settings import IndexSettings
from index.store.workspace import EmbedderFactory, Workspace

FloatArray = npt.NDArray[np.float32]


class FakeEmbedder:
    """An embedder without a model: a hashed bag of French stems, so that texts that share words have near vectors.
    It counts what is asked of it; `prepare` raises `refusal` when there is one."""

    dimensions = 64

    def __init__(self, identity: str = "fake-64", refusal: Exception | None = None) -> None:
        self.identity = identity
        self.refusal = refusal
        self.prepared = 0
        self.questions: list[str] = []
        self.passages: list[str] = []

    def prepare(self, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        self.prepared += 1
        if self.refusal is not None:
            raise self.refusal
        progress(1, 1)

    def embed_question(self, text: str) -> FloatArray:
        self.questions.append(text)
        return self._vector(text)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        self.passages.extend(texts)
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(len(texts), self.dimensions)

    def _vector(self, text: str) -> FloatArray:
        vector = np.zeros(self.dimensions, dtype=np.float32)
        vector[0] = 0.1  # a text without words has a vector too
        for term in french.terms(text):
            code = zlib.crc32(term.encode())
            vector[code % self.dimensions] += 1.0 if code & 0x10000 else -1.0
            vector[(code >> 8) % self.dimensions] += 0.5
        length = float(np.linalg.norm(vector))
        if length == 0.0:
            vector[0] = length = 1.0
        unit: FloatArray = (vector / np.float32(length)).astype(np.float32)
        return unit


def fake_factory(embedder: FakeEmbedder | None = None) -> EmbedderFactory:
    """Return a factory that opens this embedder, or a `FakeEmbedder`, whatever the settings."""
    opened = embedder or FakeEmbedder()
    return lambda settings: opened


def fake_workspace(settings: IndexSettings, embedder: FakeEmbedder | None = None) -> Workspace:
    """Return a workspace whose model is this embedder, or a `FakeEmbedder`."""
    return Workspace(settings, fake_factory(embedder))
