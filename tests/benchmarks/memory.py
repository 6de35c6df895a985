"""Memory of the server after it has answered for a while.

    python -m tests.benchmarks.memory DATA_DIR [--questions N]

Several visitors ask through the protocol of the page. Figures are resident megabytes of the server's process, and of
the echo of `echo.py` after as many questions: the share of Gradio and chromadb."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psutil

from index.store.catalog import Catalog
from index.types import Scope
from tests.benchmarks.asking import Task, ask_in_subprocess
from tests.benchmarks.corpora import read_lines
from tests.benchmarks.speed import SHARED
from tests.benchmarks.starting import ECHO, PAGE, measured_environment, serve_arguments
from tests.processes import served

_VISITORS = 8
_ROUND_S = 5.0  # of questions, between two counts


def measure(data_dir: Path, questions: int = 300) -> dict[str, float]:
    """Return the figures of an index, after at least so many questions."""
    catalog = Catalog.open(data_dir)
    held = catalog.passage_count(Scope.TEAM)
    catalog.close()
    with tempfile.TemporaryDirectory() as scratch:
        asked, before, after = _memory_after(serve_arguments(data_dir), PAGE, Path(scratch), questions)
        _, _, echo = _memory_after(ECHO, (), Path(scratch), questions)
    return {"passages": held, "questions": asked, "start_mb": before, "asked_mb": after, "echo_mb": echo}


def real_questions() -> list[str]:
    """Return questions of real people, without repetitions."""
    return [line["text"] for line in read_lines(SHARED / "retrieval" / "servicepublic" / "queries.jsonl")]


def _memory_after(
    arguments: Sequence[str], beside: Sequence[object], scratch: Path, questions: int
) -> tuple[int, float, float]:
    """Return the number of answers, and the resident megabytes of a server before and after. Raises `ValueError` when
    an answer fails."""
    texts = real_questions()
    with served([sys.executable, *arguments], measured_environment(scratch), scratch / "server.log") as server:
        process = psutil.Process(server.pid)
        before, answered = process.memory_info().rss, 0
        while answered < questions:
            result = ask_in_subprocess(Task(server.address, texts, _VISITORS, _ROUND_S, beside, warm=0.0))
            if result.failed or not result.seconds:
                raise ValueError(f"not answered: {result.failed[:1]}")
            answered += len(result.seconds)
            texts = texts[answered % len(texts) :] + texts[: answered % len(texts)]
        return answered, round(before / 1e6, 1), round(process.memory_info().rss / 1e6, 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    print(json.dumps(measure(options.data_dir, options.questions), indent=2))


if __name__ == "__main__":
    main()
