"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from assistant.ui.pages.templates import macros

_MACROS = macros("macros/paging.html")
A_PAGE = 20  # of a list
MOST = 999_999_999
"""What a number of an address is at most."""
_DIGITS = 9  # read of a number, which may be longer than Python would read
_T = TypeVar("_T")


def number(text: str, least: int = 1, most: int = MOST, *, otherwise: int | None = None) -> int:
    """A whole number as an address says it, brought between `least` and `most`; `otherwise`, or the least, where it is
    none."""
    if not (text.isascii() and text.isdigit()):
        return least if otherwise is None else otherwise
    return max(least, min(int(text[:_DIGITS]), most))


def cut(items: Sequence[_T], page: int, size: int = A_PAGE) -> tuple[Sequence[_T], int, int]:
    """A page of a list, its number, which is never beyond the last one's, and how many there are."""
    pages = max(1, -(-len(items) // size))
    page = min(page, pages)
    return items[(page - 1) * size : page * size], page, pages


def pager(page: int, pages: int, address: Callable[[int], str]) -> str:
    """Return links to the pages before and after (see `macros/paging.html`)."""
    return str(_MACROS.pager(page, pages, address(page - 1), address(page + 1)))
