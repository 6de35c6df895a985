"""Vector queries of the catalog: vectors of passages, queue of changes for the fast copy, and a sample."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.store.connection import CatalogConnections, chunks, placeholders
from index.types import Scope, Visibility

FloatArray = npt.NDArray[np.float32]

# Join from the keys of passages to their sources. CROSS forces that order: SQLite would scan every live source first.
BY_KEY = "FROM passages p CROSS JOIN sources s ON s.version = p.version AND s.state = 'live'"
LIVE = "FROM sources s JOIN passages p ON p.version = s.version WHERE s.state = 'live'"
_BLOCK_PASSAGES = 20_000  # passages whose vectors are in memory at once during a full scan
_GOLDEN_RATIO = (
    0.6180339887498949  # of the golden ratio: its multiples fall evenly, and with no period, between 0 and 1
)


class QueuedChange(NamedTuple):
    """A passage to add to or remove from the fast copy of the vectors."""

    key: int
    visibility: Visibility
    windows: int


class StoredVectors(CatalogConnections):
    """Queries of the vectors."""

    def vectors(self, visibility: Visibility, keys: Sequence[int] | None = None) -> tuple[list[int], FloatArray]:
        """Return the vectors (n, dimensions) of the passages of a visibility, or of those among `keys`, and the key of
        the passage of each; the vectors of a passage are consecutive."""
        if keys is None:
            return _matrix(self._all_vectors(visibility, "ORDER BY p.key"))
        return _matrix(
            row
            for chunk in chunks(keys)
            for row in self._connection.execute(
                f"SELECT p.key, p.windows, p.vectors {BY_KEY}"
                f" WHERE p.key IN ({placeholders(chunk)}) AND s.visibility = ? ORDER BY p.key",
                (*chunk, visibility),
            )
        )

    def vector_blocks(self, visibility: Visibility) -> Iterator[tuple[list[int], FloatArray]]:
        """Yield the vectors of all passages of a visibility, as `vectors` returns them but in any order, in blocks: a
        million do not fit in memory at once."""
        rows: list[tuple[int, int, bytes]] = []
        for row in self._all_vectors(visibility):
            rows.append(row)
            if len(rows) == _BLOCK_PASSAGES:
                yield _matrix(rows)
                rows = []
        if rows:
            yield _matrix(rows)

    def _all_vectors(self, visibility: Visibility, order: str = "") -> Iterable[tuple[int, int, bytes]]:
        return self._connection.execute(
            f"SELECT p.key, p.windows, p.vectors {LIVE} AND s.visibility = ? {order}", (visibility,)
        )

    def sample_vectors(self, scope: Scope, size: int) -> tuple[list[int], FloatArray]:
        """Return the vectors of about `size` passages spread over a scope, as `vectors` does: a deterministic sample of
        the typical content of the corpus. The scope is cut into `size` parts and one passage is read in each, from the
        counts of the sources, without a scan of the passages."""
        held = self._connection.execute(
            "SELECT version, size FROM sources WHERE state = 'live' AND size > 0"
            f" AND visibility IN ({placeholders(scope.visibilities)}) ORDER BY version",
            scope.visibilities,
        ).fetchall()
        ends = np.fromiter(accumulate(row[1] for row in held), dtype=np.int64, count=len(held))
        total = int(ends[-1]) if held else 0
        parts = np.arange(min(size, total))
        chosen = np.unique(((parts + parts * _GOLDEN_RATIO % 1.0) * (total / max(1, len(parts)))).astype(np.int64))
        if total <= size:
            chosen = np.arange(total)
        owners = np.searchsorted(ends, chosen, side="right")
        pairs = [(held[at][0], int(place - ends[at] + held[at][1])) for at, place in zip(owners, chosen, strict=True)]
        rows = self._connection.execute(
            "SELECT p.key, p.windows, p.vectors FROM json_each(?) pair CROSS JOIN passages p"
            " ON p.version = json_extract(pair.value, '$[0]') AND p.ordinal = json_extract(pair.value, '$[1]')",
            (json.dumps(self._ordinals(pairs)),),
        )
        return _matrix({int(row[0]): row for row in rows}.values())

    def _ordinals(self, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Convert pairs of a version and the rank of a passage in it to versions and ordinals: withdrawals leave gaps
        in the ordinals, and only the sources with gaps are scanned."""
        rows = self._connection.execute(
            "SELECT s.version FROM json_each(?) wanted CROSS JOIN sources s ON s.version = wanted.value WHERE s.size <="
            " (SELECT max(ordinal) FROM passages p WHERE p.version = s.version)",
            (json.dumps(sorted({version for version, _ in pairs})),),
        )
        ordinals = {
            int(version): [
                int(row[0])
                for row in self._connection.execute(
                    "SELECT ordinal FROM passages WHERE version = ? ORDER BY ordinal", (version,)
                )
            ]
            for (version,) in rows.fetchall()
        }
        return [
            (version, ordinals[version][rank] if version in ordinals else rank)
            for version, rank in pairs
            if version not in ordinals or rank < len(ordinals[version])  # another process may withdraw meanwhile
        ]

    def queued_changes(self, wanted: bool) -> list[QueuedChange]:
        """Return the passages that the fast copy has yet to add (`wanted`) or to remove."""
        rows = self._connection.execute(
            "SELECT key, visibility, windows FROM mirror_queue WHERE wanted = ? ORDER BY key", (int(wanted),)
        )
        return [QueuedChange(*row) for row in rows]

    def queued_vector_count(self) -> int:
        """Count the vectors that the fast copy has yet to add or to remove."""
        row = self._connection.execute("SELECT coalesce(sum(windows), 0) FROM mirror_queue").fetchone()
        return int(row[0])

    def live_passages(self, visibility: Visibility) -> list[QueuedChange]:
        """Return all live passages of a visibility, ordered by key."""
        rows = self._connection.execute(
            f"SELECT p.key, p.visibility, p.windows {LIVE} AND s.visibility = ? ORDER BY p.key", (visibility,)
        )
        return [QueuedChange(*row) for row in rows]


def _matrix(rows: Iterable[tuple[int, int, bytes]]) -> tuple[list[int], FloatArray]:
    """Return rows of keys, window counts and blobs as keys, one per vector, and vectors, shape (vectors,
    dimensions)."""
    keys, blobs = [], []
    for key, windows, blob in rows:
        keys += [key] * windows
        blobs.append(blob)
    if not keys:
        return [], np.empty((0, 0), dtype=np.float32)
    return keys, np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(keys), -1)
