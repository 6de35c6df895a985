"""Requests that no browser sends, made by hypothesis and sent as bytes: a client library would put them right."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from hypothesis import strategies as st

from assistant.addresses import HEALTH, LOGIN, LOGOUT, TEAM
from assistant.ui.identity import COOKIE

PATIENCE_S = 5.0
"""After which a server that says nothing hangs."""
_A_MEGABYTE = 1_000_000
_MOST = 3_000_000  # characters read of an answer
_JOIN, _DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"
# The addresses behind which something answers, but for the page's own.
_ANSWERING = (
    *("/assets", "/static", "/theme.css", "/favicon.ico", "/robots.txt", "/", LOGIN, LOGOUT, HEALTH, f"{TEAM}/assets"),
    *(f"/gradio_api/{name}" for name in ("queue/data", "queue/status", "heartbeat", "heartbeat/x", "app_id", "cancel")),
)

# What stands in an address, and what it is joined with.
_PIECES = (
    *("..", "%2e%2e", "..%2f..%2f..%2fetc%2fpasswd", "....//", "%00", "%0d%0aset-cookie:%20a=b", "%ff%fe", "%", "%zz"),
    *("\\..\\", "%5c..%5c", "catalog.db", "/etc/passwd", "é", "🌱", "\u202e", "a" * 3000, "*", ";a=b", "?", "#", "//"),
    *("~root", "index.js", "file=/etc/passwd", "equipe", "EQUIPE", "%65quipe", ".", "{path}", "<b>", "'", '"', "|"),
)
_METHODS = (
    *("GET", "GET", "GET", "GET", "POST", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE"),
    *("CONNECT", "PROPFIND", "get", "X" * 100, "G-E_T"),
)
_VALUES = {
    "cookie": (
        *("", COOKIE, f"{COOKIE}=", f"{COOKIE}=ada.x.y", f"{COOKIE}=\x01; {COOKIE}=b", '"', "é", "a=b; " * 1000),
        *(f"{COOKIE}={'x' * 9000}", f"{COOKIE}=WyJhZGEiLCJ4Il0.aaaa.bbbb"),
    ),
    "origin": ("null", "http://ailleurs.invalid", "http://[::1", "http://", "é", "\x00", "//["),
    "host": ("ailleurs.invalid", "", "[", "a b", "127.0.0.1:99999", "é", "a/../b", "x" * 5000, "user@x", "x:y"),
    "content-type": (
        *("", "text/plain", "application/json; charset=utf-16", "application/xml", "é", "a/b/c", "application/"),
        *("multipart/form-data", "multipart/form-data; boundary=", "application/x-www-form-urlencoded"),
    ),
    "range": ("bytes=0-", "bytes=-1", "bytes=5-2", "bytes=99999999999999999999-", "bytes=0-0,1-1", "x", "bytes=²-"),
    "x-forwarded-host": ("ailleurs.invalid", "[", "é"),
    "x-forwarded-proto": ("javascript", "https, http", ""),
    "x-forwarded-for": ("é, , 1.2.3.4",),
    "accept-encoding": ("gzip, br;q=x", "*;q=0"),
    "accept-language": ("x" * 5000, "fr-é"),
    "if-none-match": ("*", '"'),
    "if-modified-since": ("hier", "Thu, 99 Foo 0000 00:00:00 GMT"),
    "if-range": ("x",),
    "authorization": ("Bearer x", "Basic é"),
    "upgrade": ("websocket",),
    "transfer-encoding": ("gzip", "chunked"),
    "expect": ("100-continue",),
    "x-gradio-user": ("app",),
}
_HEADERS = tuple((name, value) for name, values in _VALUES.items() for value in values)
_LENGTHS = ("0", "1", "-1", "99999999999999999999", "x", "1, 2", "5000000000")
_NUMBERS = (0, 1, -1, 3, 99, 2**31, 2**63, 2**64, 10**30, -(10**30), 0.5, 1e308, float("inf"), float("nan"))
_TEXTS = ("", "ada", "Qui ?", "\x00", "\ud800", "\udfff a", "é" * 5000, "../..", "<script>", "{}", "\u2028", "🌱" * 100)


@dataclass(frozen=True, slots=True)
class Probe:
    """A request, as its bytes are made. `length` is what it says of its body; `None`: the truth."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    length: str | None = None

    @property
    def is_unfinished(self) -> bool:
        """Whether a server may wait for more of it: it lies about its length, or announces chunks that do not come."""
        return self.length is not None or ("transfer-encoding", "chunked") in self.headers

    def raw(self, host: str) -> bytes:
        """What is sent."""
        told = [("connection", "close"), *self.headers]
        if "host" not in dict(self.headers):
            told.insert(0, ("host", host))
        if self.body or self.length is not None:
            told.append(("content-length", str(len(self.body)) if self.length is None else self.length))
        head = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in told)]
        return "\r\n".join([*head, "", ""]).encode("utf-8", "surrogatepass") + self.body


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `status` 0: the connection was closed without a word."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


