"""Run the indexer over Ray, to be watched and killed: `python -m tests.index.cluster.cluster_run CORPUS DATA RAY`.

Workers log each batch in the file CLUSTER_LOG, a line at its beginning and one at its end. CLUSTER_PAUSE is the time of
a batch in seconds, CLUSTER_DEADLY a word that kills the process that embeds it, CLUSTER_GROUP the number of characters
embedded and staged together."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from index.errors import CorpusError
from index.indexing import staging
from index.indexing.build import build
from index.settings import IndexSettings
from index.store.workspace import Workspace
from tests.doubles import FakeEmbedder, FloatArray


class LoggedEmbedder(FakeEmbedder):
    """Embedder that logs the process and batch of each call."""

    def prepare(self, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        super().prepare(progress)
        write("ready", [])

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        write("begin", texts)
        time.sleep(float(os.environ.get("CLUSTER_PAUSE", "0")))
        deadly = os.environ.get("CLUSTER_DEADLY")
        if deadly and any(deadly in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        vectors = super().embed_passages(texts)
        write("end", texts)
        return vectors


def write(event: str, texts: Sequence[str]) -> None:
    """Append a line to the log: event, process id, digest of the batch, number of texts."""
    batch = hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:12]
    with open(os.environ["CLUSTER_LOG"], "a", encoding="utf-8") as log:
        log.write(f"{event} {os.getpid()} {batch} {len(texts)}\n")


def open_logged(settings: IndexSettings) -> LoggedEmbedder:
    """Return a logging embedder, in place of `open_embedder`."""
    return LoggedEmbedder()


def main(corpus: str, data: str, ray: str) -> int:
    """Run the indexer; print an error as one line, as the command line does."""
    from tests.index.cluster.cluster_run import open_logged  # from its module, which workers can import

    os.environ.setdefault("CLUSTER_LOG", os.devnull)
    setattr(staging, "_GROUP_CHARS", int(os.environ.get("CLUSTER_GROUP", "200000")))  # noqa: B010
    try:
        report = build(
            Path(corpus), Workspace(IndexSettings(data_dir=Path(data), ray=ray), open_logged), confirmed=True
        )
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(report.added)} {report.passages}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
