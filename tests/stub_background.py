"""The program beside a server, with a stand-in for its model: `python -m tests.stub_background ACT …`. At the step
that `$WAIT_AT` names it waits to be stopped, and at each step it waits while the file that `$WAIT_WHILE` names
exists."""

from __future__ import annotations

import os
import time
from pathlib import Path

from assistant.cli import background
from assistant.cli.interrupts import InterruptHandler
from index.progress import Progress, Step
from tests.doubles import fake_factory

progress_writer = background._progress_writer


def waiting_progress_writer(stop: InterruptHandler) -> Progress:
    """Return the progress of a run, which waits where the environment asks for it."""
    progress = progress_writer(stop)

    def wait(step: Step) -> None:
        progress(step)
        if step.name == os.environ.get("WAIT_AT"):
            time.sleep(120)
        while Path(os.environ.get("WAIT_WHILE", "/absent")).exists():
            time.sleep(0.05)

    return wait


if __name__ == "__main__":
    background._progress_writer = waiting_progress_writer
    raise SystemExit(background.main(embedder_factory=fake_factory()))
