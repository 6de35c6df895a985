"""Driver of embedding over Ray, without a cluster: datasets started, restarted and ended, the data sent to other
machines, and the files left on this one."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.cluster import driver, session
from index.cluster.address import ClusterAddress, configure_ray_environment
from index.errors import ClusterUnavailable
from index.indexing.build import build
from index.progress import Step
from index.settings import ChromaServer, IndexSettings
from tests.doubles import FakeEmbedder, fake_workspace


class Silent:
    """Fake dataset of one worker that fails `failures` times, after a batch each."""

    room = 1

    def __init__(self, failures: int, useful: bool = True) -> None:
        self.failures, self.useful, self.texts, self.sent = failures, useful, 0, dict[int, list[str]]()

    def put(self, number: int, texts: Any) -> None:
        self.sent[number] = list(texts)

    def next_answer(self, waiting: Callable[[], None]) -> dict[str, Any]:
        waiting()
        if self.failures and (self.texts or not self.useful):
            raise driver._DatasetFailed("essai")
        number = max(self.sent)  # the latest first
        vectors = FakeEmbedder().embed_passages(self.sent.pop(number))
        return {"number": number, "vectors": vectors.tobytes(), "refused": []}

    def record_answer(self, number: int, texts: int) -> None:
        self.texts += texts

    def close(self) -> None: ...


class Sessions:
    """Fake connections to a cluster, which records the events of each, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[str] = []
        self.fails: set[int] = set()
        """Which of them cannot be begun, from 0 on."""
        monkeypatch.setattr(session, "connect", self._begin)
        monkeypatch.setattr(session, "disconnect", lambda: self.events.append("end"))

    def _begin(self, address: ClusterAddress) -> int:
        self.events.append("begin")
        if self.events.count("begin") - 1 in self.fails:
            raise ClusterUnavailable("Le cluster Ray n'a pas de processeur libre.", "Attendez.")
        return 1


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> Sessions:
    return Sessions(monkeypatch)


def a_cluster() -> driver.RayBackend:
    return driver.RayBackend(ClusterAddress("local", 1), IndexSettings(), lambda settings: FakeEmbedder(), "fake-64")


@pytest.mark.parametrize("failures", [0, 1, 3])
def test_vectors_come_in_order_and_a_failed_dataset_is_restarted(
    failures: int, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Silent] = []

    def start_run(room: int, given: Any) -> Silent:
        begun.append(Silent(failures - len(begun)))
        return begun[-1]

    monkeypatch.setattr(driver, "_DatasetRun", start_run)
    batches = [[f"texte {number}", "autre"] for number in range(20)]
    ahead = given = 0

    def asking() -> Iterator[list[str]]:
        nonlocal ahead
        for batch in batches:
            ahead += 1
            assert ahead - given <= 8, "no further ahead than there is room for"
            yield batch

    with a_cluster() as cluster:
        for vectors in cluster.embed(asking(), lambda: None):
            np.testing.assert_array_equal(vectors, FakeEmbedder().embed_passages(batches[given]))
            given += 1
    assert given == 20
    assert len(begun) == failures + 1
    assert sum(run.texts for run in begun) == 40, "what is answered is not asked again"


