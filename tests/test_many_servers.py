"""Test of several `assistant serve` over one data folder: they give the same answers from the same run, wherever the
vectors are stored. A fake embedder stands in for the model.

The corpus is the invented one of the other tests, « Les Jardins du Pont », with the allotments of « Valombre »."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.chroma_server import chroma_server
from tests.forked import run_fork, serving_fork
from tests.load.corpus import plots, write_corpus
from tests.processes import environment
from tests.server_probe import ask

pytestmark = pytest.mark.process

STUB = "tests.stub_cli"
KNOWN, NEW = plots(12)[:11], plots(12)[11]


@pytest.fixture(params=["folder", "chroma"])
def env(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Environment variables of a store whose vectors are in the data folder, or on a Chroma server."""
    with ExitStack() as stack:
        more = {}
        if request.param == "chroma":
            more["ASSISTANT_CHROMA"] = stack.enter_context(chroma_server(tmp_path / "chroma")).settings.url
        yield environment(tmp_path / "reached.log", ASSISTANT_FIND_NAMES="non", **more)


def shown(address: str, question: str) -> Any:
    """Return the output of the page at the end of an answer."""
    with httpx.Client(base_url=address.rstrip("/"), timeout=60) as client:
        response = ask(client, question)
    events = [json.loads(line[5:]) for line in response.splitlines() if line.startswith("data:")]
    (done,) = [event for event in events if event["msg"] == "process_completed"]
    assert done["success"], done
    return done["output"]["data"]


def test_two_servers_over_one_store_answer_alike_and_follow_the_same_run(env: dict[str, str], tmp_path: Path) -> None:
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    write_corpus(corpus, KNOWN)
    index = ("index", str(corpus), "--data-dir", str(data), "--json")
    run_fork(STUB, *index, env=env)
    serve = ("serve", "--port", "0", "--data-dir", data)
    with serving_fork(STUB, *serve, env=env) as first, serving_fork(STUB, *serve, env=env) as second:
        for plot in KNOWN[:4]:
            answers = [shown(address, plot.questions[0]) for address in (first, second)]
            assert answers[0] == answers[1] and plot.mark in json.dumps(answers[0])
        assert not any(NEW.mark in json.dumps(shown(address, NEW.questions[0])) for address in (first, second))
        NEW.write(corpus)
        (corpus / "documents" / f"parcelle-{KNOWN[0].number}.md").unlink()
        report = json.loads(run_fork(STUB, *index, env=env))
        assert len(report["added"]) == len(report["removed"]) == 1
        for plot, held in ((NEW, True), (KNOWN[0], False)):
            answers = [shown(address, plot.questions[0]) for address in (first, second)]
            assert answers[0] == answers[1]
            assert (plot.mark in json.dumps(answers[0])) is held
    assert not (tmp_path / "reached.log").exists()
