"""Fuzzing of every reader: a moment each among the other tests, a minute each in `make fuzz`.

Every file is either read with each unit at its place, or refused in one line with a remedy."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.errors import UnreadableFile
from index.reading import formats
from tests.conftest import ROOT
from tests.index.reading import round_trip
from tests.index.reading.fuzzing.run import Figures, damage_file, read_case
from tests.index.reading.fuzzing.seeds import seeds

SECONDS = float(os.environ.get("FUZZ_SECONDS", "5"))
SHORT_S = 0.4  # a format
_GRACE_S = 60.0  # to start, and for the read at the end
every_format = pytest.mark.parametrize("suffix", formats.SUFFIXES)


@pytest.mark.process
def test_a_moment_of_damaged_files(shared: Path, tmp_path: Path) -> None:
    """Read the same damaged files each time, of every format, in one process."""
    figures = run_fuzzer(formats.SUFFIXES, shared, tmp_path, SHORT_S, first=0)
    assert figures.keys() == set(formats.SUFFIXES)
    assert all(figures[suffix]["reads"] > 0 for suffix in formats.SUFFIXES)


@pytest.mark.fuzz
@pytest.mark.timeout(SECONDS + 2 * _GRACE_S)
@every_format
def test_a_minute_of_damaged_files(suffix: str, shared: Path, tmp_path: Path) -> None:
    """Read other files each time: a failure prints the command that reads its file again."""
    first = random.SystemRandom().randrange(10**12)
    figures = run_fuzzer([suffix], shared, tmp_path, SECONDS, first)[suffix]
    assert figures["read"] and figures["refused"] > 0


@every_format
def test_a_case_number_reproduces_its_file(suffix: str, shared: Path) -> None:
    first, second = ([damage_file(random.Random(case), seeds(suffix, shared)) for case in range(5)] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("planted", [KeyError("x"), RecursionError(), UnreadableFile("Deux\u2028lignes.", "")])
def test_an_unexpected_error_of_a_reader_is_detected(
    planted: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(data: bytes) -> None:
        raise planted

    monkeypatch.setitem(formats._BLOCK_READERS, ".html", fails)
    with pytest.raises(AssertionError):
        read_case(tmp_path, "a.html", b"<p>Les f\xc3\xa8ves.", Figures())


def test_a_wrong_offset_is_detected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(round_trip, "source_text", lambda sections: "Les pois.")
    with pytest.raises(AssertionError):
        read_case(tmp_path, "a.html", b"<p>Les f\xc3\xa8ves.", Figures())


def run_fuzzer(
    suffixes: Sequence[str], shared: Path, folder: Path, seconds: float, first: int
) -> dict[str, dict[str, float]]:
    """Run the fuzzer in another process, `seconds` a format, from case `first` on; return the figures of each."""
    progress_file = folder / "case"
    command = [sys.executable, "-m", "tests.index.reading.fuzzing.run"]
    options = ["--first", str(first), "--seconds", str(seconds), "--progress", str(progress_file)]
    try:
        process = subprocess.run(
            [*command, ",".join(suffixes), str(shared), *options],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds * len(suffixes) + _GRACE_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.fail(f"it hangs; {_replay_command(command, shared, progress_file)}")
    assert process.returncode == 0, f"{process.stderr}\n{_replay_command(command, shared, progress_file)}"
    print(process.stdout)
    figures: dict[str, dict[str, float]] = json.loads(process.stdout)
    return figures


def _replay_command(command: Sequence[str], shared: Path, progress: Path) -> str:
    suffix, case = progress.read_text().split() if progress.exists() else ("SUFFIX", "0")
    replay = [*command, suffix, str(shared), "--first", case, "--seconds", "0", "--keep", f"bad{suffix}"]
    return f"the file is made and read again by: {' '.join(replay)}"