def test_a_dataset_that_computes_nothing_is_not_restarted(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_DatasetRun", lambda room, given: Silent(9, useful=False))
    with a_cluster() as cluster, pytest.raises(ClusterUnavailable, match="sans rien calculer"):
        list(cluster.embed(iter([["a"]]), lambda: None))


def test_workers_receive_the_model_settings_and_nothing_else(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_settings: list[bytes] = []

    def start_run(room: int, given: Any) -> Silent:
        sent_settings.append(pickle.dumps(given[0]))
        return Silent(0)

    monkeypatch.setattr(driver, "_DatasetRun", start_run)
    server = ChromaServer.model_validate({"url": "http://192.0.2.7:8000", "key": "sesame-ouvre-toi"})
    settings = IndexSettings(
        data_dir=Path("/donnees"), models_dir=Path("/modeles"), embedding_model="un-autre", chroma=server,
        pseudonyms=Path("/noms.csv"), ray="192.0.2.10:6379", find_names=False,
    )  # fmt: skip
    assert b"sesame" in pickle.dumps(settings), "what is pickled shows a key"
    with driver.RayBackend(
        ClusterAddress("192.0.2.10:6379"), settings, lambda settings: FakeEmbedder(), "fake-64"
    ) as cluster:
        cluster.prepare(lambda done, total: None)
    (given,) = sent_settings
    assert pickle.loads(given) == IndexSettings(models_dir=Path("/modeles"), embedding_model="un-autre")
    assert not [word for word in (b"sesame", b"192.0.2", b"donnees", b"noms.csv") if word in given]


@pytest.mark.process
def test_only_the_folders_of_killed_runs_are_deleted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The folders are deleted when connecting and when disconnecting."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    made: list[str] = []

    def begun(*address: Any, _temp_dir: str, **options: Any) -> None:
        made.extend(path.name for path in tmp_path.iterdir())

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("ray.init", begun)
    monkeypatch.setattr("ray.shutdown", lambda: None)
    others = {f"assistant-ray-{os.getppid()}-a", "assistant-ray-1-b", "assistant-ray-nom-c", "autre-0-d"}
    for name in (*others, f"assistant-ray-{gone.pid}-e"):
        (tmp_path / name).mkdir()
    assert session.connect(ClusterAddress("local", 3)) == 3
    (own,) = set(made) - others
    assert own.startswith(f"assistant-ray-{os.getpid()}-")
    (tmp_path / f"assistant-ray-{gone.pid}-f").mkdir()
    session.disconnect()
    assert {path.name for path in tmp_path.iterdir()} == others


def test_all_processors_are_counted_without_cpu_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    assert ClusterAddress.read("local") == ClusterAddress("local", 6)


def test_the_clusters_of_a_process_have_one_secret() -> None:
    first, second, elsewhere = dict[str, str](), dict[str, str](), {"RAY_AUTH_TOKEN": "le-leur"}
    configure_ray_environment(ClusterAddress("local", 1), first)
    configure_ray_environment(ClusterAddress("local", 2), second)
    configure_ray_environment(ClusterAddress("192.0.2.10:6379"), elsewhere)
    assert first["RAY_AUTH_TOKEN"] == second["RAY_AUTH_TOKEN"] and len(first["RAY_AUTH_TOKEN"]) == 64
    assert elsewhere["RAY_AUTH_TOKEN"] == "le-leur"


def test_a_cluster_that_does_not_come_back_ends_in_a_one_line_error(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed(Silent):
        def close(self) -> None:
            raise AttributeError("already closed")

    monkeypatch.setattr(driver, "_DatasetRun", lambda room, given: Closed(9))
    sessions.fails = {1}
    with pytest.raises(ClusterUnavailable, match="pas de processeur libre"), a_cluster() as cluster:
        list(cluster.embed(iter([["a"], ["b"]]), lambda: None))
    assert sessions.events == ["begin", "end", "begin", "end"]


def test_a_started_connection_is_closed_after_any_failure(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(room: int, given: Any) -> Silent:
        raise RuntimeError("essai")

    monkeypatch.setattr(driver, "_DatasetRun", failing)
    with pytest.raises(ClusterUnavailable, match=r"ne répond plus .RuntimeError"), a_cluster() as cluster:
        cluster.prepare(lambda done, total: None)
    assert sessions.events == ["begin", "end"]
    with a_cluster():
        pass
    assert sessions.events == ["begin", "end"], "what was not begun is not ended"


@pytest.mark.parametrize(
    "free, workers, looks",
    [
        ([4], 4, 1),  # all of it
        ([1, 1, 2, 4], 4, 4),  # an earlier connection lets go
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3.5], 3, 19),  # late, and not of all
        ([2], 2, 9),  # others compute there
        ([4, 2], 4, 1),
        ([2, 1], 1, 9),  # others begin to
    ],
)
def test_free_processors_are_counted_once_they_stop_rising(
    free: list[float], workers: int, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counted([*free], monkeypatch) == (workers, looks)


def test_a_cluster_without_a_free_processor_ends_in_a_one_line_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClusterUnavailable, match=r"auto\s» n'a pas de processeur libre"):
        counted([0], monkeypatch)


def counted(free: list[float], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Return the number of workers for which a cluster of four processors has room, and the number of polls. `free` is
    the number of free processors at each poll, the last value repeated."""
    looks = 0

    def available() -> dict[str, float]:
        nonlocal looks
        looks += 1
        return {"CPU": free[min(looks, len(free)) - 1]}

    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr("ray.init", lambda *address, **options: None)
    monkeypatch.setattr("ray.cluster_resources", lambda: {"CPU": 4.0})
    monkeypatch.setattr("ray.available_resources", available)
    return session.connect(ClusterAddress("auto")), looks


def test_the_cluster_is_released_once_everything_is_staged(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(driver, "_DatasetRun", lambda room, given: Silent(0))
    (tmp_path / "corpus" / "documents").mkdir(parents=True)
    (tmp_path / "corpus" / "documents" / "a.md").write_text("Semer au printemps.", encoding="utf-8")
    since: dict[str, tuple[str, ...]] = {}

    def progress(step: Step) -> None:
        since.setdefault(step.name, tuple(sessions.events))

    settings = IndexSettings(data_dir=tmp_path / "data", ray="local:1")
    assert len(build(tmp_path / "corpus", fake_workspace(settings), progress).added) == 1
    assert since["Indexation"] == ("begin",)
    assert since["Enregistrement"] == since["Copie des vecteurs"] == ("begin", "end")
    assert sessions.events == ["begin", "end"]
