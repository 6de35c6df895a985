"""French names of the months, in the order of the year."""

from __future__ import annotations

from index.language.folding import without_accents

MONTHS = tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split())
PLAIN_MONTHS = tuple(map(without_accents, MONTHS))
"""The same without accents, as folded text has them."""
