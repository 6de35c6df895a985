"""Retrieval quality and time.

    python -m tests.benchmarks.retrieval DIR [--arms starter,bm25,dense,assistant] [--json]

DIR is a BEIR folder: `corpus.jsonl[.gz]`, `queries.jsonl`, `qrels/test.tsv`. All arms run over the same passages with
the same embedding model. `starter` is llama-index's `VectorStoreIndex` over Chroma as in its documentation; the others
use the product's own index: full text alone, vectors alone, and the assistant's whole search. Where ids contain a `#`,
results and gold are counted by the part before it. Measures are those of trec_eval: nDCG, recall and reciprocal rank at
ten, over the queries that have gold."""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.answer.engine import Engine
from assistant.settings import AssistantSettings
from assistant.understand.lexicon import Lexicon
from index.embedding.model import Embedder
from index.indexing.llama_index_adapters import PassageEmbedding
from index.language import french
from index.types import Scope
from tests.benchmarks.corpora import Indexed, indexed, read_lines, read_passages

ARMS = ("starter", "bm25", "dense", "assistant")
_CUTOFF = 10
_DEPTH = 50  # passages retrieved, so that ten remain when several share a gold id

Retrieve = Callable[[str], Iterable[str]]
"""Function from a question to the ids of passages, best first."""


def main() -> None:
    """Index the set, run each arm, print the table or the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--arms", default=",".join(ARMS), help="those to run, with commas between")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    arms = [arm for arm in options.arms.split(",") if arm]
    unknown = sorted(set(arms) - set(ARMS))
    if unknown:
        parser.error(f"unknown arms: {', '.join(unknown)}; there are {', '.join(ARMS)}")
    result = measure(options.folder, arms)
    print(json.dumps(result) if options.json else table(result))


def measure(folder: Path, arms: Sequence[str]) -> dict[str, object]:
    """Return the figures of each arm on a set."""
    gold = read_gold(folder / "qrels" / "test.tsv")
    queries = [line for line in read_lines(folder / "queries.jsonl") if str(line["_id"]) in gold]
    figures = {}
    with indexed(folder) as built, tempfile.TemporaryDirectory() as scratch:
        for arm in arms:
            retrieve = _open(arm, built, folder, Path(scratch))
            figures[arm] = score(retrieve, [(line["text"], gold[str(line["_id"])]) for line in queries])
    return {"set": folder.name, "passages": len(built.ids), "queries": len(queries), "arms": figures}


def _open(arm: str, built: Indexed, folder: Path, scratch: Path) -> Retrieve:
    if arm == "starter":
        return _starter(folder, scratch, built.embedder)
    keys = [row.key for row in built.catalog.live_passages("public")]
    ids = {key: built.ids[passage.source.path] for key, passage in built.catalog.passages(keys, Scope.PUBLIC).items()}
    engine = Engine(built.searcher, Lexicon(), AssistantSettings(hits=_DEPTH))

    def bm25(question: str) -> Iterable[str]:
        found = built.catalog.match(french.terms(question), Scope.PUBLIC, _DEPTH)
        return [ids[key] for key, _ in found]

    def dense(question: str) -> Iterable[str]:
        vector = built.embedder.embed_question(question)
        return [ids[key] for key, _ in built.vectors.nearest(vector, Scope.PUBLIC, _DEPTH)]

    def assistant(question: str) -> Iterable[str]:
        return [built.ids[hit.passage.source.path] for hit in engine.find(question, Scope.PUBLIC).hits]

    return {"bm25": bm25, "dense": dense, "assistant": assistant}[arm]


def _starter(folder: Path, scratch: Path, embedder: Embedder) -> Retrieve:
    """Return llama-index's starter example: documents in a `VectorStoreIndex` over Chroma, with defaults."""
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    documents = [
        Document(text=f"{line.get('title') or ''}\n\n{line['text']}".strip(), metadata={"id": str(line["_id"])})
        for line in read_passages(folder)
    ]
    for document in documents:
        document.excluded_embed_metadata_keys = ["id"]
    collection = chromadb.PersistentClient(path=str(scratch / "starter")).get_or_create_collection("quickstart")
    context = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    index = VectorStoreIndex.from_documents(
        documents, storage_context=context, embed_model=PassageEmbedding(embedder), show_progress=sys.stderr.isatty()
    )
    retriever = index.as_retriever(similarity_top_k=_DEPTH)
    return lambda question: [str(node.node.metadata["id"]) for node in retriever.retrieve(question)]


def read_gold(path: Path) -> dict[str, dict[str, float]]:
    """Return the relevance of each gold id of each query, by the part of the id before `#`."""
    gold: dict[str, dict[str, float]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, passage, relevance = line.split("\t")
        if float(relevance) > 0:
            known = gold.setdefault(query, {})
            known[_document_id(passage)] = max(known.get(_document_id(passage), 0.0), float(relevance))
    return gold


def score(retrieve: Retrieve, queries: Sequence[tuple[str, Mapping[str, float]]]) -> dict[str, float]:
    """Return the mean measures of the results over queries, each a text with its gold, and the time of a query."""
    retrieve(queries[0][0])  # warm-up: loading is not part of the time of a query
    measures, took = [], []
    for text, gold in queries:
        began = time.perf_counter()
        found = list(retrieve(text))
        took.append(1000 * (time.perf_counter() - began))
        measures.append(measures_of(list(dict.fromkeys(map(_document_id, found)))[:_CUTOFF], gold))
    ndcg, recall, mrr = np.mean(measures, axis=0).tolist()
    p50, p95 = np.percentile(took, (50, 95)).tolist()
    return {
        "ndcg10": round(ndcg, 4),
        "recall10": round(recall, 4),
        "mrr10": round(mrr, 4),
        "ms_p50": round(p50, 2),
        "ms_p95": round(p95, 2),
    }


def measures_of(found: Sequence[str], gold: Mapping[str, float]) -> tuple[float, float, float]:
    """Return nDCG (Järvelin and Kekäläinen, 2002), recall and reciprocal rank of the ids `found`, at most ten, best
    first."""
    gains = sum(gold.get(document, 0.0) / math.log2(rank + 2) for rank, document in enumerate(found))
    ideal = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(sorted(gold.values(), reverse=True)[:_CUTOFF]))
    ranks = [rank for rank, document in enumerate(found, 1) if document in gold]
    return gains / ideal, len(ranks) / len(gold), 1 / ranks[0] if ranks else 0.0


def _document_id(name: str) -> str:
    return name.partition("#")[0]


def table(result: Mapping[str, object]) -> str:
    """Return the figures as text."""
    lines = [f"{result['set']}: {result['passages']} passages, {result['queries']} queries"]
    arms = result["arms"]
    assert isinstance(arms, dict)
    names = list(next(iter(arms.values()), {}))
    lines.append(f"{'arm':<10}" + "".join(f"{name:>10}" for name in names))
    lines += [f"{arm:<10}" + "".join(f"{figures[name]:>10}" for name in names) for arm, figures in arms.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
