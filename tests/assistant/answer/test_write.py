"""Tests of the text of an answer: its lead, its numbers, and Markdown that shows sources literally."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answer import write
from assistant.answer.select import Choice
from assistant.types import Answer, Citation, Term
from assistant.understand.lexicon import Lexicon
from assistant.understand.question import understand
from index.types import Place, Unit
from tests.assistant.samples import passage, unit

TERM = Term("paillis", "Couche de paille *sèche*.")
VISIBLE = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("Cc", "Cs", "Cf")), max_size=30
)


def text_of(
    units: Sequence[Unit], choice: Choice | None = None, question: str = "les poules", defined: Sequence[Term] = ()
) -> str:
    """Return the text of an answer that quotes these units."""
    asked = understand(question, (), Lexicon())
    return "".join(write.blocks(asked, write.cite(units), choice or Choice(tuple(units), len(units), False), defined))


def shown(markdown: str) -> str:
    """Return the visible text of rendered Markdown."""
    rendered = MarkdownIt("commonmark").render(markdown)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", rendered)).split())


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"(?<!\\)\[(\d+)\]", text)]


def test_units_are_numbered_from_one_in_order() -> None:
    units = [unit(passage(text, order=order)) for order, text in enumerate(("Une.", "Deux.", "Trois."))]
    citations = write.cite(units)
    assert [(citation.number, citation.quote, citation.verified) for citation in citations] == [
        (1, "Une.", True),
        (2, "Deux.", True),
        (3, "Trois.", True),
    ]


def test_a_unit_without_words_is_not_cited_and_leaves_no_gap() -> None:
    found = passage("Une. Deux.")
    citations = write.cite([Unit(found, 0, 4), Unit(found, 4, 5), Unit(found, 5, 10)])
    assert [(citation.number, citation.quote) for citation in citations] == [(1, "Une."), (2, "Deux.")]


def test_every_number_in_the_text_is_a_citation_and_every_citation_a_number_in_reading_order() -> None:
    units = [
        unit(passage("Voir [7] et la note [12].", heading=("Notes [3]",))),
        unit(passage("Rien d’autre.", heading=("Autre",), order=1)),
    ]
    assert numbers(text_of(units)) == [1, 2]


def test_each_quotation_stands_in_guillemets_before_its_number() -> None:
    assert "- «\u00a0Les poules dorment.\u00a0» [1]\n" in text_of([unit(passage("Les poules dorment."))])


def test_a_quotation_stands_under_the_nearest_heading_or_the_title() -> None:
    text = text_of([unit(passage("Une.", heading=("Le jardin", "Les poules"))), unit(passage("Deux.", order=1))])
    assert re.findall(r"\*\*(.+)\*\*", text) == ["Les poules", "Rapport inventé"]


def test_quotations_under_one_heading_share_it() -> None:
    text = text_of([unit(passage(words, heading=("Les poules",))) for words in ("Une.", "Deux.")])
    assert text.count("**Les poules**") == 1


def test_nested_items_are_indented_under_their_parent() -> None:
    parent = passage("le tri", kind="item", heading=("A",), context=("A", "Voici :"))
    child = passage("du verre", kind="item", heading=("A",), context=("A", "Voici :", "le tri"), order=1)
    lines = text_of([unit(parent), unit(child)]).splitlines()
    assert lines[-2:] == ["- «\u00a0le tri\u00a0» [1]", "  - «\u00a0du verre\u00a0» [2]"]


def test_a_nested_item_alone_is_not_indented() -> None:
    child = passage("du verre", kind="item", heading=("A",), context=("A", "Voici :", "le tri"))
    assert text_of([unit(child)]).splitlines()[-1] == "- «\u00a0du verre\u00a0» [1]"


def test_a_quotation_of_several_lines_is_one_list_item() -> None:
    text = text_of([unit(passage("Une ligne\n\n# deux\n- trois"))])
    assert text.splitlines()[-1].startswith("- «\u00a0Une ligne")
    assert shown(text).endswith("« Une ligne # deux - trois » [1]")


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_lead_counts_the_passages_on_the_topic(count: int) -> None:
    units = [unit(passage(f"Poule {number}.", order=number)) for number in range(count)]
    lead = text_of(units).splitlines()[0]
    assert lead == (
        "Un passage du corpus en parle\u00a0:" if count == 1 else f"{count} passages du corpus en parlent\u00a0:"
    )


def test_introduced_items_are_not_counted() -> None:
    units = [unit(passage(text, order=order)) for order, text in enumerate(("Voici :", "un", "deux"))]
    assert text_of(units, Choice(tuple(units), 1, False)).startswith("Un passage du corpus en parle")


def test_units_that_could_not_be_cited_are_not_counted() -> None:
    found = passage("Une.")
    assert text_of([unit(found), Unit(found, 2, 2)]).startswith("Un passage du corpus en parle")


def test_a_list_is_announced_as_one() -> None:
    units = [unit(passage("la bêche", kind="item"))]
    assert text_of(units, Choice(tuple(units), 1, True)).startswith("Voici ce que le corpus en dit, en liste\u00a0:")


def test_a_definition_comes_first_then_the_passages() -> None:
    text = text_of([unit(passage("Le paillis protège."))], question="C’est quoi le paillis ?", defined=(TERM,))
    assert text.startswith(
        "Le lexique de l’étude l’explique ainsi\u00a0:\n\n- **paillis**\u00a0: Couche de paille \\*sèche\\*."
    )
    assert text.index("Le corpus emploie ce mot ici") < text.index("Le paillis protège.")


def test_a_definition_alone_announces_no_passage() -> None:
    assert "Le corpus" not in text_of([], question="C’est quoi le paillis ?", defined=(TERM,))


def test_a_definition_is_given_only_when_it_is_asked_for() -> None:
    text = text_of([unit(passage("Le paillis protège."))], question="Qui met le paillis ?", defined=(TERM,))
    assert "Couche de paille" not in text


def test_without_citations_there_is_no_text() -> None:
    assert text_of([]) == ""


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "*gras* _et_ `code`", "[lien](http://x)", "![image](x)", "a|b", "~~non~~",
     r"c:\dossier", "# titre", "1 < 2 > 0", r"\*", "**", "[1]", "<b>"],
)  # fmt: skip
def test_markdown_shows_a_quotation_letter_for_letter(text: str) -> None:
    rendered = MarkdownIt("commonmark").render(f"- « {write.escape(text)} »")
    assert html.unescape(rendered) == f"<ul>\n<li>« {text} »</li>\n</ul>\n"


@pytest.mark.parametrize("text", ["&lt;b&gt;", "&copy; 2020"])
def test_markdown_shows_an_entity_letter_for_letter(text: str) -> None:
    assert shown(f"« {write.escape(text)} »") == f"« {text} »"


@settings(deadline=None)
@given(VISIBLE.map(lambda text: text.replace("&", "")))
def test_markdown_shows_any_quotation_letter_for_letter(text: str) -> None:
    rendered = MarkdownIt("commonmark").render(f"- «{write.escape(text)}»")
    assert html.unescape(rendered) == f"<ul>\n<li>«{text}»</li>\n</ul>\n"


def test_a_citation_gives_its_passage_place_and_source() -> None:
    found = passage("Les poules.", heading=("Le jardin",))
    citation: Citation = write.cite([unit(found)])[0]
    assert (citation.passage, citation.place, citation.source) == (found, found.place, found.source)


def test_unescape_restores_escaped_text() -> None:
    text = "a_b *c* [1] <d> \\ & #e | ~f `g`"
    assert write.unescape(write.escape(text)) == text
    assert write.unescape("« Un. » [1]") == "« Un. » [1]"


def test_a_speech_turn_stands_under_its_speaker_and_question() -> None:
    place = Place(speaker="Enquêtée 2", start_s=754.0, end_s=760.0)
    made = replace(passage("On plante le samedi.", kind="turn", context=("Quand venez-vous ?",)), place=place)
    text = text_of([unit(replace(made, source=replace(made.source, site="Brumeval")))])
    assert "**Rapport inventé — Brumeval — 00:12:34, Enquêtée 2**\n\nQuestion posée\u00a0: Quand venez-vous ?\n" in text
    assert "« Quand" not in text.replace("\u00a0", " ")  # it was not verified as a quotation


def test_an_item_alone_stands_under_its_introduction() -> None:
    child = passage("du verre", kind="item", heading=("A",), context=("A", "Voici :", "le tri :"))
    assert "**A › Voici › le tri**" in text_of([unit(child)])
    parent = passage("le tri :", kind="item", heading=("A",), context=("A", "Voici :"))
    assert "**A › Voici**" in text_of([unit(parent), unit(replace(child, order=1))])


def test_contradicting_quotations_come_last_and_separately() -> None:
    paid, unpaid = (
        unit(passage(text, order=order)) for order, text in enumerate(("Ils sont payés.", "Ils ne sont pas payés."))
    )
    text = text_of([paid, unpaid], Choice((paid, unpaid), 1, False, (unpaid,)))
    assert text.startswith("Un passage du corpus en parle")
    assert text.index("payés.\u00a0» [1]") < text.index(write.OTHERWISE) < text.index("pas payés.\u00a0» [2]")


def test_a_list_that_gives_a_number_is_counted() -> None:
    units = [unit(passage(text, kind="item", order=order)) for order, text in enumerate(("Ada", "Bea", "Cléo"))]
    text = text_of(units, Choice(tuple(units), 3, True), "combien sont-elles ?")
    assert text.startswith("Le corpus en donne la liste, qui en compte 3\u00a0:")


def test_a_definition_in_the_text_gives_its_source_and_is_not_repeated_beside_it() -> None:
    term = Term("paillis", "Couche de paille.", source="Rapport inventé, p. 2")
    text = text_of([], question="c’est quoi le paillis ?", defined=[term])
    assert "  - D’après\u00a0: Rapport inventé, p. 2\n" in text
    answer = Answer("?", "?", text, (), (term, TERM), (), False, "extractive", 0.0)
    assert write.terms_to_define(answer) == (TERM,)
