"""Batches on their way to a cluster: added one by one by the driver, and read as a stream by Ray Data.

Ray Data reads files and tables, not a stream that the driver produces: here a generator task plays the part of the
file. If the task dies, Ray replays it from its first item and drops the items that it already had; so a batch is kept
until it is answered, and the place of an answered batch is replayed as a batch without texts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import ray
from ray.data import Datasource, ReadTask
from ray.data.block import BlockMetadata

SCHEMA = pa.schema([("number", pa.int64()), ("texts", pa.list_(pa.string()))])


class Feed:
    """Actor that holds the unanswered batches. `put` gives batches their places in the stream, from 0 on."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[int, Sequence[str]]] = {}
        self._places: dict[int, int] = {}
        self._count = 0
        self._attempts: Counter[str] = Counter()
        self._ended = False
        self._more = asyncio.Event()

    async def put(self, number: int, texts: Sequence[str]) -> None:
        """Add a batch; its answer will carry `number`."""
        self._held[self._count] = number, texts
        self._places[number] = self._count
        self._count += 1
        self._more.set()

    async def forget(self, number: int) -> None:
        """Forget an answered batch."""
        self._held.pop(self._places.pop(number), None)
        self._attempts.pop(str(number), None)

    async def count_attempt(self, name: str) -> int:
        """Count an attempt of a worker to start, or to compute a batch, and return the number of attempts since the
        last success."""
        self._attempts[name] += 1
        return self._attempts[name]

    async def reset_attempts(self, name: str) -> None:
        """Reset a count of attempts after a success."""
        self._attempts.pop(name, None)

    async def end(self) -> None:
        """End the stream: no batch will be added."""
        self._ended = True
        self._more.set()

    async def batch_at(self, place: int) -> tuple[int, Sequence[str]] | None:
        """Return the batch at a place, once it is there; `None` after the last."""
        while place >= self._count:
            if self._ended:
                return None
            self._more.clear()
            await self._more.wait()
        return self._held.get(place, (-1, ()))


class StreamDatasource(Datasource):
    """Datasource of all present and future batches of a feed, one row per batch: a single task, which ends with the
    feed. Ray names the task after the class: `ReadStream`."""

    def __init__(self, feed: Any) -> None:
        self._feed = feed

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(self, parallelism: int, *arguments: Any, **options: Any) -> list[ReadTask]:
        feed = self._feed

        def read() -> Iterator[pa.Table]:
            place = 0
            while (batch := ray.get(feed.batch_at.remote(place))) is not None:
                number, texts = batch
                yield pa.table({"number": [number], "texts": [list(texts)]}, schema=SCHEMA)
                place += 1

        unknown = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(read, unknown)]
