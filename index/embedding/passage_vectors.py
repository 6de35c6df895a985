"""Vectors of passages: those of the windows that each is cut into."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from index.embedding.batches import EmbeddingBackend
from index.embedding.model import Embedder, FloatArray
from index.progress import Progress, Step
from index.reading.chunk import windows
from index.types import Passage


def prepare(model: Embedder | EmbeddingBackend, progress: Progress) -> None:
    """Prepare the embedding model where it computes, and report its progress. Raises `ModelUnavailable` or
    `ClusterUnavailable`."""
    model.prepare(lambda done, total: progress(Step("Préparation du modèle", done, total)))


def embed_windows(embedder: Embedder, passages: Sequence[Passage]) -> list[FloatArray]:
    """Return for each passage the vectors of its windows, shape (windows, dimensions)."""
    pieces = [windows(passage) for passage in passages]
    vectors = embedder.embed_passages([text for texts in pieces for text in texts])
    return np.split(vectors, list(accumulate(map(len, pieces)))[:-1])
