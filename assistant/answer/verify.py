"""Is a quotation a copy? Pure functions, without tolerance: no fuzzy matching ever calls a quotation verbatim."""

from __future__ import annotations

import re
import unicodedata

_FOLDED = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_AROUND_QUOTES = re.compile(r'\s*"\s*')


def is_verbatim(quote: str, text: str) -> bool:
    """Whether `quote` stands letter for letter in `text`, in whole words, Unicode form (NFC), white space and the shape
    of apostrophes and quotation marks aside. An empty quotation is none."""
    wanted, whole = _same_form(quote), _same_form(text)
    start = whole.find(wanted) if wanted else -1
    while start >= 0:
        if not _cuts_a_word(whole, start) and not _cuts_a_word(whole, start + len(wanted)):
            return True
        start = whole.find(wanted, start + 1)
    return False


def _cuts_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _same_form(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_FOLDED)
    return " ".join(_AROUND_QUOTES.sub('"', text).split())
