"""A file to keep, made and sent at once: nothing of it stays on the server."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

from starlette.responses import Response

from assistant.export.formats import Format
from index.types import Passage

_NOT_IN_NAMES = re.compile(r"[^\w’'-]+")
_LONGEST = 60  # characters of what a name says


def download(passages: Sequence[Passage], made_as: Format, title: str, name: str) -> Response:
    """The passages in a format, as a file to keep; `title` says in it what was looked for, `name` its name without the
    date."""
    today = datetime.date.today()
    content = made_as.export(passages, title=title, made_on=today)
    media = f"{made_as.media_type}; charset=utf-8" if made_as.media_type.startswith("text/") else made_as.media_type
    return attachment(content, f"{name}-{today.isoformat()}{made_as.suffix}", media)


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """A file, under its name."""
    headers = {"content-disposition": disposition(name), "cache-control": "no-store"}
    return Response(content, headers=headers, media_type=media_type)


def file_name(words: str) -> str:
    """What a file of passages on these words is called, less its date and suffix."""
    kept = _NOT_IN_NAMES.sub("-", words)[:_LONGEST].strip("-’'")
    return f"passages-{kept}" if kept else "passages"


def disposition(name: str) -> str:
    """The header that gives a file its name (RFC 6266), in plain letters for old browsers too."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "'")).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w.'-]", "", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
