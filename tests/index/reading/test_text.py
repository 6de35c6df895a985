"""Decoding of bytes to clean text, and front matter at the head of a text."""

from __future__ import annotations

import codecs
import gzip
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import BadMetadata, UnreadableFile
from index.reading.text import decode, split_front_matter, tidy

FRENCH = "L’œuvre des bénévoles coûte 12 €, c'est l'été à Brumeval « où » naît la forêt, dès août, près du pont.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_french_is_read_in_its_usual_encodings(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding)) == FRENCH


@pytest.mark.parametrize(("bom", "encoding"), [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF32_BE, "utf-32-be")])
def test_big_endian_files_are_read(bom: bytes, encoding: str) -> None:
    assert decode(bom + FRENCH.encode(encoding)) == FRENCH


def test_all_line_ends_become_line_feeds() -> None:
    assert decode("a\r\nb\rc\u2028d\u2029e\nf".encode()) == "a\nb\nc\nd\ne\nf"


@pytest.mark.parametrize("seed", range(8))
def test_noise_is_refused(seed: int) -> None:
    with pytest.raises(UnreadableFile):
        decode(random.Random(seed).randbytes(3000))


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        gzip.compress(FRENCH.encode() * 50),
        FRENCH.encode("utf-16-le"),  # no mark says so
        codecs.BOM_UTF16_LE + b"a",
        codecs.BOM_UTF8 + b"caf\xe9",
        b"texte\x00texte",
    ],
    ids=["png", "gzip", "utf-16 unmarked", "utf-16 cut", "utf-8 that is not", "nul"],
)
def test_binary_data_is_refused_on_one_line_with_a_remedy(data: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        decode(data)
    assert "\n" not in str(refused.value)
    assert "UTF-8" in refused.value.remedy


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except UnreadableFile:
        return
    assert "\x00" not in text
    assert "\r" not in text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])))
def test_utf8_text_is_unchanged(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == text


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


def test_tidying_keeps_line_breaks_and_non_breaking_spaces() -> None:
    assert tidy("  Où\u00a0?  \n\t«\u202fIci\u202f»   là \n\n") == "Où\u00a0?\n«\u202fIci\u202f» là"


@pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\ufeff", "\x07", "\u2066"])
def test_invisible_and_direction_marks_are_removed(mark: str) -> None:
    assert tidy(f"béné{mark}voles") == "bénévoles"


@pytest.mark.parametrize(
    "text", ["---\ntitle: Le pont\nsite: Brumeval\n---\nCorps", '+++\ntitle = "Le pont"\nsite = "Brumeval"\n+++\nCorps']
)
def test_front_matter_is_separated_from_the_body(text: str) -> None:
    assert split_front_matter(text) == ({"title": "Le pont", "site": "Brumeval"}, "Corps", 5)


@pytest.mark.parametrize(
    "text", ["", "Corps", "---\nPas de fin", "---\nDu texte.\n---\nCorps", "Corps\n---\na: b\n---"]
)
def test_text_without_valid_fences_is_body(text: str) -> None:
    assert split_front_matter(text) == ({}, text, 1)


@pytest.mark.parametrize(
    "text", ["---\ntitle: [\n---\nCorps", "+++\ntitle = Le pont\n+++\nCorps", "---\na: b: c\n---", "---\n\tx: 1\n---"]
)
def test_broken_front_matter_names_the_lines_to_correct(text: str) -> None:
    with pytest.raises(BadMetadata) as refused:
        split_front_matter(text)
    assert "\n" not in str(refused.value)
    assert "lignes 1 à 3" in refused.value.remedy


@pytest.mark.parametrize("value", ["!!bool x", "!!int ''", "!!timestamp x", "!!binary é", "{[a]: b}", "[" * 5000])
def test_any_error_of_yaml_is_reported_as_bad_metadata(value: str) -> None:
    with pytest.raises(BadMetadata):
        split_front_matter(f"---\ntitle: {value}\n---\nCorps")


@pytest.mark.parametrize("date", ["2024-02-30", "2024-13-01"])
def test_a_date_that_does_not_exist_is_reported_as_bad_metadata(date: str) -> None:
    with pytest.raises(BadMetadata):
        split_front_matter(f"---\ndate: {date}\n---\nCorps")
