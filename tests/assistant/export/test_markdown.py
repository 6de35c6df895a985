"""Tests of Markdown exports: a CommonMark parser reads exactly the words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.export.markdown import escape, export
from assistant.export.wording import clean, one_line, reference
from tests.assistant.export.passage_samples import DAY, HOSTILE, UNFIT, exported, hostile, passage, several, thousand

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {"heading", "paragraph", "blockquote", "inline"}


def quotations(text: str) -> list[list[str]]:
    """Return the paragraphs of each quotation. Fail on anything else than headings, paragraphs and quotations."""
    found: list[list[str]] = []
    for token in PARSER.parse(text):
        assert re.sub("_(open|close)$", "", token.type) in OURS, token
        if token.type == "blockquote_open":
            found.append([])
        elif token.type == "inline" and token.level > 1:
            found[-1].append(words(token))
    return found


def words(token: Token) -> str:
    plain = {"softbreak": "\n", "hardbreak": "\n"}
    assert {child.type for child in token.children or []} <= {"text", "text_special", *plain}, token.children
    return "".join(plain.get(child.type, child.content) for child in token.children or [])


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, without the spaces around lines, which Markdown does not keep."""
    lines = "\n".join(line.strip() for line in clean(text).split("\n")).strip("\n")
    return [part for part in re.split("\n\n+", lines) if part]


def test_the_passages_are_read_back_in_order() -> None:
    text = exported(export, several()[:1]).decode()
    assert text == (
        "# Passages sur «\u00a0jardin\u00a0»\n\n1 passage de 1 source, exporté le 1er mars 2026.\n\n"
        "> La tondeuse ne sert qu’aux personnes formées.\n>\n"
        "> — Charte des Jardins du Pont (document, 3 avril 2018), p.\u00a012\n"
    )


def test_team_only_passages_carry_a_warning() -> None:
    text = exported(export, several()).decode()
    assert "**Ce fichier contient des passages réservés à l’équipe" in text
    assert text.count("réservé à l’équipe") == 1


@pytest.mark.parametrize("text", [*HOSTILE, *UNFIT], ids=ascii)
def test_a_source_is_read_as_words(text: str) -> None:
    quoted = passage(text)
    (found,) = quotations(exported(export, [quoted]).decode())
    assert found == [*paragraphs(text), f"— {reference(quoted)}"]


@pytest.mark.parametrize("text", [*HOSTILE, *UNFIT], ids=ascii)
def test_a_title_is_read_as_words(text: str) -> None:
    heading, inline, *_ = PARSER.parse(export([], title=text, made_on=DAY).decode())
    assert (heading.type, words(inline)) == ("heading_open", one_line(text))


@given(st.text("=+-@#>*_`~[]()<>!|\\&;:.1aw \n\u00a0é🌱", min_size=1))
def test_a_text_is_never_mark_up(text: str) -> None:
    quoted = passage(text)
    (found,) = quotations(export([quoted], title="t", made_on=DAY).decode())
    assert found[:-1] == paragraphs(text)


def test_links_notes_and_emoji_names_of_extensions_are_broken_too() -> None:
    assert escape("http://exemple.invalid :smile: www.exemple.invalid [^1]") == (
        r"http\://exemple.invalid \:smile: www\.exemple.invalid \[\^1\]"
    )
    assert escape("à 12:30 : rien") == "à 12:30 : rien"


def test_every_hostile_passage_and_a_thousand_are_kept() -> None:
    assert len(quotations(exported(export, hostile()).decode())) == len(hostile())
    assert [found[0] for found in quotations(exported(export, thousand()).decode())] == [
        passage.text for passage in thousand()
    ]
    assert quotations(exported(export, []).decode()) == []
