"""The bubbles of a conversation, as Markdown."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answer.write import escape
from assistant.types import Answer, Term
from assistant.ui import conversation
from assistant.ui.conversation import Exchange, bubble, messages
from tests.assistant.samples import citation, passage

RENDER = MarkdownIt("commonmark", {"html": True})
ANSWER = Answer(
    "q",
    "q",
    "«\u00a0Une.\u00a0» [1]",
    (citation(1, passage("Une.")),),
    (),
    ("Aucune <date>.",),
    False,
    "extractive",
    0.1,
)
LINE = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=("Cc", "Cs", "Cf", "Zs")), min_size=1
)
EXCHANGE = Exchange("Les poules ?", ANSWER.text, ANSWER)


def test_each_exchange_is_a_question_then_an_answer() -> None:
    shown = messages([EXCHANGE, Exchange("Et les canards ?")])
    assert [message["role"] for message in shown] == ["user", "assistant", "user", "assistant"]
    assert shown[0]["content"] == r"Les poules \?"
    assert shown[3]["content"] == conversation.WAITING


def test_an_empty_conversation_has_no_message() -> None:
    assert messages([]) == []


def test_only_the_last_answer_has_links() -> None:
    earlier, last = (
        message["content"] for message in messages([EXCHANGE, replace(EXCHANGE, question="Encore ?")])[1::2]
    )
    assert "href" not in earlier
    assert "[1]" in earlier
    assert last.count('href="#passage-1"') == 1


def test_a_number_without_citation_is_not_a_link() -> None:
    assert conversation.link_numbers("voir [1] et [2]", {1}).count("<a ") == 1


def test_a_number_in_the_source_is_not_a_link() -> None:
    assert conversation.link_numbers(escape("voir [1]"), {1}) == escape("voir [1]")


def test_a_markdown_link_is_left_alone() -> None:
    assert conversation.link_numbers("[1](ailleurs)", {1}) == "[1](ailleurs)"


def test_an_unfinished_answer_has_no_links() -> None:
    assert bubble(Exchange("q", "«\u00a0Une.\u00a0» [1]"), linked=True) == "«\u00a0Une.\u00a0» [1]"


def test_a_notice_is_a_separate_block_and_is_escaped() -> None:
    text, aside = bubble(EXCHANGE, linked=False).split("\n\n")
    assert text == ANSWER.text
    assert aside == '<div class="notice" role="note">Aucune &lt;date&gt;.</div>'


def test_a_question_understood_differently_is_shown_first() -> None:
    shown = bubble(replace(EXCHANGE, answer=replace(ANSWER, searched_for="Et <b> ?")), linked=False)
    assert shown.startswith('<div class="understood" role="note">Question comprise\u00a0: Et &lt;b&gt; ?</div>\n\n«')


def test_an_answer_switches_to_its_simple_form_and_back() -> None:
    simple = replace(ANSWER, text="Une. [1]")
    over = EXCHANGE.in_other_form(lambda answer: simple)
    assert (over.text, over.answer, over.is_simple) == ("Une. [1]", simple, True)
    back = over.in_other_form(lambda answer: pytest.fail("it is known already"))
    assert (back.text, back.answer, back.is_simple) == (EXCHANGE.text, ANSWER, False)


def test_an_answer_without_a_simpler_form_has_a_notice() -> None:
    over = EXCHANGE.in_other_form(lambda answer: answer)
    assert conversation.PLAIN in bubble(over, linked=True)


def test_a_notice_of_several_lines_stays_one_block() -> None:
    shown = bubble(replace(EXCHANGE, answer=replace(ANSWER, notices=("une\n\n**deux**",))), linked=False)
    assert '<div class="notice" role="note">une **deux**</div>' in shown


def test_a_failure_keeps_the_text_and_adds_a_message() -> None:
    shown = bubble(Exchange("q", "Un début", failed=True), linked=True)
    assert shown.startswith("Un début\n\n")
    assert "n’a pas pu être terminée" in shown


def test_a_failure_without_text_is_not_shown_as_waiting() -> None:
    shown = bubble(Exchange("q", failed=True), linked=True)
    assert conversation.WAITING not in shown
    assert 'class="failure"' in shown


@settings(deadline=None)
@given(LINE)
def test_a_question_is_shown_as_typed(text: str) -> None:
    rendered = RENDER.render(conversation.as_typed(text))
    assert html.unescape(rendered) == f"<p>{text}</p>\n"


@pytest.mark.parametrize(
    "text",
    ["<script>x</script>", "<img src=x onerror=y>", "**gras**", "[a](javascript:x)", "&lt;b&gt;", "# a", "1. a", "> a"],
)
def test_a_question_is_not_rendered_as_markup(text: str) -> None:
    assert html.unescape(RENDER.render(conversation.as_typed(text))) == f"<p>{text}</p>\n"


@pytest.mark.parametrize(
    "text", ["<b>gras</b>", "a <img src=x> b", "<script>x</script>", "![i](http://x/y.png)", "<!-- x -->"]
)
def test_html_and_images_of_an_answer_are_shown_as_text(text: str) -> None:
    assert not tags(RENDER.render(conversation.without_html(text)))


def test_escaped_text_is_not_escaped_twice() -> None:
    assert conversation.without_html(escape("<b> ![i]")) == escape("<b> ![i]")


def test_html_behind_an_escaped_backslash_is_shown_as_text() -> None:
    assert not tags(RENDER.render(conversation.without_html(r"\\<img src=x onerror=y>")))


@settings(deadline=None)
@given(st.text("<>!\\[]()\"'/abimgsrc= ", max_size=30))
def test_no_quotation_brings_html_into_a_bubble(quote: str) -> None:
    assert not tags(RENDER.render(conversation.without_html(f"- « {escape(quote)} »")))


def tags(rendered: str) -> list[str]:
    """The tags that are not of plain paragraphs, lists and emphasis."""
    return [tag for tag in re.findall(r"<[^>]*>?", rendered) if not re.fullmatch(r"</?(p|ul|li|em|strong)>", tag)]


# — words of the lexicon —


def words(text: str, *terms: Term) -> str:
    return conversation.link_words(text, terms)


PAILLIS = Term("paillis", "Couche de paille.", ("paillage",))
CA = Term("CA", "Ceux qui décident.", ("conseil d'administration",))
NEED = Term("besoin social", "Ce qui manque à des gens.")


def test_the_first_occurrence_of_a_term_is_a_link_to_its_definition() -> None:
    shown = words("Le Paillis protège, le paillis nourrit.", PAILLIS)
    assert shown == 'Le <a class="term" href="#mot-0">Paillis</a> protège, le paillis nourrit.'


def test_terms_are_numbered_like_their_definitions() -> None:
    shown = words("Le conseil d’administration parle de paillage.", PAILLIS, CA)
    assert 'href="#mot-1">conseil d’administration</a>' in shown and 'href="#mot-0">paillage</a>' in shown


def test_plurals_are_linked_and_parts_of_words_are_not() -> None:
    assert ">besoin sociaux" not in words("un besoin sociaux", NEED)
    assert "#mot-0" in words("des paillages", PAILLIS)
    assert "#mot" not in words("dépaillissage, paillis-sable", PAILLIS)


def test_an_acronym_of_two_letters_is_distinguished_from_a_word() -> None:
    assert "#mot" not in words("ça ira, ca ira", CA)
    assert "#mot-0" in words("Le CA se réunit.", CA)


def test_a_term_inside_a_longer_one_is_not_linked_twice() -> None:
    inner = Term("social", "De la société.")
    shown = words("un besoin social", NEED, inner)
    assert shown == 'un <a class="term" href="#mot-0">besoin social</a>'


def test_only_the_last_answer_has_links_to_definitions() -> None:
    shown_answer = replace(ANSWER, text="Le paillis.", terms=(PAILLIS,), citations=())
    exchanges = [Exchange("Un ?", shown_answer.text, shown_answer), Exchange("Deux ?", shown_answer.text, shown_answer)]
    first, last = (messages(exchanges)[at]["content"] for at in (1, 3))
    assert "#mot-0" in last and "#mot" not in first
