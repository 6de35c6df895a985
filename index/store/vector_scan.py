"""Exact nearest-neighbour search: every vector is compared.

numpy itself sums the products, not its linear algebra library, whose threads wait for one another: with both processors
busy, a product of 2,000 vectors took 12 ms with the library and 0.1 ms without."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


def dot_products(vectors: FloatArray, vector: FloatArray) -> FloatArray:
    """Return the dot product of each row of `vectors`, shape (n, dimensions), with `vector`, shape (dimensions,)."""
    found: FloatArray = np.einsum("ij,j->i", vectors, vector)
    return found


def nearest_passages(keys: IntArray, vectors: FloatArray, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
    """Return keys and cosines of the `limit` passages nearest to `vector`, each by its best window, best first. `keys`
    gives the passage of each row of `vectors`; the windows of a passage are consecutive."""
    if not len(keys) or limit <= 0:
        return []
    first = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))
    best = np.maximum.reduceat(dot_products(vectors, vector), first)
    chosen = np.argpartition(-best, limit)[:limit] if limit < len(best) else np.arange(len(best))
    chosen = chosen[np.argsort(-best[chosen], kind="stable")]
    return list(zip(keys[first[chosen]].tolist(), best[chosen].tolist(), strict=True))


def best_by_passage(keys: Iterable[int], cosines: Iterable[float]) -> dict[int, float]:
    """Return the highest cosine of each key."""
    best: dict[int, float] = {}
    for key, cosine in zip(keys, cosines, strict=True):
        if cosine > best.get(key, -2.0):
            best[key] = float(cosine)
    return best
