"""Threshold on the cosine between a sentence and the unit that it cites: `python -m tests.benchmarks.nearness DIR…`,
each a BEIR folder.

A faithful sentence is a clause of a unit; an unfaithful one is another sentence of the same passage. The threshold is
the cosine that ninety-nine faithful sentences in a hundred exceed."""

from __future__ import annotations

import argparse
import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from assistant.answer import draft
from index.embedding.model import open_embedder
from index.language import french
from index.reading.units import sentence_spans
from index.settings import IndexSettings
from tests.benchmarks.corpora import read_passages

_PASSAGES = 200  # of each set
_MIN_LENGTH, _MAX_LENGTH = 60, 300  # characters of a sentence
_MIN_CONTENT_WORDS = 4  # of a clause
_DROPPED_PERCENT = 1  # of the faithful sentences
_CUT = re.compile(r"[,;:()]")


def pairs(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield a unit, a clause of it, and another sentence of its passage."""
    chance = random.Random(1)
    lines = list(read_passages(folder))
    for line in chance.sample(lines, min(_PASSAGES, len(lines))):
        text = str(line["text"])
        sentences = [
            text[start:end] for start, end in sentence_spans(text) if _MIN_LENGTH <= end - start <= _MAX_LENGTH
        ]
        if len(sentences) < 2:
            continue
        unit, other = chance.sample(sentences, 2)
        clauses = [clause.strip() for clause in _CUT.split(unit) if len(french.terms(clause)) >= _MIN_CONTENT_WORDS]
        if clauses:
            yield unit, max(clauses, key=len), other


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    embedder = open_embedder(IndexSettings.from_environment(os.environ, Path("data")))
    faithful, unfaithful = [], []
    for folder in options.folders:
        for triple in pairs(folder):
            unit, clause, other = (embedder.embed_question(text) for text in triple)
            faithful.append(float(unit @ clause))
            unfaithful.append(float(unit @ other))
    result = {
        "sentences": len(faithful),
        "faithful_p1_p50": [round(float(cosine), 3) for cosine in np.percentile(faithful, (_DROPPED_PERCENT, 50))],
        "unfaithful_p50_p99": [round(float(cosine), 3) for cosine in np.percentile(unfaithful, (50, 99))],
        "shipped": draft.NEAR,
        "faithful_kept": round(float(np.mean(np.array(faithful) >= draft.NEAR)), 3),
        "unfaithful_dropped": round(float(np.mean(np.array(unfaithful) < draft.NEAR)), 3),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
