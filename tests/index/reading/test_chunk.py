"""Chunking of sections into passages: offsets, ids, lengths, and the texts that are embedded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from index.reading.chunk import passages, source_text, windows
from index.reading.documents import markdown, plain
from index.reading.outline import Block, sections_from_blocks
from index.reading.units import units
from index.types import Place, Section
from tests.index.builders import source
from tests.index.strategies import prose, texts

REPORT = """LES JARDINS

Les lieux

- Brumeval,
- Sourcelles.

Les bénévoles

- semer :
  - fèves
  - pois
- arroser
"""


def section(text: str, context: tuple[str, ...] = (), quotable: bool = True) -> Section:
    return Section("jardins", text, Place(heading=context), "prose", context, quotable)


def read_sections(text: str) -> list[Section]:
    return sections_from_blocks(plain.read_blocks(text), "jardins")


def ids(text: str) -> dict[tuple[str, ...], str]:
    """Return the ids of a text's passages, by their headings and words."""
    return {(*passage.context, passage.text): passage.id for passage in passages(source(), read_sections(text))}


@pytest.mark.parametrize("reader", [plain.read_blocks, markdown.read_blocks])
@settings(max_examples=120, deadline=None)
@given(text=texts | prose)
def test_every_passage_is_a_slice_of_the_source_text(reader: Callable[[str], list[Block]], text: str) -> None:
    found = sections_from_blocks(reader(text), "jardins")
    whole = source_text(found)
    chunks = passages(source(), found)
    assert [passage.order for passage in chunks] == list(range(len(chunks)))
    assert len({passage.id for passage in chunks}) == len(chunks)
    end = 0
    for passage in chunks:
        assert passage.text == whole[passage.start : passage.start + len(passage.text)]
        assert passage.start >= end
        assert 0 < len(passage.text) <= 1200
        end = passage.start + len(passage.text)
        for unit in units(passage):
            assert whole[passage.start + unit.start : passage.start + unit.end] == unit.text


def test_a_heading_above_a_text_is_no_passage() -> None:
    chunks = passages(source(), [section("Les lieux", quotable=False), section("Brumeval", ("Les lieux",))])
    assert [(passage.text, passage.order, passage.start) for passage in chunks] == [
        ("Brumeval", 0, len("Les lieux") + 2)
    ]


def test_a_passage_keeps_kind_place_and_context() -> None:
    of = source()
    (chunk,) = passages(of, [Section("jardins", "semer", Place(("Lieux",), line=3), "item", ("Lieux", "Voici :"))])
    assert (chunk.source, chunk.kind, chunk.place, chunk.context) == (
        of,
        "item",
        Place(("Lieux",), line=3),
        ("Lieux", "Voici :"),
    )


def test_a_long_section_is_cut_at_the_ends_of_sentences() -> None:
    sentence = "Les bénévoles des jardins arrosent les semis tous les samedis de l'été."
    chunks = passages(source(), [section(" ".join([sentence] * 40))])
    assert len(chunks) > 1
    assert " ".join(passage.text for passage in chunks) == " ".join([sentence] * 40)
    assert all(passage.text.endswith(".") and len(passage.text) <= 1200 for passage in chunks)


def test_ids_survive_a_correction_elsewhere_in_the_file() -> None:
    before, after = ids(REPORT), ids(REPORT.replace("- Sourcelles.", "- Sourcelles-le-Haut.\n- le pont."))
    assert {key: name for key, name in before.items() if key[-1] != "Sourcelles."}.items() <= after.items()
    assert set(before.values()) != set(after.values())


def test_ids_survive_other_white_space() -> None:
    assert set(ids("les ateliers\nde la\nserre").values()) == set(ids("les  ateliers\nde la serre").values())


def test_the_same_words_under_other_headings_have_other_ids() -> None:
    chunks = passages(source(), [section("semer", ("Brumeval",)), section("semer", ("Sourcelles",)), section("semer")])
    assert len({passage.id for passage in chunks}) == 3


def test_repeated_passages_have_ids_of_their_own() -> None:
    once, twice = [section("semer")], [section("semer")] * 2
    (first,) = passages(source(), once)
    again = passages(source(), twice)
    assert again[0].id == first.id
    assert again[1].id != first.id


def test_ids_differ_with_source_and_visibility() -> None:
    some = [section("semer")]
    ids_found = [passages(of, some)[0].id for of in (source(), source(visibility="team"), source("autre"))]
    assert len(set(ids_found)) == 3
    assert passages(source(title="Un autre titre", path="ailleurs.md"), some)[0].id == ids_found[0]


def test_the_same_words_split_differently_between_heading_and_text_have_other_ids() -> None:
    first, second = passages(source(), [section("b c", ("a",)), section("c", ("a", "b"))])
    assert first.id != second.id


# — what is embedded —


def window_texts(text: str, *context: str) -> list[str]:
    return windows(passages(source(), [section(text, context)])[0])


def test_a_short_passage_is_one_window_after_its_context() -> None:
    assert window_texts("On sème.", "Les Jardins", "Voici :") == ["Les Jardins\nVoici :\nOn sème."]
    assert window_texts("On sème.") == ["On sème."]


def test_a_long_passage_has_windows_of_whole_sentences() -> None:
    sentence = "On sème des fèves et des pois dans la serre du haut, puis on arrose le soir. "
    windows_found = window_texts(sentence * 12, "Les semis")
    assert len(windows_found) > 2
    assert all(text.startswith("Les semis\nOn sème") and text.endswith("soir.") for text in windows_found)
    assert all(len(text) <= 300 + len("Les semis\n") for text in windows_found)
    assert sum(text.count("fèves") for text in windows_found) == 12


def test_the_question_that_a_passage_answers_is_a_window_of_its_own() -> None:
    assert window_texts("Oui, tous.", "Entretien", "Venez-vous souvent ?")[-1] == "Venez-vous souvent ?"
