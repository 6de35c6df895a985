"""Folding of names and cells: the form that two spellings share, whatever their accents and case.

Running text is folded by `index.language.french.fold`, whose result full text stores: it also opens ligatures, removes
the dots of acronyms and replaces « ça ». Labels of speakers keep their dots, which may be those of initials, and get
plain apostrophes and single spaces; cells of a table are trimmed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_OTHER_MARKS = re.compile(r"[^\x00-\u02ff\u2000-\u206f]")
_COMMON_MARKS = re.compile("[\u0300-\u036f]+")


def without_accents(text: str, *, every_script: bool = True) -> str:
    """Return the compatibility decomposition of a text (NFKD) without its combining marks: those of every script, or
    those of the block U+0300 to U+036F alone, which Latin, Greek and Cyrillic letters take."""
    decomposed = unicodedata.normalize("NFKD", text)
    if not every_script:
        return _COMMON_MARKS.sub("", decomposed)
    bare = _ACCENTS.sub("", decomposed)
    return _OTHER_MARKS.sub(lambda match: "" if unicodedata.combining(match[0]) else match[0], bare)


@lru_cache(maxsize=4096)
def fold_label(text: str) -> str:
    """Return a label or a name without accents, case, character variants and double spaces: two spellings of one label
    fold to the same text. Marks of scripts other than Latin, Greek and Cyrillic stay."""
    plain = without_accents(text, every_script=False).casefold()
    return " ".join(plain.replace("œ", "oe").replace("’", "'").split())


def fold_cell(text: str) -> str:
    """Return a cell of a table in lower case, without accents and outer spaces: a spreadsheet writes « Visibilité »,
    « FICHIER » or « café.docx » in two ways."""
    return without_accents(text.strip().lower())
