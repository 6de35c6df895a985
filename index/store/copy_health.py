"""Whether the copy that the catalog names is still what it was when it was written: a disk that was restored, or that
failed, may have taken some of it away, and little that waits would never have it written again.

Looking costs: opening a folder's copy takes 20 ms however much it holds, and counting 4 µs for each vector, which is
more than one more interview may cost. So a process opens it once in a while, and counts only when there is nothing else
to do, or all of it is about to be read."""

from __future__ import annotations

import json
import time

from index.store.catalog import Catalog
from index.store.chroma import CopyUnusable, VectorCopy
from index.store.folder_copies import FolderCopies
from index.store.server_copies import ServerCopies

_RECHECK_S = 600.0  # after which a process looks again
_COUNTS_KEY, _CURRENT_KEY = (
    "vectors_held",
    "vectors_followed",
)  # of `meta`: vectors of each visibility, and the generation
_last_checks: dict[
    tuple[str, ...], tuple[float, bool]
] = {}  # by this process: a copy; when, and whether it was counted


class CopyHealth:
    """What is known of the copies of a catalog's vectors."""

    def __init__(self, catalog: Catalog, place: FolderCopies | ServerCopies) -> None:
        self._catalog = catalog
        self._copies = place

    def is_intact(self, name: str, about_to_read: bool) -> bool:
        """Whether the copy of this name opens and holds as many vectors as it was left with, as far as is looked; one
        that has lost some is marked dirty, so that no question misses them."""
        key = self._key(name)
        counted = about_to_read or self._catalog.meta(_CURRENT_KEY) == str(self._catalog.generation)
        when, was_counted = _last_checks.get(key, (0.0, False))
        if key in _last_checks and time.monotonic() < when + _RECHECK_S and (was_counted or not counted):
            return True
        left = self._catalog.meta(_COUNTS_KEY)
        try:
            with self._copies.reading(name) as copy:
                if not copy.exists():
                    return False
                if counted:
                    copy.load_collections()
                    if left and json.loads(left) != copy.counts:
                        self._catalog.set_meta(vectors_dirty="1")
                        return False
        except CopyUnusable:
            return False
        _last_checks[key] = (time.monotonic(), counted)
        return True

    def forget_counts(self) -> None:
        """The copy that answers is written from now on: if that is interrupted, nobody knows what it holds."""
        self._catalog.set_meta(**{_COUNTS_KEY: ""})

    def meta_rows(self, copy: VectorCopy, generation: str) -> dict[str, str]:
        """The rows of `meta` of a copy that was just written and looked at, of the state `generation`."""
        return {_COUNTS_KEY: json.dumps(copy.counts), _CURRENT_KEY: generation}

    def record_check(self, name: str) -> None:
        """A copy was written, looked at, and put in place."""
        _last_checks[self._key(name)] = (time.monotonic(), True)

    def record_current(self) -> None:
        """The copy needs nothing more in this state of the catalog."""
        generation = str(self._catalog.generation)
        if self._catalog.meta(_CURRENT_KEY) != generation:
            self._catalog.set_meta(**{_CURRENT_KEY: generation})

    def _key(self, name: str) -> tuple[str, ...]:
        return str(self._catalog.folder.resolve()), self._copies.place, name, self._catalog.meta("vectors_generation")
