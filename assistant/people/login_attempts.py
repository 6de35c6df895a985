"""Limits the rate of login attempts, against password guessing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_FREE = 5  # failures without a delay: people mistype
_FIRST, _LONGEST = 1.0, 900.0  # seconds to wait after the next failure, doubled each time, and at most
_REMEMBERED = 10_000  # names and addresses


class LoginAttempts:
    """The recent failures, by name and by address. Thread-safe; kept in memory, so lost when the process ends."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._failures: dict[str, tuple[int, float]] = {}

    def wait(self, *keys: str) -> float:
        """Return the seconds before all of these keys may try again; 0 when they may try now."""
        now = self._clock()
        with self._guard:
            return max((max(0.0, until - now) for _, until in map(self._failure, keys)), default=0.0)

    def fail(self, *keys: str) -> None:
        """Record a failure."""
        with self._guard:
            for key in keys:
                count = self._failure(key)[0] + 1
                pause = 0.0 if count <= _FREE else min(_LONGEST, _FIRST * 2.0 ** min(count - _FREE - 1, 20))
                self._failures.pop(key, None)
                self._failures[key] = (count, self._clock() + pause)
            while len(self._failures) > _REMEMBERED:
                self._failures.pop(next(iter(self._failures)))

    def succeed(self, *keys: str) -> None:
        """Forget the failures of these keys, after a successful login."""
        with self._guard:
            for key in keys:
                self._failures.pop(key, None)

    def _failure(self, key: str) -> tuple[int, float]:
        return self._failures.get(key, (0, 0.0))