def send(address: str, probe: Probe) -> Reply:
    """Send a probe, and read what comes back; of a stream its beginning. Raises `TimeoutError` when nothing comes."""
    place = urlsplit(address)
    assert place.hostname and place.port
    with socket.create_connection((place.hostname, place.port), timeout=PATIENCE_S) as link:
        try:
            link.sendall(probe.raw(place.netloc))
            if probe.is_unfinished:
                link.shutdown(socket.SHUT_WR)  # whoever lied about a length, or began chunks, has no more to say
        except TimeoutError:
            raise
        except OSError:
            pass  # answered, and closed, before all was read
        answer = HTTPResponse(link, method=probe.method)
        try:
            answer.begin()
            streams = "event-stream" in (answer.getheader("content-type") or "")
            body = _beginning(answer) if streams else answer.read(_MOST)
        except (HTTPException, ConnectionResetError, ValueError):
            return Reply(answer.status if isinstance(answer.status, int) else 0)
        return Reply(answer.status, tuple(answer.getheaders()), body.decode("utf-8", "replace"))


def _beginning(stream: HTTPResponse) -> bytes:
    """The first that a stream says; it may have nothing to say to who asked nothing."""
    try:
        return stream.read1(_MOST)
    except TimeoutError:
        return b""


def probes(addresses: Sequence[str]) -> dict[str, st.SearchStrategy[Probe]]:
    """Every kind of probe, by name."""
    return {"addresses": _anywhere(addresses), "questions": _questions(), "forms": _forms()}


def _headers() -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    return st.just(()) | st.lists(st.sampled_from(_HEADERS), max_size=3).map(tuple)


def _told_lengths() -> st.SearchStrategy[str | None]:
    """The truth most often."""
    return st.sampled_from([None] * 20 + list(_LENGTHS))


def _anywhere(addresses: Sequence[str]) -> st.SearchStrategy[Probe]:
    """Any method at a known address, or at one that is like it."""
    known = st.sampled_from(_ANSWERING) | st.sampled_from(sorted(addresses))
    odd = st.lists(st.sampled_from(_PIECES) | st.text(max_size=5).map(quote), min_size=1, max_size=4).map("/".join)
    path = st.one_of(
        known,
        st.builds(lambda base, more: f"{base}/{more}", known, odd),
        st.builds(lambda base, more: f"{base}?{more}", known, odd),
        odd.map(lambda more: f"/{more}"),
    )
    placed = st.builds(
        lambda place, rest: (place + rest).replace(" ", "%20"), st.sampled_from(["", "", TEAM, "/", "//"]), path
    )
    return st.builds(
        Probe,
        st.sampled_from(_METHODS),
        placed,
        _headers(),
        st.just(b"") | st.binary(max_size=50),
        _told_lengths(),
    )


