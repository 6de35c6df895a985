"""Load generator of the benchmarks: it reads an echo completely, and detects incomplete answers."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.ui.conversation import FAILURE
from tests.benchmarks.asking import PageConnection, Task, answer_error, ask_in_subprocess, events
from tests.benchmarks.starting import ECHO
from tests.processes import environment, serving

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("echo") / "reached.log"
    with serving([sys.executable, *ECHO], environment(log)) as address:
        yield address
    assert not log.exists(), log.read_text()


def in_chunks(*events: dict[str, Any]) -> bytes:
    texts = [f"data: {json.dumps(event)}\n\n".encode() for event in events]
    return b"".join(b"%x\r\n%s\r\n" % (len(text), text) for text in texts) + b"0\r\n\r\n"


def ended(**output: object) -> dict[str, Any]:
    return {"msg": "process_completed", "success": True, "output": {"data": ["Qui ?"], **output}}


def test_an_echo_answers_several_questions_over_one_connection(echo: str) -> None:
    async def twice() -> list[bytes]:
        line = await PageConnection.open(echo)
        answers = [await line.ask(text, (), "visit") for text in ("Qui sème ?", "Où\r\n\r\n0\r\n\r\nça ?")]
        await line.close()
        return answers

    first, second = asyncio.run(twice())
    assert answer_error(first) == answer_error(second) == ""
    (end,) = (event for event in events(second) if event["msg"] == "process_completed")
    assert end["output"]["data"] == ["Où\r\n\r\n0\r\n\r\nça ?"]


def test_concurrent_visitors_run_in_their_own_process(echo: str) -> None:
    heard = ask_in_subprocess(Task(echo, ["Qui ?", "Où ?"], users=4, seconds=1.0, warm=0.0))
    assert heard.failed == [] and len(heard.seconds) >= heard.came >= 4 and min(heard.seconds) > 0
    assert heard.figures(Task(echo, [], users=4, seconds=1.0))["answers_per_s"] == heard.came


def test_unanswered_questions_are_counted(echo: str) -> None:
    elsewhere = ask_in_subprocess(Task("http://127.0.0.1:9/", ["Qui ?"], users=3, seconds=0.5, warm=0.0))
    assert elsewhere.seconds == [] and len(elsewhere.failed) == 3
    with pytest.raises(ValueError, match="no answer"):
        elsewhere.figures(Task("", [], 3, 0.5))
    with pytest.raises(ValueError, match="refused"):
        asyncio.run(_ask_for_nothing(echo))


async def _ask_for_nothing(echo: str) -> None:
    line = await PageConnection.open(echo)
    try:
        await line.ask("Qui ?", (), "a visit with spaces")  # not a valid HTTP request
    finally:
        await line.close()


@pytest.mark.parametrize(
    "answer",
    [
        in_chunks({"msg": "process_starts"}),
        in_chunks({**ended(), "success": False}),
        in_chunks(ended(data=[])),
        in_chunks(ended(), ended()),
        in_chunks(ended(data=[FAILURE])).replace(rb"\u00e9", "é".encode()),
    ],
)
def test_an_incomplete_answer_is_detected(answer: bytes) -> None:
    assert answer_error(in_chunks({"msg": "estimation"}, ended())) == ""
    assert answer_error(answer)
