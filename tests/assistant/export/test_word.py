"""Word, opened by python-docx, and by our own reader."""

from __future__ import annotations

import io
import zipfile

import docx
from lxml import etree

from assistant.export.word import export
from assistant.export.wording import clean, reference
from index.reading.documents import word as reader
from index.types import Passage
from tests.assistant.export.passage_samples import DAY, TITLE, exported, hostile, several, thousand

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def quotations(content: bytes) -> list[str]:
    """The quotations; each calls a note of its own."""
    found = [one for one in docx.Document(io.BytesIO(content)).paragraphs if one.style and one.style.name == "Quote"]
    calls = [one._p.findall(f"{W}r/{W}footnoteReference") for one in found]
    assert [[call.get(f"{W}id") for call in calls_of] for calls_of in calls] == [
        [str(number)] for number in range(1, len(found) + 1)
    ]
    return [one.text for one in found]


def notes(content: bytes) -> list[str]:
    """The texts of the real footnotes, in order."""
    part = next(
        relation.target_part
        for relation in docx.Document(io.BytesIO(content)).part.rels.values()
        if relation.reltype.endswith("/footnotes")
    )
    every = etree.fromstring(part.blob).findall(f"{W}footnote")
    assert [one.get(f"{W}type") for one in every[:2]] == ["separator", "continuationSeparator"]
    return ["".join(map(str, one.itertext())).strip() for one in every[2:]]


def same(passages: list[Passage]) -> None:
    content = exported(export, passages)
    assert quotations(content) == [clean(one.text) for one in passages]
    assert notes(content) == [reference(one) for one in passages]


def test_quotations_and_their_notes_are_read_back() -> None:
    same(several())


def test_what_is_hostile_is_only_words() -> None:
    same(hostile())


def test_none_and_a_thousand() -> None:
    same([])
    same(thousand())


def test_every_part_is_declared_and_well_formed() -> None:
    with zipfile.ZipFile(io.BytesIO(exported(export, hostile()))) as archive:
        types = archive.read("[Content_Types].xml").decode()
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
            assert name.endswith(".rels") or name == "[Content_Types].xml" or f'"/{name}"' in types
    properties = docx.Document(io.BytesIO(exported(export, []))).core_properties
    assert (properties.title, properties.created and properties.created.date()) == (TITLE, DAY)


def test_our_own_reader_finds_the_very_words() -> None:
    found = [one.text for one in reader.read_paragraphs(exported(export, several()))]
    for one in several():
        assert any(one.text in text for text in found)
        assert any(reference(one) in text for text in found)
