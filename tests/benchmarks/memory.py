"""How much memory does the server hold, once it has answered for a while?

    python -m tests.benchmarks.memory DATA_DIR [--questions N]

Several visitors ask through the protocol of the page. Resident megabytes of the server's process, and of the echo of
`echo.py` that was asked as many: all that Gradio and chromadb take by themselves."""

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
from tests.benchmarks.asking import Task, heard_by_many
from tests.benchmarks.corpora import read_lines
from tests.benchmarks.speed import SHARED
from tests.benchmarks.starting import ECHO, PAGE, serve, surroundings
from tests.processes import served

_VISITORS = 8
_AT_ONCE_S = 5.0  # of questions, between two times that they are counted


def measure(data_dir: Path, questions: int = 300) -> dict[str, float]:
    """The figures of an index, after at least so many questions."""
    catalog = Catalog.open(data_dir)
    held = catalog.passage_count(Scope.TEAM)
    catalog.close()
    with tempfile.TemporaryDirectory() as scratch:
        asked, before, after = _watch(serve(data_dir), PAGE, Path(scratch), questions)
        _, _, echo = _watch(ECHO, (), Path(scratch), questions)
    return {"passages": held, "questions": asked, "start_mb": before, "asked_mb": after, "echo_mb": echo}


def asked_of_all() -> list[str]:
    """Questions of real people, each once."""
    return [line["text"] for line in read_lines(SHARED / "retrieval" / "servicepublic" / "queries.jsonl")]


def _watch(
    arguments: Sequence[str], beside: Sequence[object], scratch: Path, questions: int
) -> tuple[int, float, float]:
    """How many were answered, and the resident megabytes of a server before and after. Raises `ValueError` when an
    answer fails."""
    texts = asked_of_all()
    with served([sys.executable, *arguments], surroundings(scratch), scratch / "server.log") as server:
        process = psutil.Process(server.pid)
        before, answered = process.memory_info().rss, 0
        while answered < questions:
            heard = heard_by_many(Task(server.address, texts, _VISITORS, _AT_ONCE_S, beside, warm=0.0))
            if heard.failed or not heard.seconds:
                raise ValueError(f"not answered: {heard.failed[:1]}")
            answered += len(heard.seconds)
            texts = texts[answered % len(texts) :] + texts[: answered % len(texts)]
        return answered, round(before / 1e6, 1), round(process.memory_info().rss / 1e6, 1)


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    print(json.dumps(measure(options.data_dir, options.questions), indent=2))


if __name__ == "__main__":
    main()
