"""A run of the indexer to be killed: `python -m tests.index.indexing.killed_run CORPUS DATA` prints each step that it
reaches."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from index.indexing.build import build
from index.progress import Step
from index.settings import IndexSettings
from index.store import copy_merging
from tests.doubles import fake_workspace
from tests.index.builders import AT_ONCE


def say(step: str) -> None:
    print(step, flush=True)


def main(corpus: str, data: str) -> None:
    """Run, and print each step the first time that it is reached."""
    import chromadb  # noqa: F401 — the imports are not what is killed

    import index.indexing.llama_index_adapters  # noqa: F401

    for name, value in AT_ONCE.items():
        setattr(copy_merging, name, value)
    write = copy_merging.CopyMerger._fill

    def announced_fill(self: copy_merging.CopyMerger, *arguments: Any) -> None:
        say("Chroma")
        write(self, *arguments)
        say("Chroma written")

    setattr(copy_merging.CopyMerger, "_fill", announced_fill)  # noqa: B010
    reached: set[str] = set()

    def progress(step: Step) -> None:
        name = step.name if step.name != "Enregistrement" else f"{step.name} {step.done}"
        if name not in reached:
            reached.add(name)
            say(name)

    say("begin")
    build(Path(corpus), fake_workspace(IndexSettings(data_dir=Path(data))), progress, confirmed=True)
    say("end")


if __name__ == "__main__":
    main(*sys.argv[1:])
