"""The identity of a visitor: the session cookie of the team, and the header by which the gate passes the name on to the
pages."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

COOKIE = "assistant_session"
HEADER = "x-assistant-name"
"""The header that names the visitor. The gate writes it, and drops the one that a browser sends."""


def identity_header(name: str) -> tuple[bytes, bytes]:
    """Return the header that names a visitor, as an ASGI scope holds it."""
    return HEADER.encode(), quote(name).encode()


def name_of(headers: Mapping[str, str]) -> str:
    """Return the name of the visitor; empty for the public."""
    return unquote(headers.get(HEADER, ""))
