"""Ctrl-C, heard once: what follows the first cannot cut short what is done to stop cleanly."""

from __future__ import annotations

import signal
import time
from types import FrameType

_AT_ONCE_S = 1.0  # within which another Ctrl-C is the same


class InterruptHandler:
    """Whether this process was asked to stop. Listening begins with `listen`; without it nothing is changed, and this
    process is somebody else's."""

    def __init__(self) -> None:
        self._asked: float | None = None
        self.listens = self._ending = False

    def listen(self) -> None:
        """Hear Ctrl-C from now on, as `KeyboardInterrupt`."""
        self.listens = True
        signal.signal(signal.SIGINT, self._hear)

    def check(self) -> None:
        """Raise `KeyboardInterrupt` once more when some library has swallowed it."""
        if self._asked is not None and not self._ending:
            raise KeyboardInterrupt

    def end(self) -> None:
        """Hear no more: the process is about to end."""
        self._ending = True
        if self.listens:  # Python lets go of any other handler before its very end
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._ending or (self._asked is not None and now < self._asked + _AT_ONCE_S):
            return
        self._asked = now
        raise KeyboardInterrupt
