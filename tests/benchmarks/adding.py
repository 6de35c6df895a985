"""Cost of adding an interview to an index of few documents, and of many.

    python -m tests.benchmarks.adding [SMALL LARGE]

In one process, an index of SMALL documents and one of LARGE (100 and 10,000 by default) are built from invented texts
with random vectors; then the same interview of 80 turns is added to each in turn, embedded by the real model.
`overhead` is the time without the embedding."""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from index.embedding.model import open_embedder
from index.indexing.build import build
from index.settings import IndexSettings
from index.store.workspace import Workspace
from tests.benchmarks.random_vectors import RandomVectors

ROUNDS = 7
WORDS = "jardin serre pont marché semis outil atelier visite récolte compost réunion graine abeille panier".split()


def main(small: int = 100, large: int = 10_000) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(_measure(Path(scratch), small, large), indent=1))


def _measure(scratch: Path, small: int, large: int) -> dict[str, float]:
    model = RandomVectors(open_embedder(IndexSettings.from_environment(os.environ)))
    places = {
        size: Workspace(IndexSettings(data_dir=scratch / f"data-{size}"), lambda settings: model)
        for size in (small, large)
    }
    for size in (small, large):
        _write_documents(scratch / str(size), size)
        build(scratch / str(size), places[size])
    time.sleep(3)  # files just written are looked into once more
    for size in (small, large):
        build(scratch / str(size), places[size])
    model.real = True
    model.prepare()
    whole: dict[int, list[float]] = {small: [], large: []}
    rest: dict[int, list[float]] = {small: [], large: []}
    for number in range(ROUNDS):
        for size in (small, large):
            path = scratch / str(size) / "transcripts" / f"entretien-{number}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(interview(number), encoding="utf-8")
            model.seconds, began = 0.0, time.perf_counter()
            build(scratch / str(size), places[size])
            whole[size].append(time.perf_counter() - began)
            rest[size].append(whole[size][-1] - model.seconds)
    return {
        f"to_{small}_s": round(statistics.median(whole[small]), 3),
        f"to_{large}_s": round(statistics.median(whole[large]), 3),
        "ratio": round(statistics.median(whole[large]) / statistics.median(whole[small]), 2),
        f"overhead_{small}_s": round(statistics.median(rest[small]), 3),
        f"overhead_{large}_s": round(statistics.median(rest[large]), 3),
    }


def _write_documents(root: Path, size: int) -> None:
    (root / "documents").mkdir(parents=True)
    for number in range(size):
        text = _text(random.Random(-number - 1), 6)
        (root / "documents" / f"note-{number}.md").write_text(text, encoding="utf-8")


def interview(number: int) -> str:
    """Return an invented interview of 80 turns, different for each number."""
    return _text(random.Random(number), 80)


def _text(chance: random.Random, paragraphs: int) -> str:
    return "\n\n".join(" ".join(chance.choices(WORDS, k=30)).capitalize() + "." for _ in range(paragraphs))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
