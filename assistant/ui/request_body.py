"""What a browser sends with a request, read before Gradio reads it: a page's events are small and few, and Gradio fails
on half a letter, on a number that is none, and on an event that there is not."""

from __future__ import annotations

import json
from collections.abc import Collection

from starlette.types import Message, Receive

from assistant.addresses import FORM_BYTES

_LONGEST_NAME = 100  # characters of the name of a visit, which Gradio keeps


async def read(receive: Receive, longest: int = FORM_BYTES) -> bytes | None:
    """The whole body of a request; `None` when it is longer than `longest`, or its sender went away before its end."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > longest:
            return None
    return body


def bounded(receive: Receive, longest: int) -> Receive:
    """`receive` for a body too long to be read at once: it ends as one whose sender went away after `longest` bytes."""
    seen = 0

    async def receive_bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return message if seen <= longest else {"type": "http.disconnect"}

    return receive_bounded


def again(body: bytes, receive: Receive) -> Receive:
    """`receive`, where the body is still to be read."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


def is_event(body: bytes, events: Collection[int]) -> bool:
    """Whether a body may be handed on: a JSON object that can be written again as it was read, and that names one of
    these events, or none."""
    try:
        event = json.loads(body.decode())
        json.dumps(event, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    if not isinstance(event, dict):
        return False
    number, visit = event.get("fn_index"), event.get("session_hash")
    return (number is None or (type(number) is int and number in events)) and (
        visit is None or (isinstance(visit, str) and 0 < len(visit) <= _LONGEST_NAME)
    )
