"""The priority of a process that indexes while others answer."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_NICENESS = 10
_AUTOGROUP = Path("/proc/self/autogroup")


def lower_priority() -> None:
    """Make this process yield the processors to those that answer questions: by its niceness, and by that of the
    session that it leads, if it leads one, since Linux shares the processors out between sessions first
    (autogroup(7))."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    if hasattr(os, "getsid") and os.getsid(0) == os.getpid():
        with suppress(OSError):  # a system without autogroups
            _AUTOGROUP.write_text(str(_NICENESS))
