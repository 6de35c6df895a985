"""The program with a stand-in for its model: `python -m tests.stub_cli COMMAND …` is `assistant COMMAND …`."""

from __future__ import annotations

import sys

import assistant.compose.parts
import index.indexing.build
import index.indexing.doctor
import index.indexing.status
from assistant.cli.main import main
from assistant.corpus import subprocesses
from tests.doubles import FakeEmbedder


def put_stand_in(embedder: FakeEmbedder) -> None:
    """Have all that opens a model get this one."""
    for module in (index.indexing.build, assistant.compose.parts, index.indexing.doctor, index.indexing.status):
        setattr(module, "open_embedder", lambda settings: embedder)  # noqa: B010


if __name__ == "__main__":
    put_stand_in(FakeEmbedder())
    subprocesses.background_command = lambda: [sys.executable, "-m", "tests.stub_background"]
    raise SystemExit(main())
