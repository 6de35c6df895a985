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
from index.cluster.feed import Feed, Stream
from index.cluster.worker import Worker, read_answer
from index.embedding.batches import BEAT_S
from index.embedding.model import Embedder, FloatArray
from index.embedding.unpacking import Progress
from index.errors import ClusterUnavailable
from index.settings import IndexSettings

_MISSED = 4  # beats of the cluster, after which it is gone
_SILENCE_S = 600.0  # without an answer, after which the dataset is given up; loading a model counts
_ENDING_S = 5.0  # a dataset is waited for when it is to end; those whose run was cut short are not waited out
_IN_FLIGHT, _AHEAD = 3, 8  # batches a worker: sent and not answered; sent and not yet given back in their turn
_AGAIN = "Ce qui était préparé est gardé\u00a0: relancez, le reste seul sera calculé."

Opener = Callable[[IndexSettings], Embedder]


class RayBackend:
    """The workers of a cluster, for one run. See `Workers`."""

    def __init__(self, address: Address, settings: IndexSettings, opener: Opener, identity: str) -> None:
        # What goes to other machines: with what a worker opens its model, and no key, folder or table of the run.
        model = IndexSettings(models_dir=settings.models_dir, embedding_model=settings.embedding_model)
        self._address, self._worker = address, (model, opener, identity, address.is_local)
        self._flow: _Flow | None = None
        self._is_begun = False
        self._leaving = ExitStack()
        self._count = 0  # of batches, over all that is embedded

    def __enter__(self) -> Self:
        # Ray tells of each death on the standard output, in the middle of what a run writes there.
        self._leaving.enter_context(redirect_stdout(self._leaving.enter_context(open(os.devnull, "w"))))
        return self

    def __exit__(self, *raised: object) -> None:
        self.leave()

    def leave(self) -> None:
        with self._leaving:
            flow, self._flow = self._flow, None
            is_begun, self._is_begun = self._is_begun, False
            try:
                if flow is not None:
                    flow.end()
            finally:
                if is_begun:
                    session.end()

    def prepare(self, progress: Progress) -> None:
        """Begin, and wait for a worker to have its model: it answers a batch without texts."""
        if self._flow is None:
            progress(0, 1)
            for _ in self.embed(iter([()]), lambda: progress(0, 1)):
                progress(1, 1)

    def embed(self, batches: Iterator[Sequence[str]], waiting: Callable[[], None]) -> Iterator[FloatArray]:
        flow = self._flow or self._begin()
        sent: dict[int, Sequence[str]] = {}  # and not answered, by number
        come: dict[int, FloatArray] = {}  # answered before their turn
        turn = self._count
        more = True
        while more or turn < self._count:
            while more and len(sent) < _IN_FLIGHT * flow.room and self._count - turn < _AHEAD * flow.room:
                texts = next(batches, None)
                if texts is None:
                    more = False
                    break
                sent[self._count] = texts
                flow.put(self._count, texts)
                self._count += 1
            if sent:
                try:
                    row = flow.answer(waiting)
                except _Failed as failed:
                    flow = self._begin_again(flow, failed)
                    for number, texts in sent.items():
                        flow.put(number, texts)
                    continue
                number = row["number"]
                if (answered := sent.pop(number, None)) is not None:  # else it was done before its place was read anew
                    come[number] = read_answer(row, len(answered))
                    flow.answered(number, len(answered))
            while turn in come:
                yield come.pop(turn)
                turn += 1

    def _begin(self) -> _Flow:
        self._is_begun = True  # and to be left, whatever of it fails
        room = session.begin(self._address)
        try:
            self._flow = _Flow(room, self._worker)
        except Exception as error:  # of Ray, whose cluster can go away meanwhile
            raise ClusterUnavailable(f"Le cluster Ray ne répond plus ({type(error).__name__}).", _AGAIN) from error
        return self._flow

    def _begin_again(self, flow: _Flow, failed: _Failed) -> _Flow:
        """Another dataset in the place of one that failed; its actors and the whole connection end with it, and what
        processors are left is counted anew. Raises `ClusterUnavailable` when it had computed nothing."""
        if not flow.texts:
            raise ClusterUnavailable(
                f"Les processus du cluster Ray s'arrêtent sans rien calculer ({failed}).",
                f"Chacun demande environ 1,5\u00a0Go de mémoire. {_AGAIN}",
            ) from failed
        self._flow = None
        session.end()
        return self._begin()


class _Failed(Exception):
    """A dataset ended, or fell silent, before its batches were answered."""


class _Flow:
    """One dataset on its way: `room` workers are fed by `put`, and heard by `answer`."""

    def __init__(self, room: int, worker: tuple[IndexSettings, Opener, str, bool]) -> None:
        self.room = room
        self._pulse = session.Pulse.of_connection()
        self.texts = 0
        """How many were embedded."""
        here = {
            "ray.io/node-id": ray.get_runtime_context().get_node_id()
        }  # what is not computing stays on this machine
        self._feed: Any = ray.remote(Feed).options(num_cpus=0, label_selector=here).remote()
        context = DataContext.get_current()
        context.target_max_block_size = 1  # a block a batch: the next one is not waited for
        context.enable_progress_bars = context.print_on_execution_start = False
        read = read_datasource(Stream(self._feed), num_cpus=0, label_selector=here, override_num_blocks=1)
        data = read.map_batches(
            Worker,
            fn_constructor_args=(self._feed, *worker),
            batch_size=1,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=room),
            num_cpus=1,
        )
        self._answers: queue.SimpleQueue[dict[str, Any] | _Failed] = queue.SimpleQueue()
        self._ear = threading.Thread(target=self._hear, args=(data,), name="cluster-answers", daemon=True)
        self._ear.start()

    def _hear(self, data: Dataset) -> None:
        try:
            for table in data.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
                for row in table.to_pylist():  # type: ignore[union-attr]
                    self._answers.put(row)
            self._answers.put(_Failed("fin"))
        except BaseException as error:  # what Ray Data raises is not told by its documentation
            self._answers.put(_Failed(type(error).__name__))

    def put(self, number: int, texts: Sequence[str]) -> None:
        """Send a batch."""
        self._feed.put.remote(number, list(texts))

    def answer(self, waiting: Callable[[], None]) -> dict[str, Any]:
        """The next answer. Raises `_Failed`, or `ClusterUnavailable` when the cluster went away."""
        silent_since, missed = time.monotonic(), 0
        while time.monotonic() - silent_since < _SILENCE_S:
            try:
                found = self._answers.get(timeout=BEAT_S)
            except queue.Empty:
                waiting()
                missed = 0 if self._pulse.beats() else missed + 1
                if missed == _MISSED:
                    raise ClusterUnavailable("Le cluster Ray ne répond plus.", _AGAIN) from None
                continue
            if isinstance(found, _Failed):
                raise found
            return found
        raise _Failed(f"aucune réponse en {_SILENCE_S:.0f}\u00a0s")

    def answered(self, number: int, texts: int) -> None:
        """A batch is done with."""
        self.texts += texts
        self._feed.answered.remote(number)

    def end(self) -> None:
        """Let the dataset end, as it does at once when all is answered."""
        self._feed.end.remote()
        self._ear.join(_ENDING_S)
