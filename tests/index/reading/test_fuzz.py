"""Every reader against damaged files: a moment each among the other tests, a minute each in `make fuzz`.

Whatever a file holds, it is read with every unit at its place, or refused in one line that says what to do."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import UnreadableFile
from index.reading import formats
from tests.conftest import ROOT
from tests.index.reading import round_trip
from tests.index.reading.fuzzing.run import Figures, damaged, read
from tests.index.reading.fuzzing.seeds import seeds

SECONDS = float(os.environ.get("FUZZ_SECONDS", "60"))
A_MOMENT_S = 1.0
_GRACE_S = 60.0  # to start, and for the read at the end
every_format = pytest.mark.parametrize("suffix", formats.SUFFIXES)


@every_format
def test_a_moment_of_damaged_files(suffix: str, shared: Path, tmp_path: Path) -> None:
    fuzz(suffix, shared, tmp_path, A_MOMENT_S, first=0)


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 2 * _GRACE_S)
@every_format
def test_a_minute_of_damaged_files(suffix: str, shared: Path, tmp_path: Path) -> None:
    """Other files each time: a failure says how to read its own again."""
    figures = fuzz(suffix, shared, tmp_path, SECONDS, first=random.SystemRandom().randrange(10**12))
    assert figures["read"] and figures["refused"] > 0


@every_format
def test_a_number_makes_the_same_file_again(suffix: str, shared: Path) -> None:
    one, other = ([damaged(random.Random(case), seeds(suffix, shared)) for case in range(5)] for _ in range(2))
    assert one == other


@pytest.mark.parametrize("planted", [KeyError("x"), RecursionError(), UnreadableFile("Deux\u2028lignes.", "")])
def test_what_a_reader_does_not_foresee_is_found(
    planted: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(data: bytes) -> None:
        raise planted

    monkeypatch.setitem(formats._BLOCK_READERS, ".html", fails)
    with pytest.raises(AssertionError):
        read(tmp_path, "a.html", b"<p>Les f\xc3\xa8ves.", Figures())


def test_a_text_that_is_not_where_it_says_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(round_trip, "source_text", lambda sections: "Les pois.")
    with pytest.raises(AssertionError):
        read(tmp_path, "a.html", b"<p>Les f\xc3\xa8ves.", Figures())


def fuzz(suffix: str, shared: Path, folder: Path, seconds: float, first: int) -> dict[str, float]:
    """Read damaged files in another process, from case `first` on, and give its figures."""
    progress = folder / "case"
    command = [sys.executable, "-m", "tests.index.reading.fuzzing.run", suffix, str(shared)]
    try:
        done = subprocess.run(
            [*command, "--first", str(first), "--seconds", str(seconds), "--progress", str(progress)],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + _GRACE_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.fail(f"it hangs; {_again(command, progress)}")
    assert done.returncode == 0, f"{done.stderr}\n{_again(command, progress)}"
    print(suffix, done.stdout)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _again(command: list[str], progress: Path) -> str:
    case = progress.read_text().strip() if progress.exists() else "0"
    return f"the file is made and read again by: {' '.join(command)} --first {case} --seconds 0 --keep bad{command[3]}"
