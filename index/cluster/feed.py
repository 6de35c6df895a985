"""The batches on their way to a cluster: put by the driver, one by one, and read as a stream by Ray Data.

Ray Data knows of files and tables, not of what a driver makes as it goes: here a task that yields whatever comes
stands for the file. Should it die, Ray runs it anew from its first yield and drops what it had already; so a batch is
kept until it is answered, and a place that was answered is read as one without texts."""

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
    """An actor that holds what is not answered yet. `put` gives batches their places in the stream, from 0 on."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[int, Sequence[str]]] = {}
        self._places: dict[int, int] = {}
        self._count = 0
        self._attempts: Counter[str] = Counter()
        self._ended = False
        self._more = asyncio.Event()

    async def put(self, number: int, texts: Sequence[str]) -> None:
        """Add a batch, whose answer will bear `number`."""
        self._held[self._count] = number, texts
        self._places[number] = self._count
        self._count += 1
        self._more.set()

    async def forget(self, number: int) -> None:
        """Forget a batch."""
        self._held.pop(self._places.pop(number), None)
        self._attempts.pop(str(number), None)

    async def count_attempt(self, what: str) -> int:
        """How many times a worker, or the computing of a batch, began without having gone well since."""
        self._attempts[what] += 1
        return self._attempts[what]

    async def reset_attempts(self, what: str) -> None:
        """Begin to count anew."""
        self._attempts.pop(what, None)

    async def end(self) -> None:
        """Nothing more will be put."""
        self._ended = True
        self._more.set()

    async def batch_at(self, place: int) -> tuple[int, Sequence[str]] | None:
        """The batch at a place, once there is one; None after the last."""
        while place >= self._count:
            if self._ended:
                return None
            self._more.clear()
            await self._more.wait()
        return self._held.get(place, (-1, ()))


class FeedDatasource(Datasource):
    """All that a feed holds and will hold, a row a batch: one task, which ends when the feed does."""

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
