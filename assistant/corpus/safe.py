"""Names that a visitor's browser gives to files, made safe to be names in the corpus folder."""

from __future__ import annotations

import re
import unicodedata

from index.reading.text import tidy

_LONGEST = 120  # bytes of a name: its sidecar's must fit a file system too
_UNSAFE = re.compile(r'[<>:"|?*\\/\x00-\x1f]+')


def safe_name(given: str) -> str:
    """A file's name without folders, control characters, or what a page, a shell or another system would take for
    something else. The suffix stays; a name of which nothing is left is « fichier »."""
    last = re.split(r"[\\/]", given)[-1]
    name = " ".join(tidy(unicodedata.normalize("NFC", _UNSAFE.sub("_", last))).split()).lstrip(".~$ ")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    suffix = _cut(suffix, 20)
    stem = _cut(stem.strip(" ."), _LONGEST - len(suffix.encode()) - 1).strip(" .")
    return f"{stem or 'fichier'}{dot}{suffix}"


def _cut(text: str, most: int) -> str:
    """At most so many bytes of a text, whole characters only."""
    return text.encode("utf-8", "ignore")[: max(0, most)].decode("utf-8", "ignore")
