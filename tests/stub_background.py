"""The program beside a server, with a stand-in for its model: `python -m tests.stub_background ACT …`. At the step
that `$WAIT_AT` names it waits to be stopped, and while the file that `$WAIT_WHILE` names is there, to go on."""

from __future__ import annotations

import os
import time
from pathlib import Path

from assistant.cli import background
from assistant.cli.interrupts import InterruptHandler
from index.progress import Progress, Step
from tests.doubles import FakeEmbedder
from tests.stub_cli import put_stand_in

told = background._progress_writer


def waiting(stop: InterruptHandler) -> Progress:
    """The progress, with a wait where it was asked for."""
    progress = told(stop)

    def wait(step: Step) -> None:
        progress(step)
        if step.name == os.environ.get("WAIT_AT"):
            time.sleep(120)
        while Path(os.environ.get("WAIT_WHILE", "/absent")).exists():
            time.sleep(0.05)

    return wait


if __name__ == "__main__":
    put_stand_in(FakeEmbedder())
    background._progress_writer = waiting
    raise SystemExit(background.main())
