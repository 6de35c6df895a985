"""The accessibility statement, in the order that the RGAA asks for, on what the program can say of itself; the legal
notice says who answers for the service and how to write to them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.addresses import LEGAL, STATEMENT
from assistant.ui.links import root_of
from assistant.ui.pages import legal, plain
from assistant.ui.pages.templates import render

NAME = "Accessibilité : non conforme"
"""The law asks for the state of conformity in the link. Without an audit, it is this state."""


def routes(title: str) -> APIRouter:
    """Return the route of the statement."""
    router = APIRouter()

    @router.get(STATEMENT)
    def show(request: Request) -> Response:
        root = root_of(request)
        body = render("statement.html", title=title, root=root, legal=f"{root}{LEGAL}", notice=legal.NAME)
        return plain.page(f"Déclaration d’accessibilité — {title}", body, root, kind="text")

    return router
