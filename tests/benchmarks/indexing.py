"""Rate of indexing a whole corpus, compared with the encoder alone, the processor's own rate, and llama-index's
starter.

    python -m tests.benchmarks.indexing [FILE] [--received N] [--keep DATA_DIR]

The passages of FILE (one JSON object `{_id, title, text}` per line, gzipped or not; by default the 20,000 of
`shared/data/scale`, N of them or all) are written as files and indexed by the product's own `build`, with the real
model, loaded before. Before and after, in turns, these are measured on samples: the encoder alone on windows of the
same passages; the matrix products that it consists of, in its own data type; and llama-index as in its documentation's
starter example with a local model (`HuggingFaceEmbedding` over the same weights, otherwise with defaults, hence in 32
bits, into Chroma). Rates are medians of the turns."""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding.model import BundledModel
from index.indexing.build import build
from index.indexing.staging import IndexReport
from index.reading.chunk import windows
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.workspace import Workspace
from index.types import Scope
from tests.benchmarks.corpora import read_lines, write_corpus
from tests.benchmarks.random_vectors import RandomVectors
from tests.benchmarks.speed import SCALE

_SAMPLE, _STARTER_SAMPLE = 3_000, 200  # windows for the encoder alone, and passages for the starter, in each turn
_TURNS = 2  # before the run, and as many after
_PRODUCTS = ((2048, 384, 1536), (2048, 1536, 384), (2048, 2048, 2048))
"""Rows, inner, columns: the shapes of the model, and a square."""
_REPETITIONS = 20


def measure(file: Path, received: int | None = None, data_dir: Path | None = None) -> dict[str, Any]:
    """Return the figures over the passages of a file. With `data_dir`, the index is kept there."""
    lines = list(read_lines(file))[:received]
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        settings = IndexSettings.from_environment(os.environ, data_dir or root / "data")
        model = BundledModel(settings.models_dir)
        model.prepare()
        baselines = _Baselines(model, lines, root)
        turns = [baselines.measure() for _ in range(_TURNS)]
        report = _index(lines, root / "whole", settings, model)
        took = report.seconds
        turns += [baselines.measure() for _ in range(_TURNS)]
        catalog = Catalog.open(settings.data_dir)
        windows_held = sum(passage.windows for passage in catalog.live_passages("public"))
        catalog.close()
    middle = {name: round(statistics.median(row[name] for row in turns), 1) for name in turns[0]}
    return {
        "received": len(lines),
        "passages": report.passages,
        "windows": windows_held,
        "seconds": round(took, 1),
        "windows_per_s": round(windows_held / took, 1),
        "received_per_s": round(len(lines) / took, 1),
        **middle,
        "over_encoder": round(windows_held / took / middle["encoder_windows_per_s"], 3),
        "over_starter": round(len(lines) / took / middle["starter_received_per_s"], 2),
        "encoder_over_products": round(middle["encoder_gflops"] / middle["products_gflops"], 3),
        "least_and_most": {name: [min(row[name] for row in turns), max(row[name] for row in turns)] for name in middle},
    }


def _index(lines: Sequence[dict[str, Any]], root: Path, settings: IndexSettings, model: Any) -> IndexReport:
    """Write a corpus and index it."""
    (root / "set").mkdir(parents=True)
    (root / "set" / "corpus.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    write_corpus(root / "set", root / "corpus")
    report = build(root / "corpus", Workspace(settings, lambda settings: model))
    assert len(report.added) == len(lines) and not report.failed, "not all of it was indexed"
    return report


class _Baselines:
    """Measures to compare the run with, on samples of the same passages."""

    def __init__(self, model: BundledModel, lines: Sequence[dict[str, Any]], root: Path) -> None:
        self._model, self._lines, self._root, self._chance = model, lines, root, random.Random(0)
        settings = IndexSettings(models_dir=model.folder.parent, data_dir=root / "some-data")
        _index(self._sample(_SAMPLE), root / "some", settings, RandomVectors(model))
        catalog = Catalog.open(settings.data_dir)
        held = catalog.passages([row.key for row in catalog.live_passages("public")], Scope.TEAM).values()
        self._windows = [text for passage in held for text in windows(passage)]
        catalog.close()
        self._starter = _starter(model.folder, root)

    def measure(self) -> dict[str, float]:
        """Return the rates of one turn."""
        texts = self._chance.sample(self._windows, min(len(self._windows), _SAMPLE))
        alone = _seconds(lambda: self._model.embed_passages(texts))
        received = self._sample(_STARTER_SAMPLE)
        products = _product_rate(self._model)
        return {
            "encoder_windows_per_s": round(len(texts) / alone, 1),
            "encoder_gflops": round(_operations(self._model, texts) / alone / 1e9, 1),
            "products_gflops": round(products, 1),
            "starter_received_per_s": round(len(received) / _seconds(lambda: self._starter(received)), 2),
        }

    def _sample(self, count: int) -> list[dict[str, Any]]:
        return self._chance.sample(self._lines, min(len(self._lines), count))


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _operations(model: BundledModel, texts: Sequence[str]) -> float:
    """Return the floating-point operations of the matrix products in a BERT encoder, an addition and a multiplication
    counting as two: of each token with the weights of its layers, and of each with all tokens of its text in the
    attention."""
    assert model._encoder is not None
    loaded = model._encoder.model
    transformer: Any = loaded[0]
    config = transformer.auto_model.config
    wide, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    lengths = np.array([len(ids) for ids in loaded.tokenizer([f"passage: {text}" for text in texts])["input_ids"]])
    of_weights = 2 * (4 * wide * wide + 2 * wide * inner)
    return float(layers * (of_weights * lengths + 4 * wide * lengths.astype(np.float64) ** 2).sum())


def _product_rate(model: BundledModel) -> float:
    """Return the best rate of matrix products in the model's data type, in 10⁹ operations per second: the median for
    each shape."""
    import torch

    assert model._encoder is not None
    loaded = model._encoder.model
    dtype, best = next(loaded.parameters()).dtype, 0.0
    with torch.inference_mode():
        for rows, inner, columns in _PRODUCTS:
            left, right = torch.randn(rows, inner).to(dtype), torch.randn(columns, inner).to(dtype)
            took = [_seconds(lambda: torch.nn.functional.linear(left, right)) for _ in range(_REPETITIONS)]  # noqa: B023
            best = max(best, 2 * rows * inner * columns / statistics.median(took) / 1e9)
    return best


def _starter(folder: Path, root: Path) -> Callable[[Sequence[dict[str, Any]]], object]:
    """Return llama-index's starter example with a local model; each call indexes passages anew."""
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    model = HuggingFaceEmbedding(model_name=str(folder), device="cpu")
    client = chromadb.PersistentClient(path=str(root / "starter"))

    def start(lines: Sequence[dict[str, Any]]) -> object:
        collection = client.create_collection(f"starter-{time.monotonic_ns()}")
        context = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
        documents = [Document(text=f"{line.get('title') or ''}\n\n{line['text']}".strip()) for line in lines]
        return VectorStoreIndex.from_documents(documents, storage_context=context, embed_model=model)

    return start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=SCALE)
    parser.add_argument("--received", type=int, help="how many passages of the file are indexed; by default all")
    parser.add_argument("--keep", type=Path, metavar="DATA_DIR", help="where the index is left")
    options = parser.parse_args()
    print(json.dumps(measure(options.file, options.received, options.keep), indent=2))


if __name__ == "__main__":
    main()
