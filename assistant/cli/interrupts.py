"""Ctrl-C, handled once: those that follow the first cannot cut a clean stop short."""

from __future__ import annotations

import signal
import time
from types import FrameType

_AT_ONCE_S = 1.0  # within which another Ctrl-C counts as the same


class InterruptHandler:
    """The Ctrl-C handler of a process. It is installed by `listen`; without it nothing is changed, since the process
    may belong to another program."""

    def __init__(self) -> None:
        self._asked: float | None = None
        self.listens = self._ending = False

    def listen(self) -> None:
        """Raise `KeyboardInterrupt` for Ctrl-C from now on."""
        self.listens = True
        signal.signal(signal.SIGINT, self._hear)

    def check(self) -> None:
        """Raise `KeyboardInterrupt` again when a library has swallowed it."""
        if self._asked is not None and not self._ending:
            raise KeyboardInterrupt

    def end(self) -> None:
        """Ignore Ctrl-C from now on: the process is about to end."""
        self._ending = True
        if self.listens:  # Python removes any other handler before its very end
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._ending or (self._asked is not None and now < self._asked + _AT_ONCE_S):
            return
        self._asked = now
        raise KeyboardInterrupt
