"""Samples the memory of a process while it works."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import linear_regression, median

import psutil

_EVERY_S = 1.0


@dataclass
class Memory:
    """Resident megabytes, one sample a second."""

    samples: list[float] = field(default_factory=list)

    def third(self, number: int) -> float:
        """Return the median of the first, second or last third of the time (0, 1, 2)."""
        length = max(1, len(self.samples) // 3)
        return median(self.samples[number * length : (number + 1) * length] or self.samples[-1:] or [0.0])

    @property
    def growth(self) -> float:
        """Growth of the last third over the second one; in the first one the server still warms up."""
        return self.third(2) / self.third(1) - 1 if self.samples else 0.0

    @property
    def slope(self) -> float:
        """Slope after the first third, in megabytes per minute, by least squares."""
        later = self.samples[len(self.samples) // 3 :]
        if len(later) < 2:
            return 0.0
        return linear_regression([at * _EVERY_S for at in range(len(later))], later).slope * 60


@contextmanager
def watched(pid: int) -> Iterator[Memory]:
    """Sample the memory of a process inside the context."""
    memory, over, process = Memory(), threading.Event(), psutil.Process(pid)

    def watch() -> None:
        while not over.wait(_EVERY_S):
            try:
                memory.samples.append(process.memory_info().rss / 1e6)
            except psutil.NoSuchProcess:
                return  # the requests will report that the server is gone

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        over.set()
        thread.join()
