"""Whether the server is well, for what watches it: no question, no figure, nothing of the corpus."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from assistant.ui.addresses import HEALTH


def routes(is_well: Callable[[], bool]) -> APIRouter:
    """One address: 200 when questions can be answered, 503 when they cannot."""
    router = APIRouter()

    @router.get(HEALTH)
    def look() -> Response:
        well = is_well()
        return JSONResponse({"well": well}, 200 if well else 503)

    return router
