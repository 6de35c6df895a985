"""What BibTeX and RIS entries have in common: one a source, holding what is known of it and nothing else. Nobody is
made its author: an interview has none that may be named, and a document does not say."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from assistant.export.wording import one_line
from index.types import Source

_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")
_LONGEST = 40  # characters of a title in a key


def key(source: Source) -> str:
    """What a text cites a source by: its title, without accents, and a mark of its own, the same at each export."""
    letters = unicodedata.normalize("NFKD", one_line(source.title)).encode("ascii", "ignore").decode().lower()
    words = _NOT_IN_KEYS.sub("-", letters)[:_LONGEST].strip("-")
    mark = hashlib.sha256(source.id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{words or 'source'}-{mark}"
