"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TypeVar

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
    """The way to the pages before and after."""
    if pages == 1:
        return ""
    before = f'<a rel="prev" class="button second" href="{escape(address(page - 1))}">Page précédente</a>'
    after = f'<a rel="next" class="button second" href="{escape(address(page + 1))}">Page suivante</a>'
    return (
        f'<nav class="actions pages" aria-label="Pages de la liste">{before if page > 1 else ""}'
        f"<span>Page {page} sur {pages}</span>{after if page < pages else ''}</nav>"
    )
