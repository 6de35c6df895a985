"""How many answers a second do many who ask at once get?

    python -m tests.benchmarks.crowd DATA_DIR [--users 50] [--seconds 20] [--rounds 2]

They ask through the protocol of the page, from one light process, the echo of `echo.py` and the assistant in turns.
Then they ask the assistant while new files are taken in again and again, by the program that the team's page starts for
that, in a copy of the index and of its corpus. Seconds from a question to the end of its answer; the rates are medians
of the rounds."""

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
from tests.benchmarks.asking import Heard, Task, heard_by_many
from tests.benchmarks.memory import asked_of_all
from tests.benchmarks.starting import ECHO, PAGE, serve, surroundings
from tests.processes import ROOT, served

_NEW = 12  # files of an update
_FILE = (
    "# Parcelle {number}\n\nLes Jardins du Pont ont semé la parcelle {number} au printemps, avec {number} bénévoles.\n"
)


def measure(data_dir: Path, users: int = 50, seconds: float = 20.0, rounds: int = 2) -> dict[str, float]:
    """The figures of an index."""
    task = Task("", asked_of_all(), users, seconds)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        echoed, ours = [], []
        for _ in range(rounds):
            echoed.append(_asked(ECHO, task, folder))
            ours.append(_asked(serve(data_dir), replace(task, beside=PAGE), folder))
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


def _median(rounds: Sequence[Heard], task: Task) -> dict[str, float]:
    """The median of each figure; what failed is added up."""
    figures = [heard.figures(task) for heard in rounds]
    middle = {name: statistics.median(one[name] for one in figures) for name in figures[0]}
    return {**middle, "failed": sum(one["failed"] for one in figures)}


def _asked(arguments: Sequence[str], task: Task, folder: Path) -> Heard:
    """What is heard of a server. Raises `ValueError` when it is not listened to."""
    with served([sys.executable, *arguments], surroundings(folder), folder / "server.log") as server:
        return heard_by_many(replace(task, address=server.address))


def _while_updated(data_dir: Path, task: Task, folder: Path) -> tuple[Heard, int]:
    """What is heard of the assistant while files are indexed, and how many times they were."""
    corpus, data = _copied(data_dir, folder)
    env = surroundings(folder)
    update = [*subprocesses.background_command(), RunKind.UPDATE, "--data-dir", str(data), "--corpus", str(corpus)]
    updates = 0
    with (
        served([sys.executable, *serve(data)], env, folder / "server.log") as server,
        ThreadPoolExecutor(1) as pool,
    ):
        hearing = pool.submit(heard_by_many, replace(task, address=server.address))
        while not hearing.done():
            for number in range(_NEW * updates, _NEW * (updates + 1)):
                (corpus / "documents" / f"parcelle_{number}.md").write_text(_FILE.format(number=number), "utf-8")
            _run(update, env)
            updates += 1
        return hearing.result(), updates


def _run(update: Sequence[str], env: Mapping[str, str]) -> None:
    """Raises `ValueError` when a run does not end well."""
    with subprocess.Popen(
        update, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        *_, last = process.stdout or ("",)
    if json.loads(last).get("ended") != RunEnd.DONE:
        raise ValueError(f"an update that does not end well costs nothing: {last}")


def _copied(data_dir: Path, folder: Path) -> tuple[Path, Path]:
    """A copy of the corpus that an index was made from, and one of the index, which goes with it."""
    corpus, data = folder / "corpus", folder / "data"
    shutil.copytree(data_dir, data)
    catalog = Catalog.open(data)
    shutil.copytree(catalog.meta("corpus"), corpus)
    (corpus / "documents").mkdir(exist_ok=True)
    catalog.set_meta(corpus=str(corpus.resolve()))
    catalog.close()
    return corpus, data


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    print(json.dumps(measure(options.data_dir, options.users, options.seconds, options.rounds), indent=2))


if __name__ == "__main__":
    main()
