"""Pieces of forms, and forms read without trouble. Every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

Option = tuple[str, str]
"""A value, and what is shown for it."""


async def posted(request: Request, most: int) -> FormData:
    """The fields that a form posts, without files; none of them where there are more than `most`, or where it is no
    form."""
    try:
        return await request.form(max_files=0, max_fields=most)
    except HTTPException:
        return FormData()


def hidden(**said: object) -> str:
    """Fields that a form carries unseen."""
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(str(value))}">' for name, value in said.items()
    )


def options(values: Iterable[Option], chosen: str) -> str:
    """The choices of a list."""
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(shown)}</option>'
        for value, shown in values
    )


def select(name: str, label: str, inner: str, *, style: str = "") -> str:
    """A list to choose from under its label; `inner` is the HTML of its choices."""
    return _field(name, label, f'<select id="{name}" name="{name}">{inner}</select>', style)


def text(name: str, label: str, value: str, *, kind: str = "text", more: str = "", style: str = "") -> str:
    """A field to type in under its label: `kind` is that of the input, `more` are other attributes of it."""
    typed = f'<input id="{name}" name="{name}" type="{kind}" value="{escape(value)}"{more and f" {more}"}>'
    return _field(name, label, typed, style)


def _field(name: str, label: str, inner: str, style: str) -> str:
    return f'<div{_class(style)}><label for="{name}">{label}</label>{inner}</div>'


def _class(style: str) -> str:
    return f' class="{style}"' if style else ""
