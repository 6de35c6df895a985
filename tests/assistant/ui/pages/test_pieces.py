"""Shared pieces of the pages: numbers of an address, fields of forms, lists in pages, messages."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from markupsafe import Markup
from starlette.requests import Request

from assistant.ui import links
from assistant.ui.pages import fields, paging
from assistant.ui.pages.templates import macros
from index.errors import UnreadableFile
from tests.assistant.samples import SOURCE, passage


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 1), ("0", 1), ("2", 2), ("-2", 1), ("²", 1), ("٣", 1), ("1e3", 1), ("9" * 5_000, 12), ("13", 12), ("02", 2)],
)
def test_a_number_of_an_address_is_clamped(text: str, number: int) -> None:
    assert paging.number(text, 1, 12) == number


def test_the_address_of_a_passage_is_below_its_source() -> None:
    made = replace(passage("Un texte."), source=replace(SOURCE, id="a/b"), order=3)
    assert links.of_passage(made, "/equipe") == "/equipe/source/a%2Fb?p=3#p-3"


def test_a_text_that_is_no_number_gives_the_default() -> None:
    assert (paging.number("x", 0, otherwise=7), paging.number("0", 0, otherwise=7)) == (7, 0)


def test_a_page_beyond_the_last_is_the_last() -> None:
    assert paging.cut(range(7), 99, 3) == (range(6, 7), 3, 3)
    assert paging.cut([], 2, 3) == ([], 1, 1)
    pager = macros("macros/paging.html").pager
    assert pager(1, 1, "0", "2") == ""
    assert 'href="&lt;2' in pager(1, 2, "<0", "<2") and 'rel="prev"' not in pager(1, 2, "0", "2")


def test_field_values_are_escaped() -> None:
    trap = '"><script>'
    field = macros("macros/fields.html")
    made = field.hidden({"q": trap}) + field.options([(trap, trap)], trap) + field.text("q", "Mots", trap, "search")
    assert "<script>" not in made and " selected" in made and '<label for="q">Mots</label>' in made


def test_messages_are_typeset_and_escaped() -> None:
    error = UnreadableFile("Le fichier « <b> » n'est pas lu : il est vide.", "Remplacez-le.")
    messages = macros("macros/messages.html")
    assert messages.error_box(error) == (
        '<p class="wrong" role="alert">Le fichier «\u00a0&lt;b&gt;\u00a0» n’est pas lu\u00a0: il est vide. '
        "Remplacez-le.</p>"
    )
    notice = messages.notice_box("C'est fait", Markup("<a>Voir</a>"))
    assert notice == '<p class="notice" role="status">C’est fait <a>Voir</a></p>'


@pytest.mark.parametrize(
    ("kind", "body", "fields_read"),
    [
        ("application/x-www-form-urlencoded", b"p=1&p=2&q=%C3%A9", [("p", "1"), ("p", "2"), ("q", "é")]),
        ("application/x-www-form-urlencoded", b"p=1&p=2&p=3&p=4", []),
        ("application/x-www-form-urlencoded", b"\xff=%ff&&=", None),
        ("multipart/form-data; boundary=x", b"--nothing", []),
        ("multipart/form-data", b"", []),
        ("text/plain", b"p=1", []),
        ("", b"p=1", []),
    ],
)
def test_a_form_is_read_or_empty(kind: str, body: bytes, fields_read: list[tuple[str, str]] | None) -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", kind.encode())]
    form = asyncio.run(fields.posted(Request({"type": "http", "app": None, "headers": headers}, receive), 3))
    assert fields_read is None or form.multi_items() == fields_read
