"""Splitting of a passage to units: sentences and items, by exact offsets."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings

from index.reading.units import sentence_spans, units
from index.types import PassageKind
from tests.index.builders import passage
from tests.index.strategies import prose, texts


def unit_texts(text: str, kind: PassageKind = "prose") -> list[str]:
    return [unit.text for unit in units(passage(text, kind=kind))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ils sèment. Ils arrosent.", ["Ils sèment.", "Ils arrosent."]),
        ("Quoi\u00a0? Rien\u00a0! Bon… Enfin.", ["Quoi\u00a0?", "Rien\u00a0!", "Bon…", "Enfin."]),
        ("Ils sèment.\nÉté comme hiver.", ["Ils sèment.", "Été comme hiver."]),
        ("« Ils sèment. » Puis ils arrosent.", ["« Ils sèment. »", "Puis ils arrosent."]),
        ("Il dit. « Bon. » (Voir plus bas.) 12 pots.", ["Il dit.", "« Bon. »", "(Voir plus bas.)", "12 pots."]),
        ("Ils sèment etc. puis arrosent.", ["Ils sèment etc. puis arrosent."]),
        ("Chez M. Colibri, p. 12, cf. Annexe, fig. 3.", ["Chez M. Colibri, p. 12, cf. Annexe, fig. 3."]),
        ("Les participant.es et surpris.e.s sèment.", ["Les participant.es et surpris.e.s sèment."]),
        ("Il y a 3.5 kg de pois.", ["Il y a 3.5 kg de pois."]),
        ("Sans point", ["Sans point"]),
    ],
)
def test_sentences_end_where_a_human_reader_ends_them(text: str, expected: list[str]) -> None:
    assert unit_texts(text) == expected


@pytest.mark.parametrize("kind", ["item", "heading"])
def test_a_short_item_is_one_unit_whatever_it_holds(kind: PassageKind) -> None:
    assert unit_texts("Les bénévoles ? Reconnaissance. Engagement", kind) == [
        "Les bénévoles ? Reconnaissance. Engagement"
    ]


@pytest.mark.parametrize("mark", [",", " ;", "\u00a0;", ", "])
def test_the_separator_after_an_item_is_not_quoted(mark: str) -> None:
    assert unit_texts(f"le pont{mark}", "item") == ["le pont"]


@pytest.mark.parametrize("mark", [".", "\u00a0?", " :"])
def test_other_end_marks_are_quoted(mark: str) -> None:
    assert unit_texts(f"le pont{mark}", "item") == [f"le pont{mark}"]


def test_a_comma_at_the_end_of_prose_is_kept() -> None:
    assert unit_texts("le pont,") == ["le pont,"]


def test_a_long_item_is_cut_into_sentences() -> None:
    sentence = "Les bénévoles arrosent tous les samedis de l'été."
    assert unit_texts(" ".join([sentence] * 9), "item") == [sentence] * 9


def test_a_very_long_sentence_is_cut_at_its_semicolons() -> None:
    clause = "les bénévoles arrosent les semis de la serre tous les samedis de l'été quand il fait très chaud"
    found = unit_texts("; ".join([clause] * 8) + ".")
    assert len(found) > 1
    assert all(len(text) <= 500 for text in found)
    assert all(text.endswith((";", ".")) for text in found)


def test_a_very_long_sentence_without_semicolons_is_cut_between_words() -> None:
    text = "arrosoir " * 120
    found = unit_texts(text)
    assert all(len(piece) <= 500 for piece in found)
    assert {word for piece in found for word in piece.split()} == {"arrosoir"}


@settings(max_examples=150, deadline=None)
@given(prose | texts)
def test_spans_are_in_order_and_only_white_space_lies_between_them(text: str) -> None:
    found = sentence_spans(text)
    ends = [0, *(end for _, end in found)]
    starts = [*(start for start, _ in found), len(text)]
    for before, after in zip(ends, starts, strict=True):
        assert before <= after
        assert text[before:after].strip() == ""
    for start, end in found:
        assert 0 < end - start <= 500
        assert text[start:end] == text[start:end].strip()


@settings(max_examples=100, deadline=None)
@given(prose)
def test_units_are_slices_that_hold_all_words_once(text: str) -> None:
    kinds: tuple[PassageKind, ...] = ("prose", "item", "heading", "turn")
    for kind in kinds:
        of = passage(text, kind=kind)
        found = units(of)
        assert all(unit.text == text[unit.start : unit.end] and unit.passage is of for unit in found)
        assert all(left_unit.end <= right_unit.start for left_unit, right_unit in itertools.pairwise(found))
        all_words = "".join(text.split())
        assert all_words.startswith("".join("".join(unit.text for unit in found).split()))
        assert all_words[len("".join("".join(unit.text for unit in found).split())) :].strip(",;") == ""


@pytest.mark.parametrize("text", [",", ";", ", ;"])
def test_no_unit_is_empty(text: str) -> None:
    assert all(unit_texts(text, "item"))


@pytest.mark.parametrize("text", ["?", "? ", "cf. A ", "? (", '."', "?\n", "«"])
def test_repeated_marks_take_linear_time(text: str) -> None:
    """Guard against backtracking inside a run of marks, which took minutes."""
    started = time.process_time()
    assert sentence_spans(text * 100_000 + " " * 100_000 + "a")
    assert time.process_time() - started < 10
