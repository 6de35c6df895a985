"""How a program is started beside the server: one of ours, without a shell, in a group of its own, so that what stops
the server does not cut it short before it is asked to stop."""

from __future__ import annotations

import subprocess  # nosec B404
import sys
from collections.abc import Sequence

Process = subprocess.Popen[bytes]


def background_command() -> list[str]:
    """Return the command that starts the program which indexes and inspects files beside a server."""
    return [sys.executable, "-m", "assistant.cli.background"]


def start(command: Sequence[str]) -> Process:
    """Start a program whose input and output are ours. Raises `OSError`."""
    # No shell, and no word of a visitor's in it.
    return subprocess.Popen(  # nosec B603
        list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )


def ends_within(process: Process, seconds: float) -> bool:
    """Wait for a program; whether it ended in time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
