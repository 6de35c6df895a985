"""A bound of the whole of an answer: what the library's HTTP client bounds is each read, so that a server which sends a
byte now and then would hold a question for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx


class _DeadlineStream(httpx.SyncByteStream):
    """The body of an answer, up to a time of the monotonic clock."""

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
        """Let go of it."""
        self._body.close()


def limit_response_time(session: httpx.Client, timeout_s: float) -> None:
    """Have each read of `session` take no longer than that, nor all of the body of an answer."""

    def limit(response: httpx.Response) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _DeadlineStream(response.stream, time.monotonic() + timeout_s, response.request)

    session.timeout = httpx.Timeout(timeout_s)
    session.event_hooks = {"response": [limit]}


def is_server_answer(error: BaseException | None) -> bool:
    """Whether what was raised comes from what a server answered, not from its being out of reach or late."""
    return error is not None and not isinstance(error, httpx.TransportError)
