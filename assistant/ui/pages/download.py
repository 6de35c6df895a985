"""Files that a page builds in memory and sends at once; none is stored on the server."""

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
_LONGEST = 60  # characters of the words in a file name


def download(passages: Sequence[Passage], export_format: Format, title: str, name: str) -> Response:
    """Return passages as a file of a format. `title` describes the search inside the file; `name` is the file name
    without date and suffix."""
    today = datetime.date.today()
    content = export_format.export(passages, title=title, made_on=today)
    media_type = export_format.media_type
    if media_type.startswith("text/"):
        media_type = f"{media_type}; charset=utf-8"
    return attachment(content, f"{name}-{today.isoformat()}{export_format.suffix}", media_type)


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """Return a file to save under `name`, which no cache keeps."""
    headers = {"content-disposition": disposition(name), "cache-control": "no-store"}
    return Response(content, headers=headers, media_type=media_type)


def file_name(words: str) -> str:
    """Return the name of a file of passages found by a search for `words`, without date and suffix."""
    kept = _NOT_IN_NAMES.sub("-", words)[:_LONGEST].strip("-’'")
    return f"passages-{kept}" if kept else "passages"


def disposition(name: str) -> str:
    """Return the `content-disposition` header for a file name (RFC 6266), with an ASCII name for old browsers."""
    ascii_name = unicodedata.normalize("NFKD", name.replace("’", "'")).encode("ascii", "ignore").decode()
    ascii_name = re.sub(r"[^\w.'-]", "", ascii_name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
