"""Time of a search over many passages.

    python -m tests.benchmarks.speed [FILE] [--questions N] [--json]

FILE holds passages, one JSON object `{_id, title, text}` per line, gzipped or not (by default the 20,000 of
`shared/data/scale`). They are indexed as files are, with real text and random vectors, since vectors do not change the
cost of a search; the slowest search has a filter that every passage matches. The questions are those of
`shared/data/retrieval/servicepublic`, embedded by the real model. Times are in milliseconds: of the search alone, and
from the question to the whole default answer, compared with its floor: the question's vector, its nearest passages
without a filter, and its full-text matches, alone."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from assistant.answer.engine import Engine
from assistant.settings import AssistantSettings
from assistant.understand.lexicon import Lexicon
from index.embedding.model import open_embedder
from index.indexing.build import build
from index.language import french
from index.search.search import Query, Searcher
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.store.workspace import Workspace
from index.types import Scope
from tests.benchmarks.corpora import read_lines, write_corpus
from tests.benchmarks.random_vectors import RandomVectors
from tests.processes import ROOT

SITE = "Paris"  # named in some passages of the set
_NEAREST = 100  # candidates of each ranking in a search
_PERCENTILES = ("p50", "p95")
_FILTERED_QUESTIONS = 50  # fewer, since a filtered search reads every match
SHARED = Path(os.environ.get("SHARED", ROOT.parent / "shared")) / "data"
SCALE = SHARED / "scale" / "servicepublic_20k.jsonl.gz"


def main() -> None:
    """Index, search, answer, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=SCALE)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    lines = read_lines(SHARED / "retrieval" / "servicepublic" / "queries.jsonl")
    questions = [line["text"] for line in lines][: options.questions]
    with tempfile.TemporaryDirectory() as scratch:
        settings = IndexSettings.from_environment(os.environ, Path(scratch) / "data")
        index_without_embedding(options.file, Path(scratch), settings)
        result = measure(settings.data_dir, questions)
    print(json.dumps(result) if options.json else "\n".join(f"{name}: {value}" for name, value in result.items()))


def measure(data_dir: Path, questions: Sequence[str]) -> dict[str, float]:
    """Return the figures of an index."""
    settings = IndexSettings.from_environment(os.environ, data_dir)
    model = open_embedder(settings)
    catalog = Catalog.open(settings.data_dir)
    vectors = VectorIndex(catalog)
    searcher = Searcher(catalog, vectors, model, settings, [])
    source_id, few = catalog.sources(Scope.PUBLIC)[0].id, questions[:_FILTERED_QUESTIONS]
    engine = Engine(searcher, Lexicon(), AssistantSettings(threshold=0.0))

    def least(question: str) -> None:
        vectors.nearest(model.embed_question(question), Scope.PUBLIC, _NEAREST)
        catalog.match(french.terms(question), Scope.PUBLIC, _NEAREST)

    try:
        figures = {
            "passages": catalog.passage_count(Scope.PUBLIC),
            **timed("embedding", questions, model.embed_question),
            **timed("search", questions, lambda question: searcher.search(Query(question), Scope.PUBLIC)),
            **timed(
                "held_to_all", few, lambda question: searcher.search(Query(question, kind="document"), Scope.PUBLIC)
            ),
            **timed("held_to_a_site", few, lambda question: searcher.search(Query(question, site=SITE), Scope.PUBLIC)),
            **timed(
                "held_to_a_source",
                few,
                lambda question: searcher.search(Query(question, source=source_id), Scope.PUBLIC),
            ),
            **timed("floor", questions, least),
            **timed("answer", questions, lambda question: engine.ask(question, Scope.PUBLIC)),
        }
        ratios = {
            f"answer_over_floor_{of}": figures[f"answer_ms_{of}"] / figures[f"floor_ms_{of}"] for of in _PERCENTILES
        }
        return {**figures, **{name: round(ratio, 2) for name, ratio in ratios.items()}}
    finally:
        vectors.close()
        catalog.close()


def index_without_embedding(file: Path, scratch: Path, settings: IndexSettings) -> RandomVectors:
    """Index the passages of a file with random vectors, and return the model that gave them."""
    (scratch / "set").mkdir()
    (scratch / "set" / f"corpus.jsonl{'.gz' if file.suffix == '.gz' else ''}").symlink_to(file.resolve())
    write_corpus(scratch / "set", scratch / "corpus")
    model = RandomVectors(open_embedder(settings))
    report = build(scratch / "corpus", Workspace(settings, lambda settings: model))
    assert report.added and not report.failed, report.failed[:1]
    return model


def timed(name: str, questions: Sequence[str], do: Callable[[str], object]) -> dict[str, float]:
    """Return the median and the 95th percentile of the time of a question, in milliseconds, under their names."""
    do(questions[0])  # warm-up: loading is not part of the time of a question
    took = []
    for question in questions:
        began = time.perf_counter()
        do(question)
        took.append(1000 * (time.perf_counter() - began))
    p50, p95 = np.percentile(took, (50, 95)).tolist()
    return {f"{name}_ms_p50": round(p50, 1), f"{name}_ms_p95": round(p95, 1)}


if __name__ == "__main__":
    main()
