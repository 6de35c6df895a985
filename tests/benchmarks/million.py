"""What do a million passages cost: to ask, and to add one interview to?

    python -m tests.benchmarks.million [--passages N] [--keep FOLDER]

A corpus of long documents is made of the sheets of `shared/data/scale`, repeated with variations (some words of each
are drawn anew from all of them), and indexed as any corpus is, under vectors that are drawn around real ones. FOLDER
keeps it for another time. Then, in one process, the same interview of 80 turns is added to that index and to one of
1,000 passages in turns, embedded by the real model; and questions are asked in a process of their own, whose resident
memory is told. Seconds, medians; for questions milliseconds."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

from assistant.answer.engine import Engine
from assistant.settings import AssistantSettings
from assistant.understand.lexicon import Lexicon
from index.embedding.model import open_embedder
from index.indexing.build import build
from index.indexing.staging import IndexReport
from index.search.search import Searcher
from index.settings import IndexSettings
from index.store.catalog import Catalog
from index.store.vectors import VectorIndex
from index.store.workspace import Workspace
from index.types import Scope
from tests.benchmarks.adding import interview
from tests.benchmarks.corpora import read_lines
from tests.benchmarks.random_vectors import VectorsAround
from tests.benchmarks.speed import SCALE, SHARED, timed
from tests.processes import ROOT

_SMALL = 1_000
_A_SHEET = 3.08  # passages that we make of one that the set has
_TOGETHER = 100  # of the set's, in a document
_VARIED = 0.05  # of the words of a repetition
_ROUNDS = 7
_QUESTIONS = 200
_REAL = 1_000  # texts whose vectors are real


def measure(passages: int = 1_000_000, keep: Path | None = None) -> dict[str, Any]:
    """The figures. What `keep` holds already is taken as it is."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        small, large = folder / "small", folder / "large"
        model = VectorsAround(open_embedder(IndexSettings.from_environment(os.environ)), _some_texts())
        took = [_make(model, root, size) for root, size in ((small, _SMALL), (large, passages))]
        added = _add(model, (small, large))
        asked = json.loads(
            subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.million", "--ask", str(large / "data")],
                check=True, capture_output=True, text=True, cwd=ROOT,
            ).stdout
        )  # fmt: skip
    ratio = {"ratio": round(added["to_large_s"] / added["to_small_s"], 2)}
    return {**asked, **added, **ratio, "made_in_s": round(took[1])}


def _some_texts() -> list[str]:
    lines = read_lines(SCALE)
    return [str(line["text"])[:300] for line, _ in zip(lines, range(_REAL), strict=False)]


def _make(model: VectorsAround, root: Path, passages: int) -> float:
    """Write a corpus of about so many passages and index it, unless it was; returns how long indexing took."""
    if (root / "made").is_file():
        return float((root / "made").read_text())
    shutil.rmtree(root, ignore_errors=True)
    (root / "corpus" / "documents").mkdir(parents=True)
    for number, text in enumerate(_documents(passages)):
        (root / "corpus" / "documents" / f"{number:06}.md").write_text(text, encoding="utf-8")
    began = time.perf_counter()
    _whole(build(root / "corpus", Workspace(_settings(root), lambda settings: model)))
    took = time.perf_counter() - began
    (root / "made").write_text(str(took))
    return took


def _whole(report: IndexReport) -> None:
    """What was not indexed, or not copied, would cost nothing."""
    assert report.added and not report.failed, report.failed[:1]


def _settings(root: Path) -> IndexSettings:
    return IndexSettings.from_environment(os.environ, root / "data")


def _documents(passages: int) -> Iterator[str]:
    """Documents of sheets, the first time as they are, then with some words drawn anew."""
    sheets = list(read_lines(SCALE))
    words = [word for sheet in sheets[::20] for word in str(sheet["text"]).split() if word.isalpha()]
    chance = random.Random(0)
    made, wanted = 0, round(passages / _A_SHEET)
    while made < wanted:
        here = sheets[made % len(sheets) :][: min(_TOGETHER, wanted - made)]
        varied = made >= len(sheets)
        yield "\n\n".join(
            f"## {sheet.get('title') or ''} {made + number}\n\n{_vary(sheet['text'], words, chance, varied)}"
            for number, sheet in enumerate(here)
        )
        made += len(here)


def _vary(text: str, words: Sequence[str], chance: random.Random, varied: bool) -> str:
    if not varied:
        return text
    lines = (line.split(" ") for line in text.split("\n"))
    return "\n".join(
        " ".join(chance.choice(words) if word.isalpha() and chance.random() < _VARIED else word for word in line)
        for line in lines
    )


def _add(model: VectorsAround, roots: Sequence[Path]) -> dict[str, float]:
    """The time to add an interview to each corpus, in turns; they are as before afterwards."""
    whole: dict[Path, list[float]] = {root: [] for root in roots}
    names = [f"entretien-{number}.md" for number in range(_ROUNDS + 1)]
    for root in roots:  # what was written just before is looked into once more
        build(root / "corpus", Workspace(_settings(root), lambda settings: model))
    model.real = True
    model.prepare()
    for number, name in enumerate(names):
        for root in roots:
            path = root / "corpus" / "transcripts" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(interview(number), encoding="utf-8")
            began = time.perf_counter()
            _whole(build(root / "corpus", Workspace(_settings(root), lambda settings: model)))
            if number:  # the first one loads what finds names
                whole[root].append(time.perf_counter() - began)
    for root in roots:
        shutil.rmtree(root / "corpus" / "transcripts")
        build(root / "corpus", Workspace(_settings(root), lambda settings: model), confirmed=True)
    small, large = (statistics.median(whole[root]) for root in roots)
    return {
        "to_small_s": round(small, 3),
        "to_large_s": round(large, 3),
        "worst_to_large_s": round(max(whole[roots[1]]), 3),
    }


def ask(data_dir: Path) -> dict[str, float]:
    """Ask an index in this process, which has asked nothing yet."""
    settings = IndexSettings.from_environment(os.environ, data_dir)
    questions = [line["text"] for line in read_lines(SHARED / "retrieval" / "servicepublic" / "queries.jsonl")]
    catalog = Catalog.open(data_dir)
    vectors = VectorIndex(catalog)
    searcher = Searcher(catalog, vectors, open_embedder(settings), settings, [])
    engine = Engine(searcher, Lexicon(), AssistantSettings(threshold=0.0))
    try:
        began = time.perf_counter()
        engine.ask(questions[0], Scope.PUBLIC)
        first = time.perf_counter() - began
        figures = timed("answer", questions[:_QUESTIONS], lambda question: engine.ask(question, Scope.PUBLIC))
        held = psutil.Process().memory_info().rss
        return {
            "passages": catalog.count(Scope.PUBLIC), "first_answer_s": round(first, 2), **figures,
            "memory_mb": round(held / 1e6),
        }  # fmt: skip
    finally:
        vectors.close()
        catalog.close()


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the corpora and their indexes are kept")
    parser.add_argument("--ask", type=Path, metavar="DATA_DIR", help="only ask the index in this folder")
    options = parser.parse_args()
    result = ask(options.ask) if options.ask else measure(options.passages, options.keep)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
