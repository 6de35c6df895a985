"""Fuzz tests of the server: for any request, it answers without an internal error, reveals nothing of the machine, and
keeps running. A moment per kind among the other tests, a minute per kind in `make fuzz`. The corpus is invented."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from assistant.ui.identity import COOKIE
from tests.conftest import ROOT
from tests.malformed_requests import PLACES, Probe, Reply, probes, send
from tests.server_probe import Running, ask, assert_nothing_hidden, filled, routes, running_in

pytestmark = pytest.mark.process

SECONDS = float(os.environ.get("FUZZ_SECONDS", "5"))
_GRACE_S = 120.0  # to index and to start
_A_MOMENT = 60  # probes of a kind
KINDS = tuple(probes(["/"]))
every_kind = pytest.mark.parametrize("kind", KINDS)
# Details of the machine and of its software that no answer may hold.
OF_THE_MACHINE = ("Traceback", 'File "', "site-packages", sys.prefix, str(ROOT), "root:x:0")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, jardins_data: Path, models_dir: Path) -> Iterator[Running]:
    with running_in(tmp_path_factory.mktemp("fuzzed"), jardins_data, models_dir) as server:
        yield server


@pytest.fixture(scope="module")
def addresses() -> list[str]:
    return [address for path in routes() for address in filled(path)] + list(PLACES)


@every_kind
def test_a_moment_of_random_requests(kind: str, running: Running, addresses: list[str]) -> None:
    fuzz(kind, running, addresses, _A_MOMENT, derandomize=True)
    assert_well(running)


@pytest.mark.fuzz
@pytest.mark.timeout(SECONDS + 2 * _GRACE_S)
@every_kind
def test_a_minute_of_random_requests(kind: str, running: Running, addresses: list[str]) -> None:
    """The requests differ at each run; Hypothesis reports the failing one."""
    until, met = time.monotonic() + SECONDS, Counter[int]()
    while time.monotonic() < until:
        met += fuzz(kind, running, addresses, _A_MOMENT, derandomize=False)
        assert_well(running)
    print(kind, dict(met))


def fuzz(kind: str, running: Running, addresses: list[str], count: int, *, derandomize: bool) -> Counter[int]:
    """Send `count` probes of a kind, and return the count of each status."""
    met: Counter[int] = Counter()

    @settings(
        max_examples=count, deadline=None, derandomize=derandomize, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(probe=probes(addresses)[kind])
    def probe_once(probe: Probe) -> None:
        reply = send(running.address, probe)
        met[reply.status] += 1
        judge(probe, reply, running)

    probe_once()
    assert met[404] + met[400] + met[401] + met[422] > 0
    return met


def judge(probe: Probe, reply: Reply, running: Running) -> None:
    """Assert that a reply is allowed."""
    assert reply.status < 500, reply
    assert reply.status or probe.is_unfinished, "closed without an answer"
    head = "\n".join(f"{name}: {value}" for name, value in reply.headers)
    assert_nothing_hidden(reply.body + head, probe)
    assert not [word for word in (*OF_THE_MACHINE, str(running.folder)) if word in reply.body + head]
    for name, value in reply.headers:
        assert name.lower() != "set-cookie" or value.startswith((f'{COOKIE}=""', f"{COOKIE}=;")), value


def assert_well(running: Running) -> None:
    """Assert that the server still answers a question."""
    with httpx.Client(base_url=running.address, timeout=60) as client:
        assert client.get("/healthz").json() == {"well": True}
        response = ask(client, "Combien d’adhérents à Brumeval ?")
    assert "process_completed" in response and "48 adhérents" in response
