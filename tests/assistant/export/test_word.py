"""Tests of Word exports, opened by python-docx and by the reader of this project."""

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
    """Return the quotations, after checking that each calls its own footnote."""
    found = [
        paragraph
        for paragraph in docx.Document(io.BytesIO(content)).paragraphs
        if paragraph.style and paragraph.style.name == "Quote"
    ]
    calls = [paragraph._p.findall(f"{W}r/{W}footnoteReference") for paragraph in found]
    assert [[call.get(f"{W}id") for call in calls_of] for calls_of in calls] == [
        [str(number)] for number in range(1, len(found) + 1)
    ]
    return [paragraph.text for paragraph in found]


def notes(content: bytes) -> list[str]:
    """Return the texts of the footnotes, in order."""
    part = next(
        relation.target_part
        for relation in docx.Document(io.BytesIO(content)).part.rels.values()
        if relation.reltype.endswith("/footnotes")
    )
    every = etree.fromstring(part.blob).findall(f"{W}footnote")
    assert [footnote.get(f"{W}type") for footnote in every[:2]] == ["separator", "continuationSeparator"]
    return ["".join(map(str, footnote.itertext())).strip() for footnote in every[2:]]


def same(passages: list[Passage]) -> None:
    content = exported(export, passages)
    assert quotations(content) == [clean(passage.text) for passage in passages]
    assert notes(content) == [reference(passage) for passage in passages]


def test_quotations_and_their_notes_are_read_back() -> None:
    same(several())


def test_hostile_texts_are_plain_text() -> None:
    same(hostile())


def test_no_passage_and_a_thousand_are_exported() -> None:
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


def test_the_reader_of_this_project_finds_the_exact_words() -> None:
    found = [paragraph.text for paragraph in reader.read_paragraphs(exported(export, several()))]
    for passage in several():
        assert any(passage.text in text for text in found)
        assert any(reference(passage) in text for text in found)
