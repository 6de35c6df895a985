"""The program with a stand-in for its model, that takes its time: `python -m tests.assistant.slow_program COMMAND …`.

It tells in the file `$TOLD` that the program begins, what it embeds, and that it waits, at the step that `$WAIT_AT`
names, to be stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import index.embedding.batches
import index.indexing.build as building
import index.indexing.llama as llama
import index.indexing.staging as staging
from assistant.cli.main import main
from index.progress import Progress, Step, no_progress
from index.store import merging, runs
from index.store.merging import Merging
from tests.doubles import FakeEmbedder, FloatArray, fake_factory
from tests.index.builders import AT_ONCE

BEGUN = "begun"
WAITING = "waiting"
BATCH = 10  # texts


def tell(line: str) -> None:
    with Path(os.environ["TOLD"]).open("a", encoding="utf-8") as file:
        file.write(line.replace("\n", " ") + "\n")


def wait_at(step: str) -> None:
    """Wait for the end, if this is the step to wait at."""
    if step == os.environ.get("WAIT_AT"):
        tell(WAITING)
        time.sleep(120)


class SlowEmbedder(FakeEmbedder):
    """Takes a moment for each passage, and tells which."""

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        time.sleep(len(texts) * float(os.environ.get("SECONDS_A_PASSAGE", "0")))
        for text in texts:
            tell(f"embedded {text}")
        return super().embed_passages(texts)


def before(function: Callable[..., Any], step: str) -> Callable[..., Any]:
    """The function, waited for."""

    def waited(*arguments: Any) -> Any:
        wait_at(step)
        return function(*arguments)

    return waited


def cut(readings: Any) -> Any:
    """The cutting, which swallows what stops it, as some libraries do."""
    try:
        wait_at("swallowed")
    except KeyboardInterrupt:
        pass
    return llama_cut(readings)


def slow_build(root: Path, workspace: Any, progress: Progress = no_progress, **options: Any) -> staging.IndexReport:
    """The indexing, with a wait where it was asked for."""
    wait_at("begin")

    def waiting(step: Step) -> None:
        progress(step)
        wait_at(f"{step.name} {step.done}")

    report = build(root, workspace, waiting, **options)
    wait_at("end")
    return report


if __name__ == "__main__":
    build = building.build
    building.build = slow_build
    staging._GROUP_CHARS = int(os.environ.get("GROUP_CHARS", "200000"))
    index.embedding.batches._PART = BATCH
    llama.cut, llama_cut = cut, llama.cut
    runs._enliven = before(runs._enliven, "commit")
    vars(merging).update(AT_ONCE)
    Merging._fill = before(Merging._fill, "Chroma")  # type: ignore[method-assign]
    tell(BEGUN)
    raise SystemExit(main(embedder_factory=fake_factory(SlowEmbedder())))
