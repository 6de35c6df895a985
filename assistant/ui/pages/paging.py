"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TypeVar

A_PAGE = 20  # of a list
_T = TypeVar("_T")


def number(text: str) -> int:
    """The number of a page as an address says it; the first where it says it badly."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def grouped(value: int) -> str:
    """A whole number as it is written in French: « 5 000 »."""
    return f"{value:,}".replace(",", "\u202f")


def cut(items: Sequence[_T], page: int) -> tuple[Sequence[_T], int, int]:
    """A page of a list, its number, which is never beyond the last one's, and how many there are."""
    pages = max(1, -(-len(items) // A_PAGE))
    page = min(page, pages)
    return items[(page - 1) * A_PAGE : page * A_PAGE], page, pages


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
