"""What the gate reads of a request before Gradio does."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive

from assistant import addresses
from assistant.ui import request_body

EVENT = {"data": ["Qui ?", None, True], "fn_index": 0, "session_hash": "abc", "trigger_id": None, "event_data": None}


def coming(*messages: Message) -> Receive:
    left = list(messages)

    async def receive() -> Message:
        return left.pop(0)

    return receive


def part(body: bytes, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_is_read_whole_and_once_more_and_then_what_comes_after_it() -> None:
    async def reading() -> list[Any]:
        receive = coming(part(b"a", True), part(b"b"), {"type": "http.disconnect"})
        body = await request_body.read(receive)
        assert body is not None
        again = request_body.again(body, receive)
        return [body, await again(), await again()]

    assert asyncio.run(reading()) == [b"ab", part(b"ab"), {"type": "http.disconnect"}]


@pytest.mark.parametrize(
    "messages",
    [
        (part(b"a" * (addresses.FORM_BYTES + 1)),),
        (part(b"a" * addresses.FORM_BYTES, True), part(b"a")),
        ({"type": "http.disconnect"},),
    ],
)
def test_what_is_too_long_or_has_no_end_is_not_read(messages: tuple[Message, ...]) -> None:
    assert asyncio.run(request_body.read(coming(*messages))) is None


def test_what_the_page_sends_is_handed_on() -> None:
    for event in (EVENT, {"event_id": "x"}, {**EVENT, "data": ["🌱 « é »"]}):
        assert request_body.is_event(json.dumps(event).encode(), {0, 1})


@pytest.mark.parametrize(
    "body",
    [
        *(json.dumps({**EVENT, **more}) for more in ({"fn_index": 2}, {"fn_index": "0"}, {"fn_index": True})),
        *(
            json.dumps({**EVENT, **more})
            for more in ({"session_hash": 1}, {"session_hash": ""}, {"session_hash": "x" * 101})
        ),
        *(json.dumps({**EVENT, "data": [value]}) for value in (float("nan"), float("inf"), "\ud800", {"\udfff": 1})),
        *("", "null", "[]", "{", "[" * 60_000, '{"fn_index": ' + "9" * 10_000 + "}"),
    ],
)
def test_what_no_page_sends_is_not(body: str) -> None:
    assert not request_body.is_event(body.encode(), {0, 1})


@given(st.binary())
def test_any_bytes_are_judged(body: bytes) -> None:
    assert request_body.is_event(body, {0}) in (True, False)
