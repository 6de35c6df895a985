"""Deadline on a whole HTTP response. The client of the library only limits each read, so a server that sends a byte now
and then would block a question for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx


class _DeadlineStream(httpx.SyncByteStream):
    """Body of a response, readable until a time of the monotonic clock."""

    def __init__(self, body: httpx.SyncByteStream, until: float, request: httpx.Request) -> None:
        self._body = body
        self._until = until
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._body:
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout("the whole of the answer takes too long", request=self._request)
            yield chunk

    def close(self) -> None:
        """Close the body."""
        self._body.close()


def limit_response_time(session: httpx.Client, timeout_s: float) -> None:
    """Limit each read of `session` to `timeout_s` seconds, and the whole body of each response too."""

    def limit(response: httpx.Response) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _DeadlineStream(response.stream, time.monotonic() + timeout_s, response.request)

    session.timeout = httpx.Timeout(timeout_s)
    session.event_hooks = {"response": [limit]}


def is_server_answer(error: BaseException | None) -> bool:
    """Return whether an error comes from the answer of a server, not from an unreachable or slow one."""
    return error is not None and not isinstance(error, httpx.TransportError)
