"""Tests of the bodies of requests that the gate reads before Gradio does."""

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


def receiving(*messages: Message) -> Receive:
    left = list(messages)

    async def receive() -> Message:
        return left.pop(0)

    return receive


def part(body: bytes, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_is_read_whole_and_put_back_before_the_later_messages() -> None:
    async def reading() -> list[Any]:
        receive = receiving(part(b"a", True), part(b"b"), {"type": "http.disconnect"})
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
def test_a_long_or_unfinished_body_is_not_read(messages: tuple[Message, ...]) -> None:
    assert asyncio.run(request_body.read(receiving(*messages))) is None


def test_events_of_the_page_are_accepted() -> None:
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
def test_malformed_events_are_refused(body: str) -> None:
    assert not request_body.is_event(body.encode(), {0, 1})


@given(st.binary())
def test_any_bytes_are_checked_without_an_error(body: bytes) -> None:
    assert request_body.is_event(body, {0}) in (True, False)
