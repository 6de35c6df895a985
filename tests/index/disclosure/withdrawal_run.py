"""A withdrawal to be killed: `python -m tests.index.disclosure.withdrawal_run DATA CORPUS SOURCE` prints each step that
it reaches."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.disclosure import withdraw
from index.privacy.pseudonyms import Pseudonyms
from index.privacy.withdrawals import WithdrawalList
from index.settings import IndexSettings
from index.store import erase, vectors
from tests.doubles import fake_workspace

STEPS = ("begin", "kept", "taken out", "rewritten", "copied", "end")


def say(step: str) -> None:
    print(step, flush=True)


def announce(owner: object, name: str, step: str) -> None:
    """Make a function print a step once it is done."""
    inner: Callable[..., Any] = getattr(owner, name)

    def announced(*arguments: Any, **more: Any) -> Any:
        result = inner(*arguments, **more)
        say(step)
        return result

    setattr(owner, name, announced)


def main(data: str, corpus: str, source: str) -> None:
    """Withdraw a source, and print each step."""
    import chromadb  # noqa: F401 — the imports are not what is killed

    announce(WithdrawalList, "write", "kept")
    announce(erase, "apply", "taken out")
    announce(erase, "finish", "rewritten")
    announce(vectors.VectorIndex, "synchronise", "copied")
    workspace = fake_workspace(IndexSettings(data_dir=Path(data)))
    chosen = withdraw.targets(workspace.catalog, source, Pseudonyms())
    say("begin")
    now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    withdraw.withdraw(workspace, chosen, Path(corpus), now)
    say("end")


if __name__ == "__main__":
    main(*sys.argv[1:])
