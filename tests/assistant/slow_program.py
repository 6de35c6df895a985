"""Runs the program slowly, with a test double for its model: `python -m tests.assistant.slow_program COMMAND …`.

The file `$TOLD` receives a line when the program begins, when it embeds a text, and when it waits to be killed at the
step `$WAIT_AT`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import index.embedding.batches
import index.indexing.build as building
import index.indexing.llama_index_adapters as llama
import index.indexing.staging as staging
from assistant.cli.main import main
from index.progress import Progress, Step, no_progress
from index.store import copy_merging, runs
from index.store.copy_merging import CopyMerger
from tests.doubles import FakeEmbedder, FloatArray, fake_factory
from tests.index.builders import AT_ONCE

BEGUN = "begun"
WAITING = "waiting"
BATCH = 10  # texts


def tell(line: str) -> None:
    with Path(os.environ["TOLD"]).open("a", encoding="utf-8") as file:
        file.write(line.replace("\n", " ") + "\n")


def wait_at(step: str) -> None:
    """Wait to be killed, if this is the step `$WAIT_AT`."""
    if step == os.environ.get("WAIT_AT"):
        tell(WAITING)
        time.sleep(120)


class SlowEmbedder(FakeEmbedder):
    """An embedder that takes a moment for each passage, and writes each to `$TOLD`."""

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        time.sleep(len(texts) * float(os.environ.get("SECONDS_A_PASSAGE", "0")))
        for text in texts:
            tell(f"embedded {text}")
        return super().embed_passages(texts)


def before(function: Callable[..., Any], step: str) -> Callable[..., Any]:
    """Return the function, preceded by a wait at a step."""

    def waited(*arguments: Any) -> Any:
        wait_at(step)
        return function(*arguments)

    return waited


def cut(readings: Any) -> Any:
    """Cut texts after a wait that swallows `KeyboardInterrupt`, as some libraries do."""
    try:
        wait_at("swallowed")
    except KeyboardInterrupt:
        pass
    return llama_cut(readings)


def slow_build(root: Path, workspace: Any, progress: Progress = no_progress, **options: Any) -> staging.IndexReport:
    """Build the index, with a wait at the requested step."""
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
    index.embedding.batches._BATCH_TEXTS = BATCH
    llama.cut, llama_cut = cut, llama.cut
    runs._make_live = before(runs._make_live, "commit")
    vars(copy_merging).update(AT_ONCE)
    CopyMerger._fill = before(CopyMerger._fill, "Chroma")  # type: ignore[method-assign]
    tell(BEGUN)
    raise SystemExit(main(embedder_factory=fake_factory(SlowEmbedder())))
