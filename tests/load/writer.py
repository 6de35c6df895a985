"""Writes new files during the load test, and repeatedly kills the indexing that reads them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.load.corpus import Plot, plots
from tests.processes import ROOT, assistant

FIRST_NEW = 1500  # the number of the first plot that is written during the load
_SOONEST_S = 1.5  # earliest kill of an indexing, after its start


@dataclass
class Writer:
    """Writes files in a corpus, and indexes it into a data folder."""

    corpus: Path
    data: Path
    env: Mapping[str, str]
    batch: int
    """Number of files written at a time."""
    latest_s: float
    """Latest kill of an indexing, in seconds after its start: while it imports, reads, embeds or writes."""
    written: list[Plot] = field(default_factory=list)
    killed: list[tuple[float, bool]] = field(default_factory=list)
    """Seconds before each kill, with True when the indexing had begun to load its model."""
    ended: int = 0
    """Number of indexings that ended before their kill."""

    def work(self, seconds: float) -> None:
        """Write, index and kill for about this time, at least once; then index to the end. Raise `AssertionError` when
        that fails."""
        moments, until = random.Random(1), time.monotonic() + seconds
        while not self.killed or time.monotonic() < until:
            self._write()
            self._kill_after(moments.uniform(_SOONEST_S, self.latest_s))
        done = assistant("index", self.corpus, "--data-dir", self.data, "--json", env=self.env)
        assert done.returncode == 0, done.stderr

    def _write(self) -> None:
        new = plots(self.batch, first=FIRST_NEW + len(self.written))
        for plot in new:
            plot.write(self.corpus)
        self.written += new

    def _kill_after(self, seconds: float) -> None:
        command = [sys.executable, "-m", "assistant", "index", str(self.corpus), "--data-dir", str(self.data)]
        process = subprocess.Popen(
            command, env=dict(self.env), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(seconds)
            self.ended += 1
        except subprocess.TimeoutExpired:
            maps = Path(f"/proc/{process.pid}/maps")
            self.killed.append((round(seconds, 1), maps.exists() and "libtorch" in maps.read_text()))
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
