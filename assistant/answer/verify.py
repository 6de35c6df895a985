"""Is a quotation a copy? Pure functions, without tolerance: no fuzzy matching ever calls a quotation verbatim."""

from __future__ import annotations

import re
import unicodedata

_FOLDED = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "“": '"', "”": '"', "„": '"'})
_GUILLEMETS = re.compile(r"\s*[«»]\s*")


def is_verbatim(quote: str, text: str) -> bool:
    """Whether `quote` stands letter for letter in `text`, Unicode form (NFC), white space and the shape of apostrophes
    and quotation marks aside. An empty quotation is none."""
    wanted = _same_form(quote)
    return bool(wanted) and wanted in _same_form(text)


def _same_form(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_FOLDED)
    return " ".join(_GUILLEMETS.sub(' " ', text).split())
