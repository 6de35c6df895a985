"""Embedding over Ray: this process reads, cuts and stages; the workers of a cluster turn batches into vectors.

The implementation uses Ray Data: one dataset per run, read from the stream of batches that this process produces
(`feed.py`) and mapped by a pool of actors that hold the model (`worker.py`). An actor that dies is restarted and its
batches are computed again, while the others go on (Ray's documentation, « Actor fault tolerance »); Ray Data sets no
limit to restarts, the workers do. When the dataset itself fails, another one is started with the unanswered batches, as
long as the previous one answered some."""

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
from index.cluster.address import ClusterAddress
from index.cluster.feed import Feed, StreamDatasource
from index.cluster.worker import Worker, read_answer
from index.embedding.batches import POLL_S
from index.embedding.model import Embedder, FloatArray
from index.embedding.unpacking import Progress
from index.errors import ClusterUnavailable
from index.settings import IndexSettings

_MAX_MISSED = 4  # consecutive failed probes after which the cluster counts as gone
_ANSWER_TIMEOUT_S = 600.0  # without an answer, model loading included, after which the dataset has failed
_SHUTDOWN_S = 5.0  # limit on the wait for the end of a dataset
_IN_FLIGHT, _MAX_UNORDERED = 3, 8  # batches per worker: sent and unanswered; sent and not yet yielded in order
_RESUME_REMEDY = "Ce qui était préparé est gardé\u00a0: relancez, le reste seul sera calculé."

Opener = Callable[[IndexSettings], Embedder]


class RayBackend:
    """Embedding backend over the workers of a cluster, for one run. See `index.cluster.worker`."""

    def __init__(self, address: ClusterAddress, settings: IndexSettings, opener: Opener, identity: str) -> None:
        # Sent to other machines: the settings a worker needs to open its model, and no key, folder or table of names.
        model = IndexSettings(models_dir=settings.models_dir, embedding_model=settings.embedding_model)
        self._address, self._worker = address, (model, opener, identity, address.is_local)
        self._run: _DatasetRun | None = None
        self._is_connected = False
        self._cleanup = ExitStack()
        self._count = 0  # of batches sent, over all calls of `embed`

    def __enter__(self) -> Self:
        # Ray reports each death on the standard output, in the middle of the output of the run.
        self._cleanup.enter_context(redirect_stdout(self._cleanup.enter_context(open(os.devnull, "w"))))
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """End the dataset and the connection."""
        with self._cleanup:
            run, self._run = self._run, None
            is_connected, self._is_connected = self._is_connected, False
            try:
                if run is not None:
                    run.close()
            finally:
                if is_connected:
                    session.disconnect()

    def prepare(self, progress: Progress) -> None:
        """Start, and wait until a worker has loaded its model: it answers a batch without texts."""
        if self._run is None:
            progress(0, 1)
            for _ in self.embed(iter([()]), lambda: progress(0, 1)):
                progress(1, 1)

    def embed(self, batches: Iterator[Sequence[str]], waiting: Callable[[], None]) -> Iterator[FloatArray]:
        """Yield the vectors of each batch, in order; restart after a failed dataset."""
        run = self._run or self._start()
        sent: dict[int, Sequence[str]] = {}  # unanswered, by number
        answers: dict[int, FloatArray] = {}  # answered out of order
        next_number = self._count
        more = True
        while more or next_number < self._count:
            while more and len(sent) < _IN_FLIGHT * run.room and self._count - next_number < _MAX_UNORDERED * run.room:
                texts = next(batches, None)
                if texts is None:
                    more = False
                    break
                sent[self._count] = texts
                run.put(self._count, texts)
                self._count += 1
            if sent:
                try:
                    row = run.next_answer(waiting)
                except _DatasetFailed as failed:
                    run = self._restart(run, failed)
                    for number, texts in sent.items():
                        run.put(number, texts)
                    continue
                number = row["number"]
                if (answered := sent.pop(number, None)) is not None:  # otherwise a repeated answer, after a replay
                    answers[number] = read_answer(row, len(answered))
                    run.record_answer(number, len(answered))
            while next_number in answers:
                yield answers.pop(next_number)
                next_number += 1

    def _start(self) -> _DatasetRun:
        """Connect to the cluster and start a dataset. Raises `ClusterUnavailable`."""
        self._is_connected = True  # to disconnect even if the connection fails
        room = session.connect(self._address)
        try:
            self._run = _DatasetRun(room, self._worker)
        except Exception as error:  # any error of Ray, when the cluster goes away meanwhile
            raise ClusterUnavailable(
                f"Le cluster Ray ne répond plus ({type(error).__name__}).", _RESUME_REMEDY
            ) from error
        return self._run

    def _restart(self, run: _DatasetRun, failed: _DatasetFailed) -> _DatasetRun:
        """Start another dataset in place of a failed one, with a new connection and a new count of free processors.
        Raises `ClusterUnavailable` when the failed one had computed nothing."""
        if not run.texts:
            raise ClusterUnavailable(
                f"Les processus du cluster Ray s'arrêtent sans rien calculer ({failed}).",
                f"Chacun demande environ 1,5\u00a0Go de mémoire. {_RESUME_REMEDY}",
            ) from failed
        self._run = None
        session.disconnect()
        return self._start()


class _DatasetFailed(Exception):
    """A dataset ended, or stopped answering, before its batches were answered."""


class _DatasetRun:
    """A running dataset: `put` feeds its `room` workers, and `next_answer` returns their answers."""

    def __init__(self, room: int, worker: tuple[IndexSettings, Opener, str, bool]) -> None:
        self.room = room
        self._probe = session.ServerProbe.of_connection()
        self.texts = 0
        """Number of embedded texts."""
        # Everything except the computation stays on this machine.
        here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
        self._feed: Any = ray.remote(Feed).options(num_cpus=0, label_selector=here).remote()
        context = DataContext.get_current()
        context.target_max_block_size = 1  # one block per batch, sent without waiting for the next
        context.enable_progress_bars = context.print_on_execution_start = False
        read = read_datasource(StreamDatasource(self._feed), num_cpus=0, label_selector=here, override_num_blocks=1)
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
        """Put the answers of the dataset, then its end or failure, in the queue. Runs in its own thread."""
        try:
            for table in data.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
                for row in table.to_pylist():  # type: ignore[union-attr]
                    self._answers.put(row)
            self._answers.put(_DatasetFailed("fin"))
        except BaseException as error:  # the exceptions of Ray Data are not documented
            self._answers.put(_DatasetFailed(type(error).__name__))

    def put(self, number: int, texts: Sequence[str]) -> None:
        """Send a batch."""
        self._feed.put.remote(number, list(texts))

    def next_answer(self, waiting: Callable[[], None]) -> dict[str, Any]:
        """Return the next answer. Raises `_DatasetFailed`, or `ClusterUnavailable` when the cluster went away."""
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
        """Record that a batch was answered, so that the feed forgets it."""
        self.texts += texts
        self._feed.forget.remote(number)

    def close(self) -> None:
        """Let the dataset end, which is immediate when all batches are answered."""
        self._feed.end.remote()
        self._reader.join(_SHUTDOWN_S)
