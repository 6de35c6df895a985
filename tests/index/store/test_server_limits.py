"""Limits of a server: one that drips its answer, or declines to return so many results, does not hold a question, and
the next question tries it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest

from index.settings import ChromaServer
from index.store.catalog import Catalog
from index.store.chroma import CopyUnusable, TooManyResults, VectorCopy, open_server
from index.store.server_copies import ServerCopies
from index.types import Scope
from tests.chroma_server import ChromaProcess, fake_chroma
from tests.index.builders import put, source
from tests.index.store.copies import QUESTION, phrases
from tests.index.store.test_server_copies import copied
from tests.index.store.test_vector_queue import is_exact

pytestmark = pytest.mark.process


@pytest.fixture
def dripping() -> Iterator[ChromaServer]:
    """Yield a server that sends a byte at a time, each within the timeout, for longer than the timeout altogether."""
    with fake_chroma(b" " * 60, seconds_per_byte=0.05) as server:
        yield ChromaServer(url=server.url, timeout=0.2)


def test_a_server_that_drips_its_answer_times_out(catalog: Catalog, dripping: ChromaServer) -> None:
    with pytest.raises(CopyUnusable) as raised:
        open_server(dripping, "a", dripping.timeout)
    assert "à temps" in ServerCopies(catalog, dripping).failure_reason(raised.value)[0]


def test_a_server_limited_to_300_results_is_asked_again_at_the_next_question(
    filled: Catalog, server: ChromaProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(filled, source("long"), phrases(9, 400))
    from chromadb.api.models.Collection import Collection

    query = Collection.query
    asked: list[int] = []

    def declining(collection: Collection, **more: Any) -> object:
        asked.append(more["n_results"])
        if more["n_results"] > 300:
            raise ValueError("Quota exceeded: 'Number of results'")
        return query(collection, **more)

    with copied(filled, server.settings) as vectors:
        monkeypatch.setattr(Collection, "query", declining)
        assert is_exact(filled, vectors) and max(asked) > 300
        before = len(asked)
        vectors.nearest(QUESTION, Scope.PUBLIC, 5)
        assert asked[before:] == [10], "it answers the next question"


@pytest.mark.parametrize("size", [10, 301])
def test_an_unreachable_server_is_not_taken_for_a_limited_one(size: int) -> None:
    class Away:
        def query(self, **_: object) -> None:
            raise httpx.ConnectError("away")

    copy = VectorCopy(None, {}, {}, 300)  # type: ignore[arg-type]
    copy._collections, copy._counts = {"public": Away()}, {"public": 1000}
    with pytest.raises(CopyUnusable) as raised:
        copy.nearest("public", np.zeros(4, np.float32), size)
    assert not isinstance(raised.value, TooManyResults)
