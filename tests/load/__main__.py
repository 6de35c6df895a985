"""Load test: many visitors ask at once while the corpus changes: `python -m tests.load [--users 50] [--seconds 60]
[--json]`.

The real server answers visitors on both pages, through the protocol of the page. Meanwhile new files arrive, and their
indexing is killed at random moments. The answers to each visitor hold a unique word, so that an answer sent to the
wrong visitor is detected. The exit status depends on correctness; durations are reported, never judged."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from assistant.people.accounts import Accounts
from index.settings import IndexSettings
from tests.load.corpus import plots, write_corpus
from tests.load.memory import Memory, watched
from tests.load.visitors import NAME, Responses, Visitor
from tests.load.writer import FIRST_NEW, Writer
from tests.processes import assistant, environment, served
from tests.server_probe import PASSWORD

MORE_PLOTS = 24  # plots without a visitor
_ONE_OF = 5  # one visitor in five belongs to the team
MAY_GROW = 0.15


@dataclass(frozen=True)
class Result:
    """The result of a load test."""

    users: int
    seconds: float
    heard: Responses
    after: Responses
    """Answers about the new files, once they are indexed."""
    writer: Writer
    memory: Memory
    log: str
    """Log of the server, empty when all is well."""

    def wrong(self) -> list[str]:
        """Return the failures, except those of memory."""
        lists = {
            "failed": self.heard.failed,
            "mixed": self.heard.mixed,
            "told to others": self.heard.leaked,
            "new files": self.after.failed + self.after.mixed + self.after.leaked,
            "log": [self.log] if self.log else [],
        }
        return [f"{name}: {message}" for name, messages in lists.items() for message in messages]

    def figures(self) -> dict[str, object]:
        """Return the figures of the load test."""
        took = sorted(self.heard.seconds) or [0.0]
        return {
            "users": self.users,
            "seconds": round(self.seconds, 1),
            "answers": len(self.heard.seconds),
            "answers_per_s": round(len(self.heard.seconds) / self.seconds, 1),
            "p50_s": round(statistics.median(took), 2),
            "p95_s": round(took[int(0.95 * (len(took) - 1))], 2),
            "max_s": round(took[-1], 2),
            "failed": len(self.heard.failed),
            "mixed": len(self.heard.mixed),
            "told_to_others": len(self.heard.leaked),
            "killed_after_s": self.writer.killed,
            "runs_ended": self.writer.ended + 1,
            "new_files": len(self.writer.written),
            "new_files_answered": len(self.after.seconds) - len(self.after.failed),
            "rss_mb_thirds": [round(self.memory.third(number), 1) for number in range(3)],
            "rss_growth": round(self.memory.growth, 3),
            "rss_slope_mb_per_min": round(self.memory.slope, 1),
        }


def load(
    folder: Path, models_dir: Path, users: int, seconds: float, *, batch: int = 12, latest_s: float = 20.0
) -> Result:
    """Run `users` visitors for about `seconds` seconds, and until the last indexing ends, in an empty folder. `batch`
    and `latest_s` are those of the writer."""
    corpus, data, log = folder / "corpus", folder / "data", folder / "server.log"
    known = plots(users + MORE_PLOTS, for_team=max(1, users // _ONE_OF))
    write_corpus(corpus, known)
    env = environment(folder / "reached.log", ASSISTANT_MODELS=str(models_dir), ASSISTANT_CORPUS=str(folder / "none"))
    done = assistant("index", corpus, "--data-dir", data, env=env)
    assert done.returncode == 0, done.stderr
    Accounts(data).add(NAME, PASSWORD)
    writer = Writer(corpus, data, env, batch, latest_s)
    marks = frozenset(plot.mark for plot in (*known, *plots(400, first=FIRST_NEW)))
    command = [sys.executable, "-m", "assistant", "serve", "--port", "0", "--data-dir", str(data)]
    with served(command, env, log) as server:
        visitors = [Visitor(server.address.rstrip("/"), plot, marks) for plot in known[:users]]
        over, heard, began = threading.Event(), Responses(), time.monotonic()
        with ThreadPoolExecutor(users) as pool, watched(server.pid) as memory:
            staying = [pool.submit(visitor.stay, over.is_set) for visitor in visitors]
            try:
                writer.work(seconds)
            finally:
                over.set()
            for stay in staying:
                heard += stay.result()
        took, after = time.monotonic() - began, Responses()
        for plot in writer.written:
            after += Visitor(server.address.rstrip("/"), plot, marks).stay(lambda: True)
    reached = folder / "reached.log"
    assert not reached.exists(), reached.read_text()
    return Result(users, took, heard, after, writer, memory, log.read_text(encoding="utf-8", errors="replace"))


def main() -> int:
    """Run the load test and print its figures. Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description="Many ask while the corpus changes.")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    models_dir = IndexSettings.from_environment(os.environ).models_dir
    with tempfile.TemporaryDirectory() as folder:
        result = load(Path(folder), models_dir, options.users, options.seconds)
    wrong = result.wrong()
    if result.memory.growth > MAY_GROW:
        wrong.append(f"memory: the server grew by {result.memory.growth:.0%}")
    if options.json:
        print(json.dumps(result.figures()))
    else:
        print("\n".join(f"{name:>22}  {value}" for name, value in result.figures().items()))
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
