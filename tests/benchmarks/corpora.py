"""Benchmark sets written as corpora of files, so that they go through the product's own reading and indexing."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.compose.workspace import open_workspace
from index.embedding.model import Embedder, open_embedder
from index.indexing.build import build
from index.search.search import Searcher
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-lines file, plain or gzipped."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def first_lines(path: Path, count: int, to: Path) -> Path:
    """Write the first objects of a JSON-lines file to another, plain, and return its path."""
    to.write_text("".join(f"{json.dumps(line)}\n" for line in islice(read_lines(path), count)), encoding="utf-8")
    return to


def write_corpus(folder: Path, root: Path) -> dict[str, str]:
    """Write each passage of the BEIR folder `folder` as a Markdown document below `root`, with its title as heading;
    return the id of each passage by the path of its document, relative to `root`."""
    documents = root / "documents"
    documents.mkdir(parents=True)
    ids = {}
    for number, passage in enumerate(read_passages(folder)):
        name = f"{number:07}.md"
        title = " ".join(str(passage.get("title") or "").split())
        heading = f"# {title}\n\n" if title else ""
        (documents / name).write_text(f"{heading}{passage['text']}\n", encoding="utf-8")
        ids[f"documents/{name}"] = str(passage["_id"])
    return ids


def read_passages(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the passages `{_id, title, text}` of a BEIR folder."""
    return read_lines(next(path for path in (folder / "corpus.jsonl", folder / "corpus.jsonl.gz") if path.exists()))


@dataclass(frozen=True)
class Indexed:
    """A benchmark set in the product's own index. `ids` gives the id of each passage of the set by the path of its
    document."""

    ids: dict[str, str]
    catalog: Catalog
    vectors: VectorIndex
    embedder: Embedder
    searcher: Searcher


@contextmanager
def indexed(folder: Path) -> Iterator[Indexed]:
    """Index the BEIR folder `folder` as a corpus of files, in a temporary folder."""
    with tempfile.TemporaryDirectory() as scratch:
        ids = write_corpus(folder, Path(scratch) / "corpus")
        base = IndexSettings.from_environment(os.environ)
        settings = base.model_copy(update={"data_dir": Path(scratch) / "data"})
        build(Path(scratch) / "corpus", open_workspace(settings))
        catalog, embedder = Catalog.open(settings.data_dir), open_embedder(settings)
        vectors = VectorIndex(catalog)
        try:
            yield Indexed(ids, catalog, vectors, embedder, Searcher(catalog, vectors, embedder, settings, []))
        finally:
            vectors.close()
            catalog.close()
