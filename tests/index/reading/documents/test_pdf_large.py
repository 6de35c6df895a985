"""A PDF of five hundred pages, read with bounded memory. All texts are invented: « Les Jardins du Pont » does not
exist."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.index.reading.documents.pdf_builders import OTHER, PROSE, PlacedText, column, make_pdf, wrap_text

PAGES = 500
MAX_MEMORY_MB = 80  # above the memory of the imports; about 15 are used, and 140 when pages stay open
READ_SCRIPT = """
import json, sys; from pathlib import Path, PurePosixPath
from index.reading.metadata import Description
from index.reading.read import open_file
from tests.index.reading.memory import peak_mb
before = peak_mb()
reading = open_file(Path(sys.argv[1]), PurePosixPath("long.pdf"), Description()).read("long")
print(json.dumps([[[section.place.page, section.text] for section in reading.sections], peak_mb() - before]))
"""


def plot_name(number: int) -> str:
    """Return a name for a page, without digits: digits at the edges of pages are taken for page numbers."""
    return "".join(chr(ord("a") + digit) for digit in (number // 26, number % 26))


def text(number: int) -> str:
    return f"La parcelle {plot_name(number)} est semée. {PROSE} {OTHER} {PROSE} {OTHER} {PROSE} {OTHER} {PROSE} {OTHER}"


@pytest.mark.process
def test_every_page_is_found_under_its_number_in_little_memory(tmp_path: Path) -> None:
    pages = [
        [*column(60, 90, wrap_text(text(number), 90)), PlacedText(280, 810, f"Page {number} sur {PAGES}")]
        for number in range(1, PAGES + 1)
    ]
    (tmp_path / "long.pdf").write_bytes(make_pdf(pages))
    command = [sys.executable, "-c", READ_SCRIPT, str(tmp_path)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    found, memory_mb = json.loads(process.stdout)
    assert found == [[number, text(number)] for number in range(1, PAGES + 1)]
    assert memory_mb < MAX_MEMORY_MB
