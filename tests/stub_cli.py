"""The command line with a stand-in for its model: `python -m tests.stub_cli COMMAND …` is `assistant COMMAND …`."""

from __future__ import annotations

import sys

from assistant.cli.main import main
from assistant.corpus import subprocesses
from tests.doubles import fake_factory

if __name__ == "__main__":
    subprocesses.background_command = lambda: [sys.executable, "-m", "tests.stub_background"]
    raise SystemExit(main(embedder_factory=fake_factory()))