def _values() -> st.SearchStrategy[Any]:
    plain = st.none() | st.booleans() | st.sampled_from(_NUMBERS) | st.sampled_from(_TEXTS) | st.text(max_size=10)
    return st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_TEXTS), inner, max_size=4),
        max_leaves=8,
    )


def _questions() -> st.SearchStrategy[Probe]:
    """Bodies of what the page sends, where some of it is not what the page sends."""
    page = {
        "data": st.just(["Qui ?", None]),
        "fn_index": st.sampled_from([0, 0, 0, 1, 4, 5, 6, 7, 99, -1, 10**18]),
        "session_hash": st.sampled_from(["garbage1", "garbage2"]),
        "event_id": st.just("garbage"),
        "trigger_id": st.none(),
        "event_data": st.none(),
    }
    whole = st.fixed_dictionaries(page)
    but_for = st.builds(lambda body, name, value: {**body, name: value}, whole, st.sampled_from(list(page)), _values())
    shaped = but_for | st.fixed_dictionaries(
        {}, optional={name: st.one_of(value, value, _values()) for name, value in page.items()}
    )
    body = st.one_of(
        st.one_of(shaped, shaped, _values()).map(lambda value: json.dumps(value).encode()),
        st.binary(max_size=50),
        st.sampled_from([b"[" * 100_000, b'{"data":' * 5000, b'{"data":[' + b"9" * 10_000 + b"]}", b"\xef\xbb\xbf{}"]),
        st.just(b'{"data":["' + b"a" * _A_MEGABYTE + b'",null],"fn_index":0,"session_hash":"big"}'),
        shaped.map(lambda value: json.dumps(value).encode("utf-16")),
    )
    posted = st.builds(
        Probe,
        st.just("POST"),
        st.sampled_from([_JOIN, _JOIN, "/gradio_api/cancel", "/gradio_api/reset", f"{_JOIN}/", f"{TEAM}{_JOIN}"]),
        st.builds(lambda more: (("content-type", "application/json"), *more), _headers()),
        body,
        _told_lengths(),
    )
    session = (st.sampled_from(["garbage1", "garbage2"]) | st.sampled_from(_TEXTS)).map(
        lambda one: urlencode({"session_hash": one}, errors="surrogatepass")
    )
    heard = st.builds(lambda one, more: Probe("GET", f"{_DATA}?{one}", more), session, _headers())
    return st.one_of(posted, posted, posted, heard)


def _forms() -> st.SearchStrategy[Probe]:
    """What is no form, or one that no person filled in."""
    words = st.sampled_from((*_TEXTS, "a" * _A_MEGABYTE)) | st.text(max_size=20)
    fields = st.lists(st.tuples(st.sampled_from(["name", "password", "name[]", "", "x"]), words), max_size=5)
    coded = fields.map(lambda pairs: urlencode(pairs, errors="surrogatepass").encode())
    url_encoded = st.builds(
        _form, st.just("application/x-www-form-urlencoded"), coded | st.binary(max_size=50) | st.just(b"&" * 50_000)
    )
    latin = st.just(_form("application/x-www-form-urlencoded; charset=x", b"name=\xe9%e9%&password=%zz"))
    return st.one_of(
        url_encoded, latin, st.builds(_multipart, fields, st.booleans(), st.sampled_from(["b", "é", "", "b" * 300]))
    )


def _form(kind: str, body: bytes, path: str = LOGIN) -> Probe:
    return Probe("POST", path, (("content-type", kind),), body)


def _multipart(fields: list[tuple[str, str]], as_files: bool, boundary: str) -> Probe:
    body = b""
    for name, value in fields:
        file = '; filename="../../a\x00.py"' if as_files else ""
        body += f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"{file}\r\n\r\n{value}\r\n'.encode(
            "utf-8", "surrogatepass"
        )
    return _form(f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--".encode())


PLACES = ("/", f"{TEAM}/", LOGIN, LOGOUT, HEALTH, _JOIN, _DATA)
"""Addresses that are probed beside those that the server lists."""
