"""Who asks: the cookie that a browser of the team keeps, and the header by which the gate tells what lies behind it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

COOKIE = "assistant_session"
HEADER = "x-assistant-name"
"""The gate writes it; no browser's is let through."""


def identity_header(name: str) -> tuple[bytes, bytes]:
    """The header that says a name, as an ASGI scope holds it."""
    return HEADER.encode(), quote(name).encode()


def name_of(headers: Mapping[str, str]) -> str:
    """The name of who asks; empty for anyone."""
    return unquote(headers.get(HEADER, ""))
