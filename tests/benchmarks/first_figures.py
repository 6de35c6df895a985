"""First figures of the README: `python -m tests.benchmarks.first_figures [RUNS]` prints them as JSON.

Times are medians over the runs, and a bare `import chromadb` is timed in turn with them: the machine is noisy, the
ratio less so. The corpus is the repository's own."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.processes import ROOT, assistant, serving

QUESTION = "rôle des bénévoles à Lens ?"


def main(runs: int = 5) -> None:
    """Index, ask and serve the repository's corpus."""
    with tempfile.TemporaryDirectory() as scratch:
        env = {**os.environ, "ASSISTANT_DATA_DIR": str(Path(scratch) / "data")}
        first = _seconds("index", env=env)
        again = [_seconds("index", str(ROOT / "corpus"), "--data-dir", f"{scratch}/{run}", env=env) for run in range(2)]
        asks, imports = [], []
        for _ in range(runs):
            asks.append(_seconds("ask", QUESTION, "--json", env=env))
            imports.append(_bare_import(env))
        result = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "index_report_s": round(statistics.median([first, *again]), 1),
            "ask_s": round(statistics.median(asks), 2),
            "import_chromadb_s": round(statistics.median(imports), 2),
            "ask_over_import_chromadb": round(statistics.median(asks) / statistics.median(imports), 2),
            "memory_while_serving_mb": _memory_while_serving(env),
        }
    print(json.dumps(result, indent=1))


def _seconds(*arguments: str, env: dict[str, str]) -> float:
    began = time.perf_counter()
    done = assistant(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - began


def _bare_import(env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import chromadb"], env=env, check=True)
    return time.perf_counter() - began


def _memory_while_serving(env: dict[str, str]) -> int:
    """Return the resident megabytes of the server after an answer in a browser."""
    from tests.browser.chromium import browsing, visiting

    command = [sys.executable, "-m", "assistant", "serve", "--port", "0"]
    with serving(command, env) as address, browsing() as browser, visiting(browser, address) as visit:
        visit.ask(QUESTION)
        (server,) = [
            process
            for process in psutil.Process().children(recursive=True)
            if "serve" in process.cmdline() and "assistant" in process.cmdline()
        ]
        return round(server.memory_info().rss / 1e6)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
