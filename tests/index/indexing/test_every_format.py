"""For every format: what is cut out of a file is where it says, and comes whole. The invented samples speak of « Les
Jardins du Pont », an association that does not exist."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import docx
import fpdf
import pytest
from odf.opendocument import OpenDocumentText
from odf.text import H, P

from index.reading.metadata import Description
from index.reading.read import Reading, list_files, open_file
from tests.conftest import DATA
from tests.index.builders import write
from tests.index.reading.round_trip import check_reading

HTML = "<h1>Les Jardins du Pont</h1><p>On sème. On arrose !</p><ul><li>la serre ;<ul><li>le toit</li></ul></li></ul>"
RTF = rb"{\rtf1\ansi {\b Les Jardins}\par On s\'e8me. On arrose !\par}"


def read(root: Path, name: str) -> Reading:
    return open_file(root, PurePosixPath(name), Description()).read("source")


def test_the_real_transcripts(shared: Path) -> None:
    root = shared / "data" / "transcripts"
    files = list_files(root)
    assert {path.suffix for path in files} == {".docx", ".trs", ".xml", ".TextGrid"}
    for path in files:
        reading = open_file(root, path, Description()).read("source")
        assert reading.source.kind == "transcript"
        assert check_reading(reading) > 10


def test_the_misspelt_label_is_told_and_can_be_left_as_it_is(shared: Path, tmp_path: Path) -> None:
    (file,) = (shared / "data" / "transcripts" / "docx").glob("*04_traitement*")
    root = write(tmp_path, {"transcripts/e.docx": file.read_bytes()})
    joined = read(root, "transcripts/e.docx")
    assert any("Checheur" in note and "24" in note for note in joined.notes)
    assert {section.place.speaker for section in joined.sections} == {None, "Chercheur", "Interviewe"}
    write(root, {"transcripts/e.docx.meta.toml": 'speakers = { "Checheur" = "Checheur" }'})
    left = read(root, "transcripts/e.docx")
    assert {section.place.speaker for section in left.sections} == {None, "Checheur", "Interviewe"}


@pytest.mark.parametrize("path", sorted((DATA / "transcripts_inventes").rglob("*.*")), ids=lambda path: path.name)
def test_the_invented_transcripts(path: Path) -> None:
    if path.name.startswith("README"):
        pytest.skip("says what the others are")
    assert check_reading(read(path.parent, path.name)) > 0


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.rtf", "a.docx", "a.odt", "a.pdf"])
def test_documents(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    lines = ["Les Jardins du Pont", "On sème en mars. On arrose tout l’été !", "La serre est ouverte le samedi."]
    if name == "a.docx":
        made = docx.Document()
        made.add_heading(lines[0], 1)
        for line in lines[1:]:
            made.add_paragraph(line, style="List Bullet")
        made.save(str(path))
    elif name == "a.odt":
        text = OpenDocumentText()
        text.text.addElement(H(outlinelevel=1, text=lines[0]))
        for line in lines[1:]:
            text.text.addElement(P(text=line))
        text.save(str(path))
    elif name == "a.pdf":
        sheet = fpdf.FPDF()
        sheet.add_page()
        sheet.set_font("Helvetica", size=12)
        for line in lines:
            sheet.multi_cell(0, 8, line.replace("’", "'"), new_x="LMARGIN", new_y="NEXT")
        sheet.output(str(path))
    else:
        content = {"a.html": HTML.encode(), "a.rtf": RTF}.get(name, "\n\n".join(lines).encode())
        path.write_bytes(content)
    reading = read(tmp_path, name)
    assert check_reading(reading) >= 2
    assert any("On" in section.text for section in reading.sections)
