"""Fusion of the dense and lexical rankings by standardised scores: a score minus its mean, divided by its standard
deviation, both over the passages of the corpus for the question, so that the two can be added."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
_FLOOR = 1e-6


def standardise_dense(cosines: Mapping[int, float], typical: FloatArray) -> dict[int, float]:
    """Return the standard scores of cosines; `typical` holds the cosines of a sample of the corpus with the same
    question."""
    values = typical if typical.size > 1 else np.fromiter(cosines.values(), dtype=np.float32)
    if values.size == 0:
        return {}
    mean, deviation = float(values.mean()), max(float(values.std()), _FLOOR)
    return {key: (cosine - mean) / deviation for key, cosine in cosines.items()}


def standardise_lexical(scores: Sequence[tuple[int, float]], total: int) -> dict[int, float]:
    """Return the standard scores of BM25 scores among `total` passages; unlisted passages count with a score of 0."""
    if not scores or total <= 0:
        return {}
    mean = sum(score for _, score in scores) / total
    variance = sum((score - mean) ** 2 for _, score in scores) + max(0, total - len(scores)) * mean**2
    deviation = max(math.sqrt(variance / total), _FLOOR)
    return {key: (score - mean) / deviation for key, score in scores}


def fuse(dense: Mapping[int, float], lexical: Mapping[int, float], dense_weight: float) -> dict[int, float]:
    """Return the weighted sum of both scores, over the keys of either; a passage without a lexical score gets the
    lowest one."""
    least = min(lexical.values(), default=0.0)
    absent = min(0.0, least)
    return {
        key: dense_weight * dense.get(key, 0.0) + (1 - dense_weight) * lexical.get(key, absent)
        for key in {*dense, *lexical}
    }
