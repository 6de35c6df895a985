"""Programs started beside the server: without a shell, and in a session of their own, so that the signals which stop
the server do not cut them short before they are asked to stop."""

from __future__ import annotations

import subprocess  # nosec B404
import sys
from collections.abc import Sequence

Process = subprocess.Popen[bytes]


def background_command() -> list[str]:
    """Return the command that starts the program which indexes and inspects files beside a server."""
    return [sys.executable, "-m", "assistant.cli.background"]


def start(command: Sequence[str]) -> Process:
    """Start a program, with pipes to its input and from its output. Raises `OSError`."""
    # No shell, and no text of a visitor in the command.
    return subprocess.Popen(  # nosec B603
        list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )


def ends_within(process: Process, seconds: float) -> bool:
    """Wait for a program; return whether it ended in time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
