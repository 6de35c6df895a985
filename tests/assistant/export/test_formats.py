"""Tests that hold for every format."""

from __future__ import annotations

import pytest

from assistant.export.formats import FORMATS, Format
from index.types import Passage
from tests.assistant.cli.test_argparse_fr import english
from tests.assistant.export.passage_samples import DAY, TITLE, exported, hostile, several, thousand


@pytest.mark.parametrize("format_", FORMATS.values(), ids=list(FORMATS))
@pytest.mark.parametrize("passages", [[], several(), hostile(), thousand()], ids=["none", "some", "hostile", "many"])
def test_the_same_passages_give_the_same_bytes_whatever_they_hold(format_: Format, passages: list[Passage]) -> None:
    assert exported(format_.export, passages) or not passages


@pytest.mark.parametrize("format_", FORMATS.values(), ids=list(FORMATS))
def test_a_title_may_hold_anything_too(format_: Format) -> None:
    for made in hostile():
        format_.export(several(), title=made.text, made_on=DAY)


def test_names_suffixes_and_labels_are_unique() -> None:
    assert list(FORMATS) == ["csv", "md", "docx", "bib", "ris", "qdpx"]
    assert all(format_.suffix == f".{name}" for name, format_ in FORMATS.items())
    assert (
        len({format_.label for format_ in FORMATS.values()})
        == len({format_.media_type for format_ in FORMATS.values()})
        == 6
    )
    assert not english(" ".join(format_.label for format_ in FORMATS.values()))


def test_a_public_export_holds_no_team_content() -> None:
    public = [passage for passage in several() if passage.source.visibility == "public"]
    for format_ in FORMATS.values():
        content = format_.export(public, title=TITLE, made_on=DAY)
        assert "équipe".encode() not in content
