"""Sections to passages: offsets, ids and lengths."""

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


def read(text: str) -> list[Section]:
    return sections_from_blocks(plain.read_blocks(text), "jardins")


def ids(text: str) -> dict[tuple[str, ...], str]:
    """The ids of a text's passages, by their headings and words."""
    return {(*made.context, made.text): made.id for made in passages(source(), read(text))}


@pytest.mark.parametrize("reader", [plain.read_blocks, markdown.read_blocks])
@settings(max_examples=120, deadline=None)
@given(text=texts | prose)
def test_every_passage_is_source_text_at_its_start(reader: Callable[[str], list[Block]], text: str) -> None:
    found = sections_from_blocks(reader(text), "jardins")
    whole = source_text(found)
    made = passages(source(), found)
    assert [one.order for one in made] == list(range(len(made)))
    assert len({one.id for one in made}) == len(made)
    end = 0
    for one in made:
        assert one.text == whole[one.start : one.start + len(one.text)]
        assert one.start >= end
        assert 0 < len(one.text) <= 1200
        end = one.start + len(one.text)
        for unit in units(one):
            assert whole[one.start + unit.start : one.start + unit.end] == unit.text


def test_a_heading_that_only_announces_is_no_passage() -> None:
    made = passages(source(), [section("Les lieux", quotable=False), section("Brumeval", ("Les lieux",))])
    assert [(one.text, one.order, one.start) for one in made] == [("Brumeval", 0, len("Les lieux") + 2)]


def test_a_passage_keeps_kind_place_and_context() -> None:
    of = source()
    (made,) = passages(of, [Section("jardins", "semer", Place(("Lieux",), line=3), "item", ("Lieux", "Voici :"))])
    assert (made.source, made.kind, made.place, made.context) == (
        of,
        "item",
        Place(("Lieux",), line=3),
        ("Lieux", "Voici :"),
    )


def test_a_long_section_is_cut_at_the_ends_of_sentences() -> None:
    sentence = "Les bénévoles des jardins arrosent les semis tous les samedis de l'été."
    made = passages(source(), [section(" ".join([sentence] * 40))])
    assert len(made) > 1
    assert " ".join(one.text for one in made) == " ".join([sentence] * 40)
    assert all(one.text.endswith(".") and len(one.text) <= 1200 for one in made)


def test_ids_survive_a_correction_elsewhere_in_the_file() -> None:
    before, after = ids(REPORT), ids(REPORT.replace("- Sourcelles.", "- Sourcelles-le-Haut.\n- le pont."))
    assert {key: name for key, name in before.items() if key[-1] != "Sourcelles."}.items() <= after.items()
    assert set(before.values()) != set(after.values())


def test_ids_survive_other_white_space() -> None:
    assert set(ids("les ateliers\nde la\nserre").values()) == set(ids("les  ateliers\nde la serre").values())


def test_the_same_words_under_other_headings_have_other_ids() -> None:
    made = passages(source(), [section("semer", ("Brumeval",)), section("semer", ("Sourcelles",)), section("semer")])
    assert len({one.id for one in made}) == 3


def test_repeated_passages_have_ids_of_their_own() -> None:
    once, twice = [section("semer")], [section("semer")] * 2
    (first,) = passages(source(), once)
    again = passages(source(), twice)
    assert again[0].id == first.id
    assert again[1].id != first.id


def test_ids_differ_with_source_and_visibility() -> None:
    some = [section("semer")]
    made = [passages(of, some)[0].id for of in (source(), source(visibility="team"), source("autre"))]
    assert len(set(made)) == 3
    assert passages(source(title="Un autre titre", path="ailleurs.md"), some)[0].id == made[0]


def test_words_do_not_run_from_heading_into_text() -> None:
    one, other = passages(source(), [section("b c", ("a",)), section("c", ("a", "b"))])
    assert one.id != other.id


# — what is embedded —


def made(text: str, *context: str) -> list[str]:
    return windows(passages(source(), [section(text, context)])[0])


def test_a_short_passage_is_one_window_after_its_context() -> None:
    assert made("On sème.", "Les Jardins", "Voici :") == ["Les Jardins\nVoici :\nOn sème."]
    assert made("On sème.") == ["On sème."]


def test_a_long_passage_has_windows_of_whole_sentences() -> None:
    sentence = "On sème des fèves et des pois dans la serre du haut, puis on arrose le soir. "
    found = made(sentence * 12, "Les semis")
    assert len(found) > 2
    assert all(one.startswith("Les semis\nOn sème") and one.endswith("soir.") for one in found)
    assert all(len(one) <= 300 + len("Les semis\n") for one in found)
    assert sum(one.count("fèves") for one in found) == 12


def test_the_question_that_a_passage_answers_is_a_window_of_its_own() -> None:
    assert made("Oui, tous.", "Entretien", "Venez-vous souvent ?")[-1] == "Venez-vous souvent ?"
