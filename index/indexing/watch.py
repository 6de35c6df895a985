"""Follow a folder: tell when what is in it has changed, and has been still for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

Signature = frozenset[tuple[str, int, int]]


def signature(root: Path) -> Signature:
    """The names, sizes and times of all files below a folder: what differs when one is added, changed or removed."""
    found = set()
    for path in root.rglob("*"):
        try:
            stat = path.stat()
        except OSError:  # gone meanwhile, or a link to nothing
            continue
        if path.is_file():
            found.add((str(path), stat.st_size, stat.st_mtime_ns))
    return frozenset(found)


def changes(root: Path, every_s: float = 2.0, pause: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yield once at first, then each time that the folder has changed and stayed the same for one look of `every_s`
    seconds: a file being copied is left to finish. Never ends by itself."""
    done: Signature | None = None
    before: Signature | None = None
    while True:
        now = signature(root)
        if now != done and (done is None or now == before):
            done = now
            yield
        before = now
        pause(every_s)
