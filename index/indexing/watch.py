"""Watching of a folder: its changes are noticed once they have settled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

Signature = frozenset[tuple[str, int, int]]


def signature(root: Path) -> Signature:
    """Return the names, sizes and times of all files below a folder, which differ when one is added, changed or
    removed."""
    found = set()
    for path in root.rglob("*"):
        try:
            stat = path.stat()
        except OSError:  # removed meanwhile, or a broken link
            continue
        if path.is_file():
            found.add((str(path), stat.st_size, stat.st_mtime_ns))
    return frozenset(found)


def changes(root: Path, every_s: float = 2.0, pause: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yield once at first, then each time that the folder has changed and stayed the same between two looks, `every_s`
    seconds apart: a file being copied is left to finish. Never ends by itself."""
    done: Signature | None = None
    before: Signature | None = None
    while True:
        now = signature(root)
        if now != done and (done is None or now == before):
            done = now
            yield
        before = now
        pause(every_s)
