"""Fields of forms (see `macros/fields.html`, which templates import), and forms as they are posted."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Request
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from assistant.ui.pages.templates import macros

_MACROS = macros("macros/fields.html")
Option = tuple[str, str]
"""A value, and what is shown for it."""


async def posted(request: Request, most: int) -> FormData:
    """The fields that a form posts, without files; none of them where there are more than `most`, or where it is no
    form."""
    try:
        return await request.form(max_files=0, max_fields=most)
    except HTTPException:
        return FormData()


def hidden(**values: object) -> str:
    """Return hidden fields, by name."""
    return str(_MACROS.hidden(values))


def options(values: Iterable[Option], chosen: str) -> str:
    """Return the choices of a list, one of them chosen."""
    return str(_MACROS.options(values, chosen))


def select(name: str, label: str, inner: str, *, style: str = "") -> str:
    """Return a list to choose from under its label; `inner` is the HTML of its choices."""
    return str(_MACROS.select(name, label, Markup(inner), style))


def text(name: str, label: str, value: str, *, kind: str = "text", more: str = "", style: str = "") -> str:
    """Return a field to type in under its label: `kind` is that of the input, `more` the HTML of other attributes."""
    return str(_MACROS.text(name, label, value, kind, Markup(more), style))
