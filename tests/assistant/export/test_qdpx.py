"""Tests of REFI-QDA exports: valid by the published schema, and opened by pyrefiqda."""

from __future__ import annotations

import io
import uuid
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from pyrefiqda import RefiProject

from assistant.export.qdpx import CODE, export
from assistant.export.wording import clean, reference
from index.types import Passage
from tests.assistant.export.passage_samples import CHARTER, INTERVIEW, exported, hostile, passage, several, thousand
from tests.conftest import DATA

SCHEMA = etree.XMLSchema(etree.fromstring((DATA / "refi-qda" / "Project.xsd").read_bytes()))
Q = "{urn:QDA-XML:project:1.0}"


def opened(content: bytes) -> tuple[etree._Element, dict[str, str]]:
    """Return the project, after its validation, and the texts of its sources by their names in the project."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names[0] == "project.qde"
        project = etree.fromstring(archive.read("project.qde"))
        SCHEMA.assertValid(project)
        texts = {name.replace("sources/", "internal://"): archive.read(name).decode() for name in names[1:]}
    assert {element.get("plainTextPath") for element in project.iter(f"{Q}TextSource")} == set(texts)
    return project, texts


def selected(content: bytes) -> list[str]:
    """Return the text of each selection, after checking that each has the only code."""
    project, texts = opened(content)
    (code,) = project.iter(f"{Q}Code")
    assert code.get("name") == CODE
    found = []
    for source in project.iter(f"{Q}TextSource"):
        text = texts[source.get("plainTextPath") or ""]
        for selection in source.iter(f"{Q}PlainTextSelection"):
            found.append(text[int(selection.get("startPosition") or 0) : int(selection.get("endPosition") or 0)])
            assert [element.get("targetGUID") for element in selection.iter(f"{Q}CodeRef")] == [code.get("guid")]
    return found


def texts_of(passages: list[Passage]) -> list[str]:
    return [clean(passage.text) for passage in passages]


def test_selections_cover_the_exact_words_in_the_order_of_the_source() -> None:
    page, speaker, heading, line = texts_of(several())
    assert selected(exported(export, several())) == [heading, page, speaker, line]


def test_positions_count_code_points_in_any_text() -> None:
    assert selected(exported(export, hostile())) == texts_of(hostile())
    same_source = [passage(text, CHARTER, order) for order, text in enumerate(texts_of(hostile()))]
    assert selected(exported(export, same_source)) == texts_of(same_source)


def test_no_passage_and_a_thousand_are_exported() -> None:
    assert selected(exported(export, [])) == []
    assert sorted(selected(exported(export, thousand()))) == sorted(texts_of(thousand()))
    project, texts = opened(exported(export, thousand()))
    assert len(texts) == len({element.get("name") for element in project.iter(f"{Q}TextSource")}) == 10


def test_texts_hold_only_the_chosen_passages_with_their_places() -> None:
    _, texts = opened(exported(export, several()[1:2]))
    assert list(texts.values()) == [
        "Entretien d’une jardinière\nSeulement les passages choisis, non le texte entier.\n\n[…]\n\n"
        "[00:12:30, Enquêtée 2]\nOn soupçonne un membre du CA.\n"
    ]


def test_texts_have_no_mark_and_unix_line_ends() -> None:
    with zipfile.ZipFile(io.BytesIO(exported(export, hostile()))) as archive:
        for name in archive.namelist():
            assert not archive.read(name).startswith(b"\xef\xbb\xbf")
            assert b"\r" not in archive.read(name)


def test_identifiers_are_unique_and_depend_on_the_chosen_passages() -> None:
    def guids(passages: list[Passage]) -> list[str]:
        project, _ = opened(exported(export, passages))
        found = [element.get("guid") or "" for element in project.iter() if element.get("guid")]
        assert {uuid.UUID(identifier).version for identifier in found} == {5}
        assert len(set(found)) == len(found)
        return found

    assert len(guids([*several(), *several()])) == len(guids(several())) == 2 + 3 + 2 * 4
    # The same source with other passages has another text: a program must not apply the positions of one to the other.
    single, both = guids([passage("Un.")]), guids([passage("Un."), passage("Deux.", order=1)])
    assert set(single) & set(both) == set(single[:2])


def test_each_selection_has_the_metadata_that_programs_need() -> None:
    """QualCoder reads the date and the user of each selection, and names its files after the sources."""
    project, _ = opened(exported(export, [passage("Un.", replace(INTERVIEW, title="../a/b\\c"))]))
    (source,) = project.iter(f"{Q}TextSource")
    assert source.get("name") == "..-a-b-c"
    (user,) = project.iter(f"{Q}User")
    for element in (source, *source.iter(f"{Q}PlainTextSelection", f"{Q}Coding")):
        assert element.get("creatingUser") == user.get("guid")
        assert element.get("creationDateTime") == "2026-03-01T00:00:00Z"
    (selection,) = source.iter(f"{Q}PlainTextSelection")
    assert selection.findtext(f"{Q}Description") == reference(passage("Un.", replace(INTERVIEW, title="../a/b\\c")))


@pytest.mark.parametrize("passages", [[], several(), hostile(), thousand()], ids=["none", "some", "hostile", "many"])
def test_another_program_opens_it(tmp_path: Path, passages: list[Passage]) -> None:
    file = tmp_path / "jardins.qdpx"
    file.write_bytes(exported(export, passages))
    project = RefiProject.load(file, extract_dir=tmp_path / "in")
    (code,) = project.code_book.codes.code
    found = []
    for source in project.sources.text_source if project.sources else []:
        path = RefiProject.resolve_source_path(source.plain_text_path, tmp_path / "in")
        text = path.read_text(encoding="utf-8")
        for selection in source.plain_text_selection:
            assert selection.coding[0].code_ref.target_guid == code.guid
            found.append(text[selection.start_position : selection.end_position])
    assert (code.name, sorted(found)) == (CODE, sorted(texts_of(passages)))
