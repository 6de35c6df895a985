"""Embedding over Ray: this process reads, cuts and stages; a cluster's workers turn batches into vectors.

It stands on Ray Data: one dataset a run, read from what this process makes as it goes (`feed.py`) and mapped by a pool
of actors that hold the model (`worker.py`). An actor that dies is made again, and what it was doing is done again
then, while the others go on (Ray's documentation, « Actor fault tolerance »); Ray Data sets no end to that, the workers
do. When the dataset itself fails, another is begun with the batches that have no answer, as long as the one before gave
some."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, redirect_stdout
from typing import Any, Self

import ray
from ray.data import ActorPoolStrategy, DataContext, Dataset, read_datasource

from index.cluster import session
from index.cluster.address import Address
from index.cluster.feed import Feed, FeedDatasource
from index.cluster.worker import Worker, read_answer
from index.embedding.batches import POLL_S
from index.embedding.model import Embedder, FloatArray
from index.embedding.unpacking import Progress
from index.errors import ClusterUnavailable
from index.settings import IndexSettings

_MAX_MISSED = 4  # beats of the cluster, after which it is gone
_ANSWER_TIMEOUT_S = 600.0  # without an answer, after which the dataset is given up; loading a model counts
_SHUTDOWN_S = 5.0  # a dataset is waited for when it is to end; those whose run was cut short are not waited out
_IN_FLIGHT, _MAX_UNORDERED = 3, 8  # batches a worker: sent and not answered; sent and not yet given back in their turn
_RESUME_REMEDY = "Ce qui était préparé est gardé\u00a0: relancez, le reste seul sera calculé."

Opener = Callable[[IndexSettings], Embedder]


class RayBackend:
    """The workers of a cluster, for one run. See `Workers`."""

    def __init__(self, address: Address, settings: IndexSettings, opener: Opener, identity: str) -> None:
        # What goes to other machines: with what a worker opens its model, and no key, folder or table of the run.
        model = IndexSettings(models_dir=settings.models_dir, embedding_model=settings.embedding_model)
        self._address, self._worker = address, (model, opener, identity, address.is_local)
        self._run: _DatasetRun | None = None
        self._is_connected = False
        self._cleanup = ExitStack()
        self._count = 0  # of batches, over all that is embedded

    def __enter__(self) -> Self:
        # Ray tells of each death on the standard output, in the middle of what a run writes there.
        self._cleanup.enter_context(redirect_stdout(self._cleanup.enter_context(open(os.devnull, "w"))))
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        with self._cleanup:
            flow, self._run = self._run, None
            is_begun, self._is_connected = self._is_connected, False
            try:
                if flow is not None:
                    flow.close()
            finally:
                if is_begun:
                    session.disconnect()

    def prepare(self, progress: Progress) -> None:
        """Begin, and wait for a worker to have its model: it answers a batch without texts."""
        if self._run is None:
            progress(0, 1)
            for _ in self.embed(iter([()]), lambda: progress(0, 1)):
                progress(1, 1)

    def embed(self, batches: Iterator[Sequence[str]], waiting: Callable[[], None]) -> Iterator[FloatArray]:
        flow = self._run or self._start()
        sent: dict[int, Sequence[str]] = {}  # and not answered, by number
        come: dict[int, FloatArray] = {}  # answered before their turn
        turn = self._count
        more = True
        while more or turn < self._count:
            while more and len(sent) < _IN_FLIGHT * flow.room and self._count - turn < _MAX_UNORDERED * flow.room:
                texts = next(batches, None)
                if texts is None:
                    more = False
                    break
                sent[self._count] = texts
                flow.put(self._count, texts)
                self._count += 1
            if sent:
                try:
                    row = flow.next_answer(waiting)
                except _DatasetFailed as failed:
                    flow = self._restart(flow, failed)
                    for number, texts in sent.items():
                        flow.put(number, texts)
                    continue
                number = row["number"]
                if (answered := sent.pop(number, None)) is not None:  # else it was done before its place was read anew
                    come[number] = read_answer(row, len(answered))
                    flow.record_answer(number, len(answered))
            while turn in come:
                yield come.pop(turn)
                turn += 1

    def _start(self) -> _DatasetRun:
        self._is_connected = True  # and to be left, whatever of it fails
        room = session.connect(self._address)
        try:
            self._run = _DatasetRun(room, self._worker)
        except Exception as error:  # of Ray, whose cluster can go away meanwhile
            raise ClusterUnavailable(
                f"Le cluster Ray ne répond plus ({type(error).__name__}).", _RESUME_REMEDY
            ) from error
        return self._run

    def _restart(self, flow: _DatasetRun, failed: _DatasetFailed) -> _DatasetRun:
        """Another dataset in the place of one that failed; its actors and the whole connection end with it, and what
        processors are left is counted anew. Raises `ClusterUnavailable` when it had computed nothing."""
        if not flow.texts:
            raise ClusterUnavailable(
                f"Les processus du cluster Ray s'arrêtent sans rien calculer ({failed}).",
                f"Chacun demande environ 1,5\u00a0Go de mémoire. {_RESUME_REMEDY}",
            ) from failed
        self._run = None
        session.disconnect()
        return self._start()


class _DatasetFailed(Exception):
    """A dataset ended, or fell silent, before its batches were answered."""


class _DatasetRun:
    """One dataset on its way: `room` workers are fed by `put`, and heard by `answer`."""

    def __init__(self, room: int, worker: tuple[IndexSettings, Opener, str, bool]) -> None:
        self.room = room
        self._probe = session.ServerProbe.of_connection()
        self.texts = 0
        """How many were embedded."""
        here = {
            "ray.io/node-id": ray.get_runtime_context().get_node_id()
        }  # what is not computing stays on this machine
        self._feed: Any = ray.remote(Feed).options(num_cpus=0, label_selector=here).remote()
        context = DataContext.get_current()
        context.target_max_block_size = 1  # a block a batch: the next one is not waited for
        context.enable_progress_bars = context.print_on_execution_start = False
        read = read_datasource(FeedDatasource(self._feed), num_cpus=0, label_selector=here, override_num_blocks=1)
        data = read.map_batches(
            Worker,
            fn_constructor_args=(self._feed, *worker),
            batch_size=1,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=room),
            num_cpus=1,
        )
        self._answers: queue.SimpleQueue[dict[str, Any] | _DatasetFailed] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read_answers, args=(data,), name="cluster-answers", daemon=True)
        self._reader.start()

    def _read_answers(self, data: Dataset) -> None:
        try:
            for table in data.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
                for row in table.to_pylist():  # type: ignore[union-attr]
                    self._answers.put(row)
            self._answers.put(_DatasetFailed("fin"))
        except BaseException as error:  # what Ray Data raises is not told by its documentation
            self._answers.put(_DatasetFailed(type(error).__name__))

    def put(self, number: int, texts: Sequence[str]) -> None:
        """Send a batch."""
        self._feed.put.remote(number, list(texts))

    def next_answer(self, waiting: Callable[[], None]) -> dict[str, Any]:
        """The next answer. Raises `_DatasetFailed`, or `ClusterUnavailable` when the cluster went away."""
        silent_since, missed = time.monotonic(), 0
        while time.monotonic() - silent_since < _ANSWER_TIMEOUT_S:
            try:
                found = self._answers.get(timeout=POLL_S)
            except queue.Empty:
                waiting()
                missed = 0 if self._probe.is_reachable() else missed + 1
                if missed == _MAX_MISSED:
                    raise ClusterUnavailable("Le cluster Ray ne répond plus.", _RESUME_REMEDY) from None
                continue
            if isinstance(found, _DatasetFailed):
                raise found
            return found
        raise _DatasetFailed(f"aucune réponse en {_ANSWER_TIMEOUT_S:.0f}\u00a0s")

    def record_answer(self, number: int, texts: int) -> None:
        """A batch is done with."""
        self.texts += texts
        self._feed.forget.remote(number)

    def close(self) -> None:
        """Let the dataset end, as it does at once when all is answered."""
        self._feed.end.remote()
        self._reader.join(_SHUTDOWN_S)
