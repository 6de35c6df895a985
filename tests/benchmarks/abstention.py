"""Abstention: how well the assistant separates answerable questions from unanswerable ones.

    python -m tests.benchmarks.abstention DIR [--json] [--fit]

DIR holds `answerable.jsonl` (or `queries.jsonl`) and `unanswerable.jsonl` over `corpus.jsonl`. Prints the AUROC of the
judged probability and the balanced accuracy at the shipped threshold; `--fit` also prints the weights that a logistic
regression gives on this set, for `assistant/understand/answerability.py`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.answer.engine import Engine
from assistant.settings import AssistantSettings
from assistant.understand import answerability
from assistant.understand.lexicon import Lexicon
from index.search.search import Searcher
from index.types import Scope
from tests.benchmarks.corpora import indexed, read_lines

Array = npt.NDArray[np.float64]


def main() -> None:
    """Index the set, judge all its questions, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    result = measure(options.folder, fit=options.fit)
    print(json.dumps(result) if options.json else table(result))


def measure(folder: Path, *, fit: bool = False) -> dict[str, Any]:
    """Return the figures of a set and, with `fit`, the weights that fit it best."""
    with indexed(folder) as built:
        evidence, answerable = _judge_all(built.searcher, folder)
    judged = np.array([answerability.probability(weighed) for weighed in evidence])
    threshold = AssistantSettings().threshold
    result: dict[str, Any] = {
        "auroc": round(auroc(judged, answerable), 4),
        "balanced_accuracy": round(balanced_accuracy(judged >= threshold, answerable), 4),
        "threshold": threshold,
        "reliability": reliability(judged, answerable),
    }
    if fit:
        features = np.array([[1.0, *astuple(weighed)] for weighed in evidence])
        names = ("intercept", *(field.name for field in fields(answerability.Evidence)))
        result["fitted"] = dict(zip(names, logistic(features, answerable).round(2).tolist(), strict=True))
    return result


def _judge_all(searcher: Searcher, folder: Path) -> tuple[list[answerability.Evidence], npt.NDArray[np.bool_]]:
    engine = Engine(searcher, Lexicon(), AssistantSettings())
    answered = next(path for path in (folder / "answerable.jsonl", folder / "queries.jsonl") if path.exists())
    evidence, labels = [], []
    for path in (answered, folder / "unanswerable.jsonl"):
        for line in read_lines(path):
            evidence.append(engine.find(line["text"], Scope.PUBLIC).evidence)
            labels.append(path == answered)
    return evidence, np.array(labels)


def auroc(scores: Array, positive: npt.NDArray[np.bool_]) -> float:
    """Return the probability that a positive scores above a negative, ties counting half (Mann and Whitney, 1947)."""
    above = (scores[positive][:, None] > scores[~positive][None, :]).mean()
    equal = (scores[positive][:, None] == scores[~positive][None, :]).mean()
    return float(above + equal / 2)


def balanced_accuracy(predicted: npt.NDArray[np.bool_], positive: npt.NDArray[np.bool_]) -> float:
    """Return the mean of the shares of positives and of negatives that are classified correctly."""
    return float((predicted[positive].mean() + (~predicted[~positive]).mean()) / 2)


def reliability(judged: Array, positive: npt.NDArray[np.bool_], bins: int = 10) -> list[dict[str, float]]:
    """Return for each band of judged probability the number of its questions, their mean probability, and the share
    that is answerable (Niculescu-Mizil and Caruana, 2005). Positives and negatives have the same total weight, as in
    balanced accuracy."""
    weight = np.where(positive, 0.5 / positive.sum(), 0.5 / (~positive).sum())
    band = np.minimum((judged * bins).astype(int), bins - 1)
    return [
        {
            "from": round(number / bins, 2),
            "questions": int(inside.sum()),
            "judged": round(float(np.average(judged[inside], weights=weight[inside])), 3),
            "answerable": round(float(np.average(positive[inside], weights=weight[inside])), 3),
        }
        for number in range(bins)
        if (inside := band == number).any()
    ]


def logistic(features: Array, positive: npt.NDArray[np.bool_], rounds: int = 50) -> Array:
    """Return the weights of a logistic regression, by Newton's method with a slight ridge."""
    weights = np.zeros(features.shape[1])
    ridge = 1e-3 * np.eye(features.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-features @ weights))
        curvature = (features * (chance * (1 - chance))[:, None]).T @ features + ridge
        weights += np.linalg.solve(curvature, features.T @ (positive - chance) - ridge @ weights)
    return weights


def table(result: Mapping[str, Any]) -> str:
    """Return the figures as text, with a reliability plot: a bar is the share that is answerable, a mark the mean
    judged probability."""
    lines = [f"{key}: {value}" for key, value in result.items() if key != "reliability"]
    for row in result["reliability"]:
        bar = ["#"] * round(40 * row["answerable"]) + [" "] * (41 - round(40 * row["answerable"]))
        bar[round(40 * row["judged"])] = "|"
        lines.append(f"{row['from']:.1f} {''.join(bar)} {row['questions']:>5}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
