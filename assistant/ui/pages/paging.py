"""Cut long lists into pages; `macros/paging.html` renders the links between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

PAGE_SIZE = 20
"""Items on a page of a list, unless the page sets another number."""
MOST = 999_999_999
"""Largest number that is read in an address."""
_DIGITS = 9  # digits read of a number, which may be longer than Python converts
_T = TypeVar("_T")


def number(text: str, least: int = 1, most: int = MOST, *, otherwise: int | None = None) -> int:
    """Return the whole number that a parameter of an address holds, clamped between `least` and `most`. Return
    `otherwise`, by default `least`, when the text is not a number."""
    if not (text.isascii() and text.isdigit()):
        return least if otherwise is None else otherwise
    return max(least, min(int(text[:_DIGITS]), most))


def cut(items: Sequence[_T], page: int, size: int = PAGE_SIZE) -> tuple[Sequence[_T], int, int]:
    """Return the items of a page of a list, the number of that page, at most the last one, and the number of pages."""
    pages = max(1, -(-len(items) // size))
    page = min(page, pages)
    return items[(page - 1) * size : page * size], page, pages
