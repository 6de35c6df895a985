"""Read the forms that a browser posts; `macros/fields.html` renders their fields."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

Option = tuple[str, str]
"""The value of an option, and its text in French."""


async def posted(request: Request, most: int) -> FormData:
    """Return the fields of a posted form, files excluded. The form is empty when it has more than `most` fields or when
    the body is not a form."""
    try:
        return await request.form(max_files=0, max_fields=most)
    except HTTPException:
        return FormData()
