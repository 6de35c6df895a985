"""Check that the copy that the catalog names still holds the vectors it was written with: a restored or failing disk
may have lost some of them, and a short queue alone would never cause a rewrite.

Checks cost: opening a folder's copy takes 20 ms whatever its size, and counting 4 µs per vector, more than adding an
interview may cost. So a process opens the copy once in a while, and counts only when it has nothing else to do, or when
the whole copy is about to be read."""

from __future__ import annotations

import json
import time

from index.store.catalog import Catalog
from index.store.chroma import CopyUnusable, VectorCopy
from index.store.folder_copies import FolderCopies
from index.store.server_copies import ServerCopies

_RECHECK_S = 600.0  # between two checks by a process
_COUNTS_KEY = "vectors_held"  # of `meta`: number of vectors by visibility
_CURRENT_KEY = "vectors_followed"  # of `meta`: the generation that the copy was last found up to date with
_last_checks: dict[tuple[str, ...], tuple[float, bool]] = {}
"""Last check of each copy by this process: its time, and whether the vectors were counted."""


class CopyHealth:
    """Checks of the copies of a catalog's vectors."""

    def __init__(self, catalog: Catalog, place: FolderCopies | ServerCopies) -> None:
        self._catalog = catalog
        self._copies = place

    def is_intact(self, name: str, about_to_read: bool) -> bool:
        """Return whether the copy with this name opens and, if counted, holds as many vectors as when it was written. A
        copy that lost some is marked dirty, so that no question misses them."""
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
        """Forget the counts before the copy in use is written: if that is interrupted, its content is unknown."""
        self._catalog.set_meta(**{_COUNTS_KEY: ""})

    def meta_rows(self, copy: VectorCopy, generation: str) -> dict[str, str]:
        """Return the `meta` rows of a copy just written and checked, for the state `generation`."""
        return {_COUNTS_KEY: json.dumps(copy.counts), _CURRENT_KEY: generation}

    def record_check(self, name: str) -> None:
        """Record that a copy was written, checked and put in use."""
        _last_checks[self._key(name)] = (time.monotonic(), True)

    def record_current(self) -> None:
        """Record that the copy is up to date with the current state of the catalog."""
        generation = str(self._catalog.generation)
        if self._catalog.meta(_CURRENT_KEY) != generation:
            self._catalog.set_meta(**{_CURRENT_KEY: generation})

    def _key(self, name: str) -> tuple[str, ...]:
        return str(self._catalog.folder.resolve()), self._copies.place, name, self._catalog.meta("vectors_generation")
