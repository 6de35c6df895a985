"""Does the corpus answer? Decided from evidence that can be compared between questions: how alike the question and
the nearest passage are on the model's own scale, the share of the question's words that a passage speaks of, and how
far the passage found first stands above those on other subjects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from assistant.understand.coverage import Topic
from index.types import Hit

# A logistic regression, which tests/benchmarks/abstention.py fits and scores. On PIAF alone, whose
# articles differ, the margin would weigh .7; it is held to .2 for corpora that speak of one thing throughout.
INTERCEPT = -7.8
WEIGHTS = (3.2, 2.0, 2.8, 0.2, -4.5)
_FIRST = 3  # passages


@dataclass(frozen=True, slots=True)
class Evidence:
    """`likeness`: that of the passage nearest to the question (see `Hit`). `coverage`: the greatest share of the topic
    that one passage speaks of, headings included. `agreement`: how near one of the first three passages found comes to
    speak of all of it (see `Topic.nearness`). `margin`: by how much the score of the first exceeds that of
    the best on another subject, or 0, that of any passage, where there is none. `lacking`: 1 when nothing on the topic
    has the form that an answer must have, or else 0."""

    likeness: float
    coverage: float
    agreement: float
    margin: float
    lacking: float = 0.0


def weigh(topic: Topic, hits: Sequence[Hit], in_form: bool = True) -> Evidence:
    """The evidence that the hits give; `in_form` says whether they hold what the question expects."""
    shares = [topic.share(topic.covered_by(hit.passage)) for hit in hits]
    return Evidence(
        likeness=max((hit.likeness for hit in hits), default=0.0),
        coverage=max(shares, default=0.0),
        agreement=max((topic.nearness(_whole(hit)) for hit in hits[:_FIRST]), default=0.0),
        margin=_margin(hits),
        lacking=0.0 if in_form else 1.0,
    )


def probability(evidence: Evidence) -> float:
    """The probability that the corpus answers."""
    said = zip(WEIGHTS, astuple(evidence), strict=True)
    return 1 / (1 + math.exp(-(INTERCEPT + sum(weight * value for weight, value in said))))


def _margin(hits: Sequence[Hit]) -> float:
    if not hits:
        return 0.0
    first = hits[0]
    others = (hit.score for hit in hits if hit.passage.subject != first.passage.subject)
    return first.score - max(others, default=0.0)


def _whole(hit: Hit) -> str:
    return "\n".join((*hit.passage.context, hit.passage.text))
