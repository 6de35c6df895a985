"""Tests of the panel of cited passages beside the conversation."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from assistant.formatting import KINDS
from assistant.types import Answer, Badge, Citation, Term
from assistant.ui import cards
from index.types import Kind, Place
from tests.assistant.samples import SOURCE, citation, passage

HOSTILE = "<script>alert('x')</script> & \"<img src=x onerror=y>\""
TERM = Term("paillis", "Couche de paille.", source="documents/charte.md")


def answer(*citations: Citation, terms: tuple[Term, ...] = (), searched_for: str = "les poules ?") -> Answer:
    return Answer("les poules ?", searched_for, "Texte", citations, terms, (), not citations, "extractive", 0.1)


def marked(card: str) -> tuple[str, str, str]:
    """Return the text before, in and after the mark, as a reader sees it."""
    match = re.search(r'<blockquote class="passage">(.*)<mark>(.*)</mark>(.*)</blockquote>', card, re.DOTALL)
    assert match is not None
    return html.unescape(match[1]), html.unescape(match[2]), html.unescape(match[3])


def test_cited_words_are_marked_in_their_passage() -> None:
    found = passage("Il pleut. Les poules & « elles » dorment. Il pleut.")
    card = cards.card(citation(3, found, "Les poules & « elles » dorment."))
    assert marked(card) == ("Il pleut. ", "Les poules & « elles » dorment.", " Il pleut.")


def test_the_second_of_two_equal_sentences_is_marked_at_its_place() -> None:
    found = passage("Oui. Non. Oui.")
    cited = citation(1, found)
    card = cards.card(replace(cited, unit=replace(cited.unit, start=10, end=14)))
    assert marked(card) == ("Oui. Non. ", "Oui.", "")


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_a_passage_is_shown_whole_whatever_it_holds(text: str, first: int, second: int) -> None:
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    whole = citation(1, passage(text))
    card = cards.card(replace(whole, unit=replace(whole.unit, start=start, end=end)))
    assert marked(card) == (text[:start], text[start:end], text[end:])


def test_no_text_of_a_source_becomes_html() -> None:
    source = replace(SOURCE, title=HOSTILE, site=HOSTILE)
    cited = f"a {HOSTILE} b"
    found = passage(f"{HOSTILE} {cited} {HOSTILE}", context=(HOSTILE, "autre <b>"), source=source)
    found = replace(found, place=Place((HOSTILE,), speaker=HOSTILE))
    terms = (Term(HOSTILE, HOSTILE, source=HOSTILE),)
    shown = cards.panel(answer(citation(1, found, cited), terms=terms, searched_for=HOSTILE))
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<b>" not in shown
    assert html.unescape(shown).count("<script>alert('x')</script>") >= 9


def test_a_card_has_the_anchor_of_its_number() -> None:
    assert f'id="{cards.anchor(4)}"' in cards.card(citation(4, passage("Une.")))
    assert cards.anchor(4) != cards.anchor(5)


def test_a_card_gives_the_source_and_place() -> None:
    source = replace(SOURCE, kind="transcript", title="Entretien inventé", site="Brumeval")
    found = replace(passage("Oui.", source=source), place=Place(speaker="Enquêtée 2", start_s=750.0))
    card = cards.card(citation(1, found))
    assert "<h3>Entretien inventé</h3>" in card
    assert "Entretien · Brumeval · 00:12:30, Enquêtée 2" in card


def test_a_card_shows_each_heading_once() -> None:
    found = passage(
        "la bêche", heading=("Les outils",), context=("Rapport inventé", "Les outils", "Voici les outils :")
    )
    card = cards.card(citation(1, found))
    assert '<p class="context">Voici les outils :</p>' in card
    assert card.count("Rapport inventé") == 1


def test_a_card_without_headings_has_no_context_line() -> None:
    assert 'class="context"' not in cards.card(citation(1, passage("Une.", heading=("Les poules",))))


def test_an_original_has_only_the_verbatim_badge() -> None:
    card = cards.card(citation(1, passage("Une.")))
    assert ">verbatim<" in card
    assert "reformulation" not in card


def test_a_reformulation_has_a_badge() -> None:
    card = cards.card(citation(1, passage("Une.", source=replace(SOURCE, nature="reformulation"))))
    assert "reformulation, non l’original" in card


def test_an_unverified_citation_has_no_verbatim_badge() -> None:
    card = cards.card(citation(1, passage("Une."), verified=False))
    assert "non vérifié" in card
    assert "verbatim" not in card


def test_before_any_question_there_is_no_card() -> None:
    shown = cards.panel(None)
    assert 'class="card"' not in shown
    assert "s’afficheront ici" in shown


def test_a_refused_answer_shows_no_card() -> None:
    shown = cards.panel(answer())
    assert 'class="card"' not in shown
    assert "Aucun passage cité" in shown


def test_a_definition_without_passages_is_shown() -> None:
    assert ">paillis</dt>" in cards.panel(answer(terms=(TERM,)))


def test_cards_come_in_the_order_of_their_numbers() -> None:
    shown = cards.panel(answer(*(citation(n, passage(f"Phrase {n}.", order=n)) for n in (1, 2, 3))))
    assert re.findall(r'id="passage-(\d)"', shown) == ["1", "2", "3"]


def test_the_panel_says_for_which_question() -> None:
    assert "Pour «\u00a0les poules (aussi\u00a0: volaille)\u00a0»" in cards.panel(
        answer(citation(1, passage("Une.")), searched_for="les poules (aussi\u00a0: volaille)")
    )


def test_a_term_says_its_definition_and_its_source() -> None:
    shown = cards.glossary([TERM])
    assert '<dt id="mot-0" tabindex="-1">paillis</dt><dd><p class="definition">Couche de paille.' in shown
    assert "D’après\u00a0: documents/charte.md" in shown
    assert "D’après" not in cards.glossary([replace(TERM, source="")])


def test_no_term_is_no_glossary() -> None:
    assert cards.glossary([]) == ""


def test_every_kind_of_source_has_its_name() -> None:
    assert set(KINDS) == set(get_args(Kind))


def test_the_pieces_of_an_abridged_quotation_are_marked() -> None:
    found = passage("Elle dit que, dans le jardin, la <b>serre</b> est ouverte. Et puis rien.")
    whole = citation(1, found, "Elle dit que, dans le jardin, la <b>serre</b> est ouverte.")
    shown = cards.card(replace(whole, quote="Elle dit que, […] la <b>serre</b> est ouverte.", badges=(Badge.ABRIDGED,)))
    assert (
        "<mark>Elle dit que,</mark> dans le jardin, <mark>la &lt;b&gt;serre&lt;/b&gt; est ouverte.</mark> Et puis rien."
    ) in shown
    assert ">abrégé</li>" in shown and ">verbatim</li>" not in shown


def test_two_senses_of_a_word_are_told_apart_and_escaped() -> None:
    shown = cards.glossary([replace(TERM, everyday="De la <paille>.", study="Un sol couvert.")])
    assert '<p class="sense">Dans la vie courante\u00a0: De la &lt;paille&gt;.</p>' in shown
    assert '<p class="sense">Dans l’étude\u00a0: Un sol couvert.</p>' in shown
    assert "sense" not in cards.glossary([TERM])
