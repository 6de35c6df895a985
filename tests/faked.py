"""The program with a stand-in for its model: `python -m tests.faked COMMAND …` is `assistant COMMAND …`."""

from __future__ import annotations

import assistant.compose
import index.build
import index.doctor
from assistant.cli import main
from tests.fakes import FakeEmbedder


def put_stand_in(embedder: FakeEmbedder) -> None:
    """Have all that opens a model get this one."""
    for module in (index.build, assistant.compose, index.doctor):
        setattr(module, "open_embedder", lambda settings: embedder)  # noqa: B010


if __name__ == "__main__":
    put_stand_in(FakeEmbedder())
    raise SystemExit(main())
