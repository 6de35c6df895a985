"""A PDF of five hundred pages. All texts are invented: « Les Jardins du Pont » does not exist."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.index.reading.documents.pdf_builders import OTHER, PROSE, Put, column, made, wrapped

PAGES = 500
MOST_MEMORY_MB = 80  # above what the imports take: it is about 15, and 140 when pages stay open
READ_APART = """
import json, sys; from pathlib import Path, PurePosixPath
from index.reading.metadata import Description
from index.reading.read import open_file
from tests.index.reading.memory import peak_mb
before = peak_mb()
reading = open_file(Path(sys.argv[1]), PurePosixPath("long.pdf"), Description()).read("long")
print(json.dumps([[[one.place.page, one.text] for one in reading.sections], peak_mb() - before]))
"""


def plot(number: int) -> str:
    """A name for a page, without digits: those at the edges of pages are taken for page numbers."""
    return "".join(chr(ord("a") + digit) for digit in (number // 26, number % 26))


def text(number: int) -> str:
    return f"La parcelle {plot(number)} est semée. {PROSE} {OTHER} {PROSE} {OTHER} {PROSE} {OTHER} {PROSE} {OTHER}"


def test_every_page_is_found_under_its_number_in_little_memory(tmp_path: Path) -> None:
    pages = [
        [*column(60, 90, wrapped(text(number), 90)), Put(280, 810, f"Page {number} sur {PAGES}")]
        for number in range(1, PAGES + 1)
    ]
    (tmp_path / "long.pdf").write_bytes(made(pages))
    command = [sys.executable, "-c", READ_APART, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found, memory_mb = json.loads(done.stdout)
    assert found == [[number, text(number)] for number in range(1, PAGES + 1)]
    assert memory_mb < MOST_MEMORY_MB
