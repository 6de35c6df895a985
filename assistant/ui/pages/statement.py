"""The accessibility statement, in the order that the RGAA asks for, for what the program can say of itself; who answers
for the service, and how to write to them, is in the legal notice."""

from __future__ import annotations

from html import escape
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.ui.addresses import LEGAL, STATEMENT, root_of
from assistant.ui.pages import legal, plain

NAME = "Accessibilité\u00a0: non conforme"
"""The law asks for the state in the link. No audit was made, and without one it is this."""

_BODY = Path(__file__).with_name("statement.html").read_text(encoding="utf-8")


def link(root_path: str, more: str = "") -> str:
    """A link to the statement, with more attributes."""
    return f'<a href="{escape(root_path)}{STATEMENT}"{more}>{NAME}</a>'


def routes(title: str) -> APIRouter:
    """One address."""
    router = APIRouter()

    @router.get(STATEMENT)
    def show(request: Request) -> Response:
        root = root_of(request)
        filled = {"title": escape(title), "root": escape(root), "legal": f"{escape(root)}{LEGAL}", "notice": legal.NAME}
        return plain.page(f"Déclaration d’accessibilité — {title}", _BODY.format(**filled), root, kind="text")

    return router
