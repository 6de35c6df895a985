"""Does the corpus answer? Decided from evidence that can be compared between questions.

Scores of the embedding model lie in a narrow band whatever is asked; the share of the question's words that a passage
speaks of, and the margin of the best passage over what is typical of the corpus, do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.understand.coverage import Topic
from index.types import Hit

# Logistic regression on the two kinds of evidence: see tests/benchmarks/abstention.py, which fits and scores it.
INTERCEPT, COVERAGE, MARGIN = -9.13, 6.26, 5.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """`coverage`: the greatest share of the topic that one passage speaks of, headings included. `margin`: that of the
    passage nearest to the question (see `Hit`)."""

    coverage: float
    margin: float


def weigh(topic: Topic, hits: Sequence[Hit]) -> Evidence:
    """The evidence that the hits give."""
    return Evidence(
        coverage=max((topic.share(topic.covered(_whole(hit))) for hit in hits), default=0.0),
        margin=max((hit.margin for hit in hits), default=0.0),
    )


def probability(evidence: Evidence) -> float:
    """The probability that the corpus answers."""
    return 1 / (1 + math.exp(-(INTERCEPT + COVERAGE * evidence.coverage + MARGIN * evidence.margin)))


def _whole(hit: Hit) -> str:
    return "\n".join((*hit.passage.context, hit.passage.text))
