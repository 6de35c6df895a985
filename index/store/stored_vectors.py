"""The catalog's vectors: those of each passage, those that a fast copy of them has yet to take in, and a sample."""

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

# From the keys of passages to their sources. CROSS keeps that order: SQLite would begin with every live source.
BY_KEY = "FROM passages p CROSS JOIN sources s ON s.version = p.version AND s.state = 'live'"
LIVE = "FROM sources s JOIN passages p ON p.version = s.version WHERE s.state = 'live'"
_BLOCK_PASSAGES = 20_000  # passages whose vectors are held at once while all are looked at
_GOLDEN_RATIO = (
    0.6180339887498949  # of the golden ratio: its multiples fall evenly, and with no period, between 0 and 1
)


class QueuedChange(NamedTuple):
    """A passage as the fast copy of vectors knows it."""

    key: int
    visibility: Visibility
    windows: int


class StoredVectors(CatalogConnections):
    """What is asked of the vectors."""

    def vectors(self, visibility: Visibility, keys: Sequence[int] | None = None) -> tuple[list[int], FloatArray]:
        """The vectors (n, dimensions) of the passages of a visibility, or of those among `keys`, and for each the key
        of its passage: those of one passage follow one another."""
        if keys is None:
            return _matrix(self._all_vectors(visibility, "ORDER BY p.key"))
        return _matrix(
            row
            for some in chunks(keys)
            for row in self._connection.execute(
                f"SELECT p.key, p.windows, p.vectors {BY_KEY}"
                f" WHERE p.key IN ({placeholders(some)}) AND s.visibility = ? ORDER BY p.key",
                (*some, visibility),
            )
        )

    def vector_blocks(self, visibility: Visibility) -> Iterator[tuple[list[int], FloatArray]]:
        """As `vectors`, of all passages in no order, a part after another: a million do not fit in memory at once."""
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
        """As `vectors`, of about `size` passages spread over a scope, the same each time: what is typical of the
        corpus. The scope is cut into `size` parts, and one passage is read of each: sources are counted, passages are
        not walked."""
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
        of = np.searchsorted(ends, chosen, side="right")
        pairs = [(held[at][0], int(place - ends[at] + held[at][1])) for at, place in zip(of, chosen, strict=True)]
        rows = self._connection.execute(
            "SELECT p.key, p.windows, p.vectors FROM json_each(?) one CROSS JOIN passages p"
            " ON p.version = json_extract(one.value, '$[0]') AND p.ordinal = json_extract(one.value, '$[1]')",
            (json.dumps(self._ordinals(pairs)),),
        )
        return _matrix({int(row[0]): row for row in rows}.values())

    def _ordinals(self, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Versions and ranks of passages in them as versions and ordinals: what was withdrawn leaves gaps in these, and
        only a source that has some is walked."""
        rows = self._connection.execute(
            "SELECT s.version FROM json_each(?) one CROSS JOIN sources s ON s.version = one.value WHERE s.size <="
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
        """What the fast copy has yet to take in (`wanted`) or to give up."""
        rows = self._connection.execute(
            "SELECT key, visibility, windows FROM mirror_queue WHERE wanted = ? ORDER BY key", (int(wanted),)
        )
        return [QueuedChange(*row) for row in rows]

    def queued_vector_count(self) -> int:
        """How many vectors the fast copy has yet to take in or to give up."""
        row = self._connection.execute("SELECT coalesce(sum(windows), 0) FROM mirror_queue").fetchone()
        return int(row[0])

    def live_passages(self, visibility: Visibility) -> list[QueuedChange]:
        """All passages of a visibility that can be found, in the order of their keys."""
        rows = self._connection.execute(
            f"SELECT p.key, p.visibility, p.windows {LIVE} AND s.visibility = ? ORDER BY p.key", (visibility,)
        )
        return [QueuedChange(*row) for row in rows]


def _matrix(rows: Iterable[tuple[int, int, bytes]]) -> tuple[list[int], FloatArray]:
    keys, blobs = [], []
    for key, windows, blob in rows:
        keys += [key] * windows
        blobs.append(blob)
    if not keys:
        return [], np.empty((0, 0), dtype=np.float32)
    return keys, np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(keys), -1)
