"""The program with a stand-in for its model: `python -m tests.faked COMMAND …` is `assistant COMMAND …`."""

from __future__ import annotations

import sys

import assistant.compose
import index.build
import index.doctor
import index.standing
from assistant.cli import main
from assistant.commands import background
from tests.fakes import FakeEmbedder


def put_stand_in(embedder: FakeEmbedder) -> None:
    """Have all that opens a model get this one."""
    for module in (index.build, assistant.compose, index.doctor, index.standing):
        setattr(module, "open_embedder", lambda settings: embedder)  # noqa: B010


if __name__ == "__main__":
    put_stand_in(FakeEmbedder())
    background.command = lambda: [sys.executable, "-m", "tests.faked_background"]
    raise SystemExit(main())
