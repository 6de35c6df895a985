"""Benchmark sets as corpora of files, so that they go through the product's own reading and indexing."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, plain or gzipped."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def write_corpus(folder: Path, root: Path) -> None:
    """Write each passage of the BEIR folder `folder` as a Markdown document below `root`, its title as heading. The
    name of a file is the id of its passage, characters that no file system likes replaced."""
    source = next(path for path in (folder / "corpus.jsonl", folder / "corpus.jsonl.gz") if path.exists())
    documents = root / "documents"
    documents.mkdir(parents=True)
    for passage in read_lines(source):
        title = " ".join(str(passage.get("title") or "").split())
        name = re.sub(r"[^\w.#-]", "_", str(passage["_id"]))
        heading = f"# {title}\n\n" if title else ""
        (documents / f"{name}.md").write_text(f"{heading}{passage['text']}\n", encoding="utf-8")
