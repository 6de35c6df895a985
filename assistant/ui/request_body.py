"""Read and check the bodies of requests before Gradio does: the events of a page are small and few, and Gradio fails on
lone surrogates, on numbers that JSON does not allow, and on events that do not exist."""

from __future__ import annotations

import json
from collections.abc import Collection

from starlette.types import Message, Receive

from assistant.addresses import FORM_BYTES

_LONGEST_SESSION = 100  # characters of a session id, which Gradio keeps in memory


async def read(receive: Receive, longest: int = FORM_BYTES) -> bytes | None:
    """Return the whole body of a request, or `None` when it exceeds `longest` bytes or the client disconnects before
    its end."""
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
    """Return `receive` for a body that is streamed: after `longest` bytes it reports that the client disconnected."""
    received = 0

    async def receive_bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        return message if received <= longest else {"type": "http.disconnect"}

    return receive_bounded


def again(body: bytes, receive: Receive) -> Receive:
    """Return `receive` with a body that was read already put back in front."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


def is_event(body: bytes, events: Collection[int]) -> bool:
    """Return whether a body may be passed to Gradio: a JSON object that can be encoded again, and that names one of
    these events or none."""
    try:
        event = json.loads(body.decode())
        json.dumps(event, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    if not isinstance(event, dict):
        return False
    number, session = event.get("fn_index"), event.get("session_hash")
    return (number is None or (type(number) is int and number in events)) and (
        session is None or (isinstance(session, str) and 0 < len(session) <= _LONGEST_SESSION)
    )
