"""Answers per second under concurrent load.

    python -m tests.benchmarks.crowd DATA_DIR [--users 50] [--seconds 20] [--rounds 2]

Visitors ask through the protocol of the page, from one light process, the echo of `echo.py` and the assistant in turns.
Then they ask the assistant while new files are indexed again and again, by the program that the team's page starts for
that, in a copy of the index and of its corpus. Times are seconds from a question to the end of its answer; rates are
medians of the rounds."""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from assistant.corpus import subprocesses
from assistant.corpus.run_result import RunEnd, RunKind
from index.store.catalog import Catalog
from tests.benchmarks.asking import LoadResult, Task, ask_in_subprocess
from tests.benchmarks.memory import real_questions
from tests.benchmarks.starting import ECHO, PAGE, measured_environment, serve_arguments
from tests.processes import ROOT, served

_UPDATE_FILES = 12  # added by each update
_FILE = (
    "# Parcelle {number}\n\nLes Jardins du Pont ont semé la parcelle {number} au printemps, avec {number} bénévoles.\n"
)


def measure(data_dir: Path, users: int = 50, seconds: float = 20.0, rounds: int = 2) -> dict[str, float]:
    """Return the figures of an index."""
    task = Task("", real_questions(), users, seconds)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        echoed, ours = [], []
        for _ in range(rounds):
            echoed.append(_load_server(ECHO, task, folder))
            ours.append(_load_server(serve_arguments(data_dir), replace(task, beside=PAGE), folder))
        updated, updates = _while_updated(data_dir, replace(task, beside=PAGE), folder)
    echo, own = _median(echoed, task), _median(ours, task)
    if echo["failed"]:
        raise ValueError(f"an echo is no measure when it fails: {echoed[0].failed[:1]}")
    return {
        "users": users,
        **{f"echo_{name}": value for name, value in echo.items()},
        **own,
        "over_echo": round(own["answers_per_s"] / echo["answers_per_s"], 2),
        **{f"updating_{name}": value for name, value in updated.figures(task).items()},
        "updates": updates,
    }


def _median(rounds: Sequence[LoadResult], task: Task) -> dict[str, float]:
    """Return the median of each figure over the rounds, and the total of failures."""
    figures = [result.figures(task) for result in rounds]
    middle = {name: statistics.median(row[name] for row in figures) for name in figures[0]}
    return {**middle, "failed": sum(row["failed"] for row in figures)}


def _load_server(arguments: Sequence[str], task: Task, folder: Path) -> LoadResult:
    """Start a server and run a task against it. Raises `ValueError` when it does not start."""
    with served([sys.executable, *arguments], measured_environment(folder), folder / "server.log") as server:
        return ask_in_subprocess(replace(task, address=server.address))


def _while_updated(data_dir: Path, task: Task, folder: Path) -> tuple[LoadResult, int]:
    """Run a task against the assistant while files are indexed; return its result and the number of updates."""
    corpus, data = _copy_index(data_dir, folder)
    env = measured_environment(folder)
    update = [*subprocesses.background_command(), RunKind.UPDATE, "--data-dir", str(data), "--corpus", str(corpus)]
    updates = 0
    with (
        served([sys.executable, *serve_arguments(data)], env, folder / "server.log") as server,
        ThreadPoolExecutor(1) as pool,
    ):
        load = pool.submit(ask_in_subprocess, replace(task, address=server.address))
        while not load.done():
            for number in range(_UPDATE_FILES * updates, _UPDATE_FILES * (updates + 1)):
                (corpus / "documents" / f"parcelle_{number}.md").write_text(_FILE.format(number=number), "utf-8")
            _run(update, env)
            updates += 1
        return load.result(), updates


def _run(update: Sequence[str], env: Mapping[str, str]) -> None:
    """Run an update. Raises `ValueError` when it fails."""
    with subprocess.Popen(
        update, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        *_, last = process.stdout or ("",)
    if json.loads(last).get("ended") != RunEnd.DONE:
        raise ValueError(f"an update that does not end well costs nothing: {last}")


def _copy_index(data_dir: Path, folder: Path) -> tuple[Path, Path]:
    """Copy the corpus of an index, and the index itself, linked to that copy."""
    corpus, data = folder / "corpus", folder / "data"
    shutil.copytree(data_dir, data)
    catalog = Catalog.open(data)
    shutil.copytree(catalog.meta("corpus"), corpus)
    (corpus / "documents").mkdir(exist_ok=True)
    catalog.set_meta(corpus=str(corpus.resolve()))
    catalog.close()
    return corpus, data


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    print(json.dumps(measure(options.data_dir, options.users, options.seconds, options.rounds), indent=2))


if __name__ == "__main__":
    main()
