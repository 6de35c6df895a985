"""Folding of labels and cells, and how it differs from that of running text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.folding import fold_cell, fold_label, without_accents
from index.language.french import fold

# French letters, compatibility forms, signs that casing changes in length, and marks of several scripts.
ALPHABET = "aAçÇéÉœŒæÆßİıſﬁ²½ŉǅς .’'-·\u00a0\u202f\n\t\u0301\u034f\u0327\u05b0\u093c\u1dc4\u20d0\u200d№℡ⅣＡ１"
TEXT = st.text(st.sampled_from(ALPHABET)) | st.text()


@pytest.mark.parametrize(
    ("text", "of_text", "of_label", "of_cell"),
    [
        ("Enquêtée", "enquetee", "enquetee", "enquetee"),
        ("ENQUE\u0302TE\u0301E", "enquetee", "enquetee", "enquetee"),
        ("Mme A.B.", "mme ab", "mme a.b.", "mme a.b."),
        ("Œuvre", "oeuvre", "oeuvre", "œuvre"),
        ("Æsop", "aesop", "æsop", "æsop"),
        ("ça va", "cela va", "ca va", "ca va"),
        ("Groß", "groß", "gross", "groß"),
        ("l’équipe", "l’equipe", "l'equipe", "l’equipe"),
        ("  Marie\u00a0 L.\n", "  marie  l.\n", "marie l.", "marie  l."),
        ("n\u1dc4o\u20d0", "no", "n\u1dc4o\u20d0", "no"),
        ("a\u034fb", "a\u034fb", "ab", "a\u034fb"),
        ("ﬁn Ａ²", "fin a2", "fin a2", "fin a2"),
        ("", "", "", ""),
    ],
)
def test_each_kind_of_text_is_folded_by_its_own_steps(text: str, of_text: str, of_label: str, of_cell: str) -> None:
    assert (fold(text), fold_label(text), fold_cell(text)) == (of_text, of_label, of_cell)


@given(TEXT)
def test_a_label_is_decomposed_bared_of_common_marks_case_folded_and_spaced(text: str) -> None:
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text)).casefold()
    assert fold_label(text) == " ".join(plain.replace("œ", "oe").replace("’", "'").split())


@given(TEXT)
def test_a_cell_is_trimmed_put_in_lower_case_and_bared_of_all_marks(text: str) -> None:
    decomposed = unicodedata.normalize("NFKD", text.strip().lower())
    assert fold_cell(text) == "".join(char for char in decomposed if not unicodedata.combining(char))


@given(TEXT)
def test_running_text_is_undotted_spelled_out_put_in_lower_case_and_bared_of_all_marks(text: str) -> None:
    undotted = re.sub(r"\b(?:[^\W\d_]\.){2,}", lambda match: match[0].replace(".", ""), text)
    composed = undotted if undotted.isascii() else unicodedata.normalize("NFKC", undotted)
    for ligature, letters in (("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE")):
        composed = composed.replace(ligature, letters)
    lower = re.sub(r"\bça\b", "cela", composed.lower(), flags=re.IGNORECASE)
    decomposed = unicodedata.normalize("NFKD", lower)
    assert fold(text) == "".join(char for char in decomposed if not unicodedata.combining(char))


@given(TEXT)
def test_common_marks_are_among_those_of_every_script_but_for_the_joiner(text: str) -> None:
    without_all = without_accents(without_accents(text, every_script=False))
    assert without_all == without_accents(text).replace("\u034f", "")


@pytest.mark.parametrize("folding", [fold_label, fold_cell])
@given(TEXT)
def test_a_decomposed_spelling_folds_as_the_composed_one(folding: object, text: str) -> None:
    assert callable(folding)
    assert folding(unicodedata.normalize("NFD", text)) == folding(unicodedata.normalize("NFC", text))
