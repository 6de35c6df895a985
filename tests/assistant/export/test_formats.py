"""What holds of every format."""

from __future__ import annotations

import pytest

from assistant.export.formats import FORMATS, Format
from index.types import Passage
from tests.assistant.cli.test_argparse_fr import english
from tests.assistant.export.passage_samples import DAY, TITLE, exported, hostile, several, thousand


@pytest.mark.parametrize("one", FORMATS.values(), ids=list(FORMATS))
@pytest.mark.parametrize("passages", [[], several(), hostile(), thousand()], ids=["none", "some", "hostile", "many"])
def test_the_same_passages_give_the_same_bytes_whatever_they_hold(one: Format, passages: list[Passage]) -> None:
    assert exported(one.export, passages) or not passages


@pytest.mark.parametrize("one", FORMATS.values(), ids=list(FORMATS))
def test_a_title_may_hold_anything_too(one: Format) -> None:
    for made in hostile():
        one.export(several(), title=made.text, made_on=DAY)


def test_names_suffixes_and_labels_are_told_apart() -> None:
    assert list(FORMATS) == ["csv", "md", "docx", "bib", "ris", "qdpx"]
    assert all(one.suffix == f".{name}" for name, one in FORMATS.items())
    assert len({one.label for one in FORMATS.values()}) == len({one.media_type for one in FORMATS.values()}) == 6
    assert not english(" ".join(one.label for one in FORMATS.values()))


def test_a_public_export_says_nothing_of_the_team() -> None:
    public = [one for one in several() if one.source.visibility == "public"]
    for one in FORMATS.values():
        content = one.export(public, title=TITLE, made_on=DAY)
        assert "équipe".encode() not in content
