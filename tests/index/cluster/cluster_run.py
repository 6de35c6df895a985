"""A run of the indexer over Ray, to be watched and killed: `python -m tests.index.cluster.cluster_run CORPUS DATA
RAY`. What its workers compute is written in the file that CLUSTER_LOG names, a line at the beginning of a batch and
one at its end; CLUSTER_PAUSE is how many seconds a batch takes, CLUSTER_DEADLY a word that kills who embeds it,
CLUSTER_GROUP how many characters are embedded and staged together."""

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
    """Writes down who embeds what."""

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


def write(what: str, texts: Sequence[str]) -> None:
    """A line of the log: what, whose process, which batch, of how many texts."""
    batch = hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:12]
    with open(os.environ["CLUSTER_LOG"], "a", encoding="utf-8") as log:
        log.write(f"{what} {os.getpid()} {batch} {len(texts)}\n")


def open_logged(settings: IndexSettings) -> LoggedEmbedder:
    """As `open_embedder`."""
    return LoggedEmbedder()


def main(corpus: str, data: str, ray: str) -> int:
    """Run; an error is a line, as of the command line."""
    from tests.index.cluster.cluster_run import open_logged  # by its name, which workers can import

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
