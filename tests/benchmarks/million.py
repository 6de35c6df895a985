"""Cost of a million passages: questions, and the addition of an interview.

    python -m tests.benchmarks.million [--passages N] [--keep FOLDER]

A corpus of long documents is built from the sheets of `shared/data/scale`, repeated with variations (some words of each
repetition are drawn from all of them), and indexed as any corpus is, with vectors drawn around real ones. FOLDER keeps
it for another run. Then, in one process, the same interview of 80 turns is added to that index and to one of 1,000
passages in turns, embedded by the real model; and questions are asked in a process of their own, whose resident memory
is reported. Times are medians, in seconds; for questions in milliseconds."""

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
_PASSAGES_PER_SHEET = 3.08  # average of our segmentation
_SHEETS_PER_DOCUMENT = 100
_VARIED_SHARE = 0.05  # of the words of a repetition
_ROUNDS = 7
_QUESTIONS = 200
_CENTRES = 1_000  # texts with real vectors, around which the others are drawn


def measure(passages: int = 1_000_000, keep: Path | None = None) -> dict[str, Any]:
    """Return the figures. Corpora and indexes present in `keep` are reused."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        small, large = folder / "small", folder / "large"
        model = VectorsAround(open_embedder(IndexSettings.from_environment(os.environ)), _centre_texts())
        took = [_build_index(model, root, size) for root, size in ((small, _SMALL), (large, passages))]
        added = _time_additions(model, (small, large))
        asked = json.loads(
            subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.million", "--ask", str(large / "data")],
                check=True, capture_output=True, text=True, cwd=ROOT,
            ).stdout
        )  # fmt: skip
    ratio = {"ratio": round(added["to_large_s"] / added["to_small_s"], 2)}
    return {**asked, **added, **ratio, "made_in_s": round(took[1])}


def _centre_texts() -> list[str]:
    lines = read_lines(SCALE)
    return [str(line["text"])[:300] for line, _ in zip(lines, range(_CENTRES), strict=False)]


def _build_index(model: VectorsAround, root: Path, passages: int) -> float:
    """Write a corpus of about so many passages and index it, unless done before; return the time of indexing in
    seconds."""
    if (root / "made").is_file():
        return float((root / "made").read_text())
    shutil.rmtree(root, ignore_errors=True)
    (root / "corpus" / "documents").mkdir(parents=True)
    for number, text in enumerate(_documents(passages)):
        (root / "corpus" / "documents" / f"{number:06}.md").write_text(text, encoding="utf-8")
    began = time.perf_counter()
    _check_complete(build(root / "corpus", Workspace(_settings(root), lambda settings: model)))
    took = time.perf_counter() - began
    (root / "made").write_text(str(took))
    return took


def _check_complete(report: IndexReport) -> None:
    """Check that everything was indexed: a failed file would cost nothing."""
    assert report.added and not report.failed, report.failed[:1]


def _settings(root: Path) -> IndexSettings:
    return IndexSettings.from_environment(os.environ, root / "data")


def _documents(passages: int) -> Iterator[str]:
    """Yield documents of sheets, first unchanged, then with some words replaced."""
    sheets = list(read_lines(SCALE))
    words = [word for sheet in sheets[::20] for word in str(sheet["text"]).split() if word.isalpha()]
    chance = random.Random(0)
    made, wanted = 0, round(passages / _PASSAGES_PER_SHEET)
    while made < wanted:
        here = sheets[made % len(sheets) :][: min(_SHEETS_PER_DOCUMENT, wanted - made)]
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
        " ".join(chance.choice(words) if word.isalpha() and chance.random() < _VARIED_SHARE else word for word in line)
        for line in lines
    )


def _time_additions(model: VectorsAround, roots: Sequence[Path]) -> dict[str, float]:
    """Return the times to add an interview to each corpus, in turns; the corpora are restored afterwards."""
    whole: dict[Path, list[float]] = {root: [] for root in roots}
    names = [f"entretien-{number}.md" for number in range(_ROUNDS + 1)]
    for root in roots:  # files just written are read once more
        build(root / "corpus", Workspace(_settings(root), lambda settings: model))
    model.real = True
    model.prepare()
    for number, name in enumerate(names):
        for root in roots:
            path = root / "corpus" / "transcripts" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(interview(number), encoding="utf-8")
            began = time.perf_counter()
            _check_complete(build(root / "corpus", Workspace(_settings(root), lambda settings: model)))
            if number:  # the first addition loads the name finder
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
    """Ask an index in this process, which has not asked any before."""
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
            "passages": catalog.passage_count(Scope.PUBLIC), "first_answer_s": round(first, 2), **figures,
            "memory_mb": round(held / 1e6),
        }  # fmt: skip
    finally:
        vectors.close()
        catalog.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the corpora and their indexes are kept")
    parser.add_argument("--ask", type=Path, metavar="DATA_DIR", help="only ask the index in this folder")
    options = parser.parse_args()
    result = ask(options.ask) if options.ask else measure(options.passages, options.keep)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
