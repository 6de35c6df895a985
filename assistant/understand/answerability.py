"""Estimates whether the corpus answers a question, from evidence that can be compared between questions.

The evidence is the similarity between the question and the nearest passage on the embedding model's own scale, the
share of the question's words that a passage covers, and the margin of the first passage over those on other
subjects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from assistant.understand.coverage import Topic
from index.types import Hit

# Coefficients of a logistic regression, fitted and scored by tests/benchmarks/abstention.py. On PIAF alone, whose
# articles differ, the margin would weigh .7; it is limited to .2 for corpora that have a single subject.
INTERCEPT = -7.8
WEIGHTS = (3.2, 2.0, 2.8, 0.2, -4.5)
_FIRST = 3  # passages whose nearness to the topic counts


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence that the corpus answers a question. `likeness`: likeness of the passage nearest to the question (see
    `Hit`). `coverage`: greatest share of the topic that a single passage covers, headings included. `agreement`:
    greatest nearness to the topic of the first three passages (see `Topic.nearness`). `margin`: score of the first
    passage minus that of the best passage on another subject, or minus 0, the score of any passage, when there is no
    such passage. `lacking`: 1 when no passage on the topic has the form that the answer must have, otherwise 0."""

    likeness: float
    coverage: float
    agreement: float
    margin: float
    lacking: float = 0.0


def weigh(topic: Topic, hits: Sequence[Hit], in_form: bool = True) -> Evidence:
    """Return the evidence that the hits give; `in_form` is True when they hold the expected form of answer."""
    shares = [topic.share(topic.covered_by(hit.passage)) for hit in hits]
    return Evidence(
        likeness=max((hit.likeness for hit in hits), default=0.0),
        coverage=max(shares, default=0.0),
        agreement=max((topic.nearness(_whole(hit)) for hit in hits[:_FIRST]), default=0.0),
        margin=_margin(hits),
        lacking=0.0 if in_form else 1.0,
    )


def probability(evidence: Evidence) -> float:
    """Return the probability that the corpus answers, 0 to 1."""
    terms = zip(WEIGHTS, astuple(evidence), strict=True)
    return 1 / (1 + math.exp(-(INTERCEPT + sum(weight * value for weight, value in terms))))


def _margin(hits: Sequence[Hit]) -> float:
    if not hits:
        return 0.0
    first = hits[0]
    others = (hit.score for hit in hits if hit.passage.subject != first.passage.subject)
    return first.score - max(others, default=0.0)


def _whole(hit: Hit) -> str:
    return "\n".join((*hit.passage.context, hit.passage.text))
