"""Time to the first answer, from a cold start.

    python -m tests.benchmarks.starting DATA_DIR [--rounds N]

Processes are started in turns, over an existing index: `assistant ask`, compared with one that only imports chromadb;
and `assistant serve` to the end of its first answer, in the protocol of the page, compared with the echo of `echo.py`.
Prints medians of the rounds in seconds, and the ratios of the medians."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks import asking
from tests.processes import ROOT, environment, serving

QUESTION = "Quelles démarches pour renouveler une carte d’identité ?"
PAGE: Sequence[object] = (None, True)
"""Other inputs that our page sends with a question: the conversation, which the server keeps, and whether it may be
kept."""
ECHO = ("-m", "tests.benchmarks.echo")
_CHROMADB = ("-c", "import chromadb")


def measure(data_dir: Path, rounds: int = 5) -> dict[str, float]:
    """Return the figures of an index."""
    ask = ("-m", "assistant", "ask", QUESTION, "--data-dir", str(data_dir), "--json")
    with tempfile.TemporaryDirectory() as scratch:
        env = measured_environment(Path(scratch))
        kinds: dict[str, Callable[[], float]] = {
            "import_chromadb": lambda: _run(_CHROMADB, env),
            "ask": lambda: _run(ask, env),
            "echo": lambda: _first_answer(ECHO, (), env),
            "serve": lambda: _first_answer(serve_arguments(data_dir), PAGE, env),
        }
        took: dict[str, list[float]] = {name: [] for name in kinds}
        for number in range(rounds + 1):
            for name, start in kinds.items():
                seconds = start()
                if number:  # the first round reads files from the disk, the others from the page cache
                    took[name].append(seconds)
    median = {name: statistics.median(ones) for name, ones in took.items()}
    return {
        **{f"{name}_s": round(seconds, 2) for name, seconds in median.items()},
        "ask_over_import": round(median["ask"] / median["import_chromadb"], 2),
        "serve_over_echo": round(median["serve"] / median["echo"], 2),
    }


def serve_arguments(data_dir: Path) -> tuple[str, ...]:
    """Return the interpreter arguments that serve a data folder."""
    return ("-m", "assistant", "serve", "--port", "0", "--data-dir", str(data_dir))


def measured_environment(scratch: Path) -> dict[str, str]:
    """Return the environment of the measured processes: without network, with the models of this machine."""
    return environment(scratch / "reached.log", ASSISTANT_CORPUS=str(scratch / "none"))


def _run(arguments: Sequence[str], env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=env, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _first_answer(arguments: Sequence[str], beside: Sequence[object], env: dict[str, str]) -> float:
    began = time.perf_counter()
    with serving([sys.executable, *arguments], env) as address:
        asyncio.run(asking.ask_once(address, QUESTION, beside))
        return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(json.dumps(measure(options.data_dir, options.rounds), indent=2))


if __name__ == "__main__":
    main()
