"""Verifies that a quotation is a copy of its passage. Pure functions, without tolerance: no fuzzy matching ever makes a
quotation verbatim."""

from __future__ import annotations

import re
import unicodedata

from assistant.types import Badge
from index.privacy.pseudonyms import FORM

CUT = "[…]"
"""Mark of the words left out of an abridged quotation."""
_REPLACED = re.compile(rf"\[{FORM}\]")
_FOLDED = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_AROUND_QUOTES = re.compile(r'\s*"\s*')


def badges(quote: str, text: str) -> tuple[Badge, ...]:
    """Return the badges that a quotation of `text` deserves; an empty tuple when it is not a quotation of `text`.

    A quotation is verbatim, or abridged: pieces around the mark `CUT`, each verbatim, in the order of the text and
    separate in it. In addition, names may have been replaced in the text itself, each by a kind and a number in square
    brackets, as in « [Personne 3] »."""
    if is_verbatim(quote, text):
        found = [Badge.VERBATIM]
    elif CUT in quote and _is_abridged(quote, text):
        found = [Badge.ABRIDGED]
    else:
        return ()
    if _REPLACED.search(quote):
        found.append(Badge.RENAMED)
    return tuple(found)


def is_verbatim(quote: str, text: str) -> bool:
    """Return True when `text` holds `quote` letter for letter, in whole words. Unicode form (NFC), white space and the
    shape of apostrophes and quotation marks are ignored. An empty quotation is not verbatim."""
    return _find(_same_form(quote), _same_form(text), 0) is not None


def _is_abridged(quote: str, text: str) -> bool:
    """Return True when the pieces of `quote` follow each other in `text`, and words were left out at each mark."""
    whole = _same_form(text)
    pieces = [_same_form(piece) for piece in quote.split(CUT)]
    inner = [piece for piece in pieces if piece]
    if not inner or not all(pieces[1:-1]):
        return False
    position = 0
    for number, piece in enumerate(inner):
        start = _find(piece, whole, position)
        if number and start is not None and not whole[position:start].strip():  # only a space was left out
            start = _find(piece, whole, start + 1)
        if start is None:
            return False
        position = start + len(piece)
    cut_before = bool(pieces[0]) or _find(inner[0], whole, 1) is not None
    return cut_before and (bool(pieces[-1]) or position < len(whole))


def _find(wanted: str, whole: str, start: int) -> int | None:
    """Return the position of `wanted` in `whole`, in whole words, from `start` on; `None` when it is missing."""
    start = whole.find(wanted, start) if wanted else -1
    while start >= 0:
        if not _cuts_a_word(whole, start) and not _cuts_a_word(whole, start + len(wanted)):
            return start
        start = whole.find(wanted, start + 1)
    return None


def _cuts_a_word(text: str, position: int) -> bool:
    return 0 < position < len(text) and text[position - 1].isalnum() and text[position].isalnum()


def _same_form(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_FOLDED)
    return " ".join(_AROUND_QUOTES.sub('"', text).split())
