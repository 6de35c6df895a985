"""Parts of embedding over Ray, without a cluster: the answers of a worker, and the content of the feed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from ray.exceptions import ActorDiedError

from index.cluster import session, worker
from index.cluster.address import ClusterAddress
from index.cluster.feed import SCHEMA, Feed
from index.cluster.worker import Worker, read_answer
from index.errors import ClusterUnavailable, ModelUnavailable
from index.settings import IndexSettings
from tests.doubles import FakeEmbedder

FOUR_TIMES = "s'est arrêté 4 fois de suite"


class InPlace:
    """Handle of an actor in this process: each call runs at once."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._actor, name)

        class Remote:
            @staticmethod
            def remote(*arguments: Any) -> Any:
                return asyncio.run(method(*arguments))

        return Remote


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Feed:
    """Return a feed whose workers reach it in this process."""
    context = type("Context", (), {"get_actor_id": lambda self: "one"})
    stand_in = type("Ray", (), {"get": staticmethod(lambda found: found), "get_runtime_context": context})
    monkeypatch.setattr(worker, "ray", stand_in)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    return Feed()


def test_an_absent_cluster_is_reported_at_once() -> None:
    address = ClusterAddress.read("127.0.0.1:9")
    assert address.server == ("127.0.0.1", 9) and ClusterAddress.read("[::1]:6379").server == ("::1", 6379)
    assert ClusterAddress.read("auto").server is None and ClusterAddress.read("local:2").server is None
    with pytest.raises(ClusterUnavailable, match="ne répond pas") as refused:
        session.connect(address)
    assert "Vérifiez l'adresse" in refused.value.remedy


def made(feed: Feed, opener: Callable[[IndexSettings], Any], is_local: bool = True) -> Worker:
    return Worker(InPlace(feed), IndexSettings(), opener, "fake-64", is_local)


def asked(of: Worker, number: int, texts: list[str]) -> dict[str, Any]:
    """Return the answer of a worker to a batch."""
    (row,) = of(pa.table({"number": [number], "texts": [texts]}, schema=SCHEMA)).to_pylist()
    assert row["number"] == number
    return dict(row)


def test_a_worker_answers_with_the_vectors_of_its_texts(feed: Feed) -> None:
    texts = ["Qui sème ?", "Le gel"]
    row = asked(made(feed, lambda settings: FakeEmbedder()), 7, texts)
    np.testing.assert_array_equal(read_answer(row, 2), FakeEmbedder().embed_passages(texts))
    assert read_answer(asked(made(feed, lambda settings: FakeEmbedder()), 8, []), 0).size == 0


def test_another_model_or_none_is_refused(feed: Feed) -> None:
    with pytest.raises(ClusterUnavailable, match=r"n'est pas le même .autre-64, et non fake-64"):
        read_answer(asked(made(feed, lambda settings: FakeEmbedder("autre-64")), 0, []), 0)
    none = ModelUnavailable("Le modèle manque.", "Mettez-le.")
    with pytest.raises(ClusterUnavailable, match=r"Sur la machine «.*»\s: Le modèle manque\. Mettez-le\."):
        read_answer(asked(made(feed, lambda settings: FakeEmbedder(refusal=none)), 0, ["a"]), 1)


def test_an_error_of_the_model_becomes_one_line(feed: Feed) -> None:
    class Broken(FakeEmbedder):
        def embed_passages(self, texts: Any) -> Any:
            raise MemoryError("pas assez\nde place")

    with pytest.raises(ClusterUnavailable, match=r"Le modèle a échoué .MemoryError") as caught:
        read_answer(asked(made(feed, lambda settings: Broken()), 0, ["a"]), 1)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("error", [ModuleNotFoundError("No module named 'torch'"), PermissionError("weights")])
def test_a_machine_that_cannot_load_the_model_reports_it(feed: Feed, error: Exception) -> None:
    def lacking(settings: IndexSettings) -> Any:
        raise error

    message = rf"Sur la machine «.*»\s: Le modèle ne se charge pas .{type(error).__name__}"
    with pytest.raises(ClusterUnavailable, match=message) as caught:
        read_answer(asked(made(feed, lacking), 0, []), 0)
    assert len(str(caught.value).splitlines()) == 1


def test_a_machine_with_invalid_settings_reports_it(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CHROMA", "ici")
    with pytest.raises(ClusterUnavailable, match="Le réglage ASSISTANT_CHROMA ne convient pas"):
        read_answer(asked(made(feed, lambda settings: FakeEmbedder(), is_local=False), 0, []), 0)


def test_a_lost_feed_is_not_reported_as_a_model_error(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is raised and ends the dataset; the driver starts another."""
    running = made(feed, lambda settings: FakeEmbedder())

    def gone(found: Any) -> Any:
        raise ActorDiedError

    monkeypatch.setattr("index.cluster.worker.ray.get", gone)
    with pytest.raises(ActorDiedError):
        asked(running, 0, ["a"])
    with pytest.raises(ActorDiedError):
        made(feed, lambda settings: FakeEmbedder())


def test_a_wrong_number_of_vectors_is_refused() -> None:
    for texts, size in ((3, 64), (2, 0)):
        vectors = np.zeros(size, dtype=np.float32).tobytes()
        with pytest.raises(ClusterUnavailable, match="ne sont pas ceux"):
            read_answer({"number": 0, "vectors": vectors, "refused": []}, texts)


def test_a_worker_restarted_too_often_ends_the_run(feed: Feed) -> None:
    def dying(settings: IndexSettings) -> Any:
        raise KeyboardInterrupt  # as a kill would: nothing comes back

    for _ in range(4):
        with pytest.raises(KeyboardInterrupt):
            made(feed, dying)
    with pytest.raises(ClusterUnavailable, match=FOUR_TIMES):
        read_answer(asked(made(feed, dying), 0, ["a"]), 1)


def test_a_success_resets_the_count_of_restarts(feed: Feed) -> None:
    for number in range(10):
        read_answer(asked(made(feed, lambda settings: FakeEmbedder()), number, ["a"]), 1)


def test_a_remote_worker_uses_the_models_folder_of_its_machine(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", "/modeles")
    seen = []

    def opener(settings: IndexSettings) -> FakeEmbedder:
        seen.append(str(settings.models_dir))
        return FakeEmbedder()

    made(feed, opener, is_local=True), made(feed, opener, is_local=False)
    assert seen == [str(IndexSettings().models_dir), "/modeles"]


def test_the_feed_replays_each_batch_until_it_is_answered() -> None:
    async def go() -> None:
        feed = Feed()
        late = asyncio.create_task(feed.batch_at(0))
        await asyncio.sleep(0)
        assert not late.done()
        await feed.put(40, ["a"])
        await feed.put(41, ["b", "c"])
        assert await late == (40, ["a"]) == await feed.batch_at(0)
        await feed.forget(40)
        assert await feed.batch_at(0) == (-1, ()), "its place stays, without texts"
        assert await feed.batch_at(1) == (41, ["b", "c"])
        await feed.end()
        assert await feed.batch_at(2) is None

    asyncio.run(go())
