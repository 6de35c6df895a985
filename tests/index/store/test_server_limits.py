"""Limits of a server: one that drips its answer, or declines to return so many results, does not hold a question, and
the next question tries it again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import numpy as np
import pytest

from index.settings import ChromaServer
from index.store.catalog import Catalog
from index.store.chroma import CopyUnusable, TooManyResults, VectorCopy, open_server
from index.store.server_copies import ServerCopies
from index.types import Scope
from tests.chroma_server import ChromaProcess
from tests.index.builders import put, source
from tests.index.store.copies import QUESTION, phrases
from tests.index.store.test_server_copies import copied
from tests.index.store.test_vector_queue import is_exact


class Dripping(BaseHTTPRequestHandler):
    """Handler that sends a byte at a time, each within the timeout, for longer than the timeout altogether."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "60")
        self.end_headers()
        try:
            for _ in range(60):
                self.wfile.write(b" ")
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def dripping() -> Iterator[ChromaServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Dripping) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield ChromaServer(url=f"http://127.0.0.1:{server.server_port}", timeout=0.2)
        server.shutdown()
        thread.join()


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
