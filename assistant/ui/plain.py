"""The pages that are plain HTML, without Gradio and without any script: one shell and one sheet of style."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse

_SHELL = Path(__file__).with_name("plain.html").read_text(encoding="utf-8")
_STYLE = Path(__file__).with_name("plain.css").read_text(encoding="utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src 'self'; media-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""Our own style and icon, our own forms, and nothing else."""


def page(title: str, body: str, root_path: str, *, kind: str, status: int = 200) -> HTMLResponse:
    """`body` is HTML, `kind` what the sheet of style calls it: `form` or `text`."""
    text = _SHELL.format(title=escape(title), body=body, root=escape(root_path), style=_STYLE, kind=kind)
    return HTMLResponse(text, status, {"content-security-policy": POLICY})
